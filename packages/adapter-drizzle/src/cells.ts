import { type BlindIndex, WaxsealError } from '@waxseal/core'
import {
  type AnyColumn,
  type ColumnOptions as AnyColumnOptions,
  type DocumentOptions as AnyDocumentOptions,
  createStoredForm,
  isIndexValue,
  sealedColumn,
  sealedJson,
} from '@waxseal/rows'
import { DECLARATION, type Declaration } from './declaration.js'
import { isVouched, vouchedFor } from './vouched.js'

export type ColumnOptions = Omit<AnyColumnOptions, 'as'>
export type DocumentOptions = AnyDocumentOptions

export interface IndexOptions {
  /** The column's name in the database. Default: its key in the table. */
  readonly name?: string | undefined
  /** What of the column's value is hashed; null and undefined give NULL. Default: the value itself, which then is a string. */
  readonly value?: ((plain: never) => string | null | undefined) | undefined
}

/** The half of a custom type that is the same in every dialect. */
export interface CellType {
  readonly toDriver: (value: unknown) => unknown
  readonly fromDriver: (value: unknown) => unknown
  readonly [DECLARATION]: Declaration
}

const ENVELOPE = /^wax1\.[a-z0-9]+\.[a-z0-9-]{1,64}~\d{1,10}\.[\w.-]+$/
const BINARY_MAGIC = 0xc1

const isEnvelope = (value: unknown): boolean => typeof value === 'string' && ENVELOPE.test(value)
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array

/** Lets through what is sealed, and what `sealRows` vouches for: nothing gets into the database because sealing was forgotten. */
function guard(sealed: (value: unknown) => boolean, fits: (value: unknown) => boolean, write: (value: unknown) => unknown) {
  return (value: unknown): unknown => {
    if (value === null) return null
    if (isVouched(value)) {
      const plain = vouchedFor(value)
      if (fits(plain)) return write(plain)
      throw new WaxsealError('not_serialisable', 'a column in clear takes what its type holds: a text, bytes, or JSON')
    }
    if (sealed(value)) return write(value)
    throw new WaxsealError('plaintext_rejected', 'a sealed column takes what sealRows and sealChange give, and no value in clear')
  }
}

const same = (value: unknown): unknown => value

interface NodeBuffer {
  from(buffer: ArrayBufferLike, byteOffset: number, length: number): Uint8Array
}

/** Some drivers take a Buffer and no other array of bytes. */
function driverBytes(value: unknown): unknown {
  const { buffer, byteOffset, byteLength } = value as Uint8Array
  return (globalThis as { Buffer?: NodeBuffer }).Buffer?.from(buffer, byteOffset, byteLength) ?? value
}

/** Drivers hand out bytes in one of many shapes; inside JSON, PostgreSQL has them as hexadecimal text. */
function bytesOf(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (Array.isArray(value)) return Uint8Array.from(value as number[])
  if (typeof value === 'string' && /^\\x([0-9a-f]{2})*$/.test(value))
    return Uint8Array.from(value.slice(2).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return value
}

/** Whether the drivers of a dialect parse JSON, or some hand out its text. */
export type JsonReading = 'parsed' | 'either'

/** What a column of JSON holds. A string in clear becomes the text of its JSON, which is how it is told from others. */
const jsonOf =
  (reading: JsonReading) =>
  (value: unknown): unknown => {
    const isText = typeof value === 'string' && (reading === 'either' || value.startsWith('"wax1.'))
    const parsed = isText ? parsedOr(value) : value
    return typeof parsed === 'string' && !isEnvelope(parsed) ? JSON.stringify(parsed) : parsed
  }

function parsedOr(text: string): unknown {
  if (isEnvelope(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const sealed = (column: AnyColumn): Declaration => ({ kind: 'sealed', column })

export const textCell = (options: ColumnOptions = {}): CellType => ({
  toDriver: guard(isEnvelope, (plain) => typeof plain === 'string', same),
  fromDriver: same,
  [DECLARATION]: sealed(sealedColumn({ ...options, as: 'text' })),
})

export const bytesCell = (options: ColumnOptions = {}): CellType => ({
  toDriver: guard((value) => isBytes(value) && value[0] === BINARY_MAGIC, isBytes, driverBytes),
  fromDriver: bytesOf,
  [DECLARATION]: sealed(sealedColumn({ ...options, as: 'bytes' })),
})

export const jsonCell = (reading: JsonReading, options: ColumnOptions = {}): CellType => ({
  toDriver: guard(isEnvelope, () => true, JSON.stringify),
  fromDriver: jsonOf(reading),
  [DECLARATION]: sealed(sealedColumn({ ...options, as: 'json' })),
})

export function documentCell(options: DocumentOptions): CellType {
  const column = sealedJson(options)
  const isStored = createStoredForm(column, isEnvelope)
  return {
    toDriver: guard(
      (value) => typeof value === 'object' && isStored(value),
      () => true,
      JSON.stringify,
    ),
    fromDriver: jsonOf('either'),
    [DECLARATION]: sealed(column),
  }
}

export const indexCell = (of: string, index?: BlindIndex, { value }: IndexOptions = {}): CellType => ({
  toDriver(stored) {
    if (isIndexValue(stored)) return stored
    throw new WaxsealError('plaintext_rejected', 'an index column takes and is compared with keyed hashes only: see whereSealed')
  },
  fromDriver: same,
  [DECLARATION]: { kind: 'index', of, index, value },
})

/** Builders take a name, options, or both. */
export const nameAndOptions = <O>(name: string | O | undefined, options: O | undefined): [string, O | undefined] =>
  typeof name === 'string' ? [name, options] : ['', name]
