import { backend } from '#backend'
import { fail } from '../errors.js'
import { type Flow, settle, settleSync } from '../flow.js'
import { lpText, u32be } from '../format/bytes.js'
import { expand } from '../format/derive.js'
import { isKeyVersion } from '../format/envelope.js'
import { type NamedKeyChoice, namedKey, requireNamed } from '../keys/named-key.js'
import type { KeySource } from '../keys/types.js'

/** How a value is made equal to its equals; the id enters the index, so a change of the rule is a new id. */
export interface Normaliser {
  readonly id: string
  readonly normalise: (value: string) => string
}

/** The value as it is; compatibility-folded lower case without outer white space; its ASCII digits alone. */
export const normalisers: { readonly exact: Normaliser; readonly text: Normaliser; readonly digits: Normaliser } = {
  exact: { id: 'exact-v1', normalise: (value) => value },
  text: { id: 'nfkc-lower-v1', normalise: (value) => value.normalize('NFKC').toLowerCase().trim() },
  digits: { id: 'digits-v1', normalise: (value) => value.replace(/[^0-9]/g, '') },
}

export interface BlindIndexOptions {
  readonly keys: KeySource
  readonly table: string
  readonly field: string
  /** Name of this index of the field, default "eq". */
  readonly name?: string | undefined
  /** The first version is written and read; while it is rotated, the others are too. */
  readonly versions: readonly { readonly version: number; readonly key: NamedKeyChoice }[]
  /** Default `normalisers.exact`. */
  readonly normaliser?: Normaliser | undefined
  /** 1 to 127: keep only the first bits, for deliberate collisions. Default: 16 bytes. */
  readonly bits?: number | undefined
}

export interface IndexCall {
  readonly scope?: string | undefined
}

/** Equality look-ups on sealed fields: values are 16 bytes (or `bits`) as unpadded base64url (spec section 9). */
export interface BlindIndex {
  /** The value under the first version: what is written. */
  value(input: string, call?: IndexCall): Promise<string>
  /** The values under every version, first one first: what is searched for. */
  values(input: string, call?: IndexCall): Promise<string[]>
  /** As `value`, for keys at hand; else `key_not_resident`. */
  valueSync(input: string, call?: IndexCall): string
}

/**
 * A blind index over one field. It leaks which rows have equal values, and nothing else.
 *
 * @example
 * const index = createBlindIndex({ keys, table: 'users', field: 'email', normaliser: normalisers.text, versions: [{ version: 1, key: { kid: 'idx' } }] })
 * await db.selectFrom('users').where('email_index', 'in', await index.values('ada@example.com'))
 */
export function createBlindIndex(options: BlindIndexOptions): BlindIndex {
  const { keys, table, field, name = 'eq', versions, normaliser = normalisers.exact, bits = 128 } = options
  requireNamed(keys)
  if (!Number.isInteger(bits) || bits < 1 || bits > 128) fail('config', 'bits is an integer from 1 to 127')
  for (const [option, text] of Object.entries({ table, field, name, normaliser: normaliser?.id }))
    if (typeof text !== 'string' || text === '' || !text.isWellFormed())
      fail('config', `createBlindIndex: ${option} is a text that is not empty`)
  if (!Array.isArray(versions) || versions.length === 0 || !versions.every((entry) => isKeyVersion(entry?.version) && entry.key))
    fail('config', 'createBlindIndex: versions is a list of { version, key }, each version an integer from 0 to 4294967295')
  if (new Set(versions.map(({ version }) => version)).size < versions.length)
    fail('config', 'createBlindIndex: a version stands twice')

  function* compute(
    input: string,
    scope: string | undefined,
    { version, key }: BlindIndexOptions['versions'][number],
  ): Flow<string> {
    if (typeof input !== 'string') fail('not_serialisable', 'a blind index takes strings')
    const normalised = normaliser.normalise(input)
    if (!normalised.isWellFormed()) fail('not_serialisable', 'a blind index takes well-formed strings')
    const { index } = yield* namedKey(keys, key, scope)
    const indexKey = expand(index, 32, lpText(scope ?? ''), lpText(table), lpText(field), lpText(name), u32be(version))
    const mac = backend.hmac('sha256', indexKey)(lpText(normaliser.id), lpText(normalised))
    return backend.toBase64url(firstBits(mac, bits))
  }

  function* all(input: string, scope: string | undefined): Flow<string[]> {
    const values: string[] = []
    for (const version of versions) values.push(yield* compute(input, scope, version))
    return values
  }

  return Object.freeze<BlindIndex>({
    value: async (input, call) => settle(compute(input, call?.scope, versions[0]!)),
    values: async (input, call) => settle(all(input, call?.scope)),
    valueSync: (input, call) => settleSync(compute(input, call?.scope, versions[0]!)),
  })
}

/** The first `bits` bits in ceil(bits / 8) bytes, unused low bits zero. */
function firstBits(mac: Uint8Array, bits: number): Uint8Array {
  const out = new Uint8Array(mac.subarray(0, Math.ceil(bits / 8)))
  out[out.length - 1]! &= 0xff << ((8 - (bits % 8)) % 8)
  return out
}
