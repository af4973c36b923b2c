import { type Context, type Sealed, type SealedDocument, type Sealer, WaxsealError } from '@waxseal/core'
import type { AnyColumn } from './column.js'

/** Where one cell belongs. */
export interface CellPlace {
  readonly context: Exclude<Context, 'none'>
  readonly scope: string | undefined
}

const mustWait = (error: unknown): boolean =>
  WaxsealError.is(error) && (error.code === 'key_not_resident' || error.code === 'unsupported_suite')

/** What a column of JSON holds, whether its driver hands out the text or has parsed it: then what is no JSON is a string that it holds. */
export function parsed(stored: unknown): unknown {
  if (typeof stored !== 'string') return stored
  try {
    return JSON.parse(stored)
  } catch {
    return stored
  }
}

/** Seals and opens the values of one column. Where the key is at hand nothing is waited for: rows come by the thousand. */
export interface Cells {
  seal(value: unknown, place: CellPlace): unknown
  open(stored: unknown, place: CellPlace): unknown
  /** The value as it is stored in clear. */
  plain(value: unknown): unknown
}

export function createCells(sealer: Sealer, column: AnyColumn, json: 'value' | 'text'): Cells {
  const { plaintext } = column
  const written = (value: unknown): unknown => (json === 'text' ? JSON.stringify(value) : value)

  if (column.kind === 'document') {
    const { policy } = column
    return {
      plain: written,
      async seal(value, place) {
        return written(await sealer.sealFields(value, policy, place))
      },
      async open(stored, place) {
        return sealer.openFields(parsed(stored) as SealedDocument<unknown>, policy, { ...place, plaintext })
      },
    }
  }

  const { as, pad } = column
  const inJson = as === 'json'
  // Drivers that parse JSON hand out the envelope itself, others its JSON text. No envelope begins like JSON.
  const envelopeOf = (stored: unknown): Sealed<unknown> =>
    (inJson && typeof stored === 'string' && /^["{[]/.test(stored) ? parsed(stored) : stored) as Sealed<unknown>

  return {
    plain: (value) => (inJson ? written(value) : value),
    seal(value, place) {
      const call = { ...place, pad, as: as === 'bytes' ? ('bytes' as const) : ('string' as const) }
      const stored = withoutWaiting(
        () => sealer.sealSync(value, call as typeof call & { as: 'string' }) as unknown,
        () => sealer.seal(value, call) as Promise<unknown>,
      )
      if (!inJson) return stored
      return stored instanceof Promise ? stored.then(written) : written(stored)
    },
    open(stored, place) {
      const call = { ...place, plaintext }
      const sealed = envelopeOf(stored)
      return withoutWaiting(
        () => sealer.openSync(sealed, call),
        () => sealer.open(sealed, call),
      )
    },
  }
}

function withoutWaiting<T>(now: () => T, later: () => Promise<T>): T | Promise<T> {
  try {
    return now()
  } catch (error) {
    if (mustWait(error)) return later()
    throw error
  }
}
