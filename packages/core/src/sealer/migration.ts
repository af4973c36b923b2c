import { fail, WaxsealError } from '../errors.js'
import { type Flow, isPromise, wait } from '../flow.js'
import { looksSealed } from '../format/envelope.js'
import { callHook } from '../hook.js'
import { emit } from './events.js'
import type { LegacyReader } from './legacy.js'
import type { SealerCore } from './sealer-core.js'

/** Lets old data through for a while, so that it can be read; while it is open, nothing that it covers is authentic. */
export interface MigrationWindow {
  /** Old data is refused from this moment on; at most 400 days ahead. */
  readonly allowUntil: Date
  /** `legacy`: only what a reader of `createSealer({ legacy })` detects, and no plaintext. Default `any`: both. */
  readonly accept?: 'any' | 'legacy' | undefined
  /** Called once for each value that is let through, with the name of the reader that opened it; undefined: plaintext. It gets no data. */
  readonly onPlaintext?: ((reader: string | undefined) => void) | undefined
  /**
   * Decides on a single value as it is stored; only as trustworthy as what it looks at. Bytes that no reader detects pass with it
   * alone: they may be any format.
   */
  readonly allowIf?: ((value: unknown) => boolean) | undefined
}

/** What a window made of a value: the value itself, or what a reader found in it. */
export interface Admitted {
  readonly value: unknown
  /** The reader that opened it; undefined for plaintext. */
  readonly reader: LegacyReader | undefined
}

export interface MigrationCall {
  readonly sync?: boolean | undefined
  readonly scope?: string | undefined
  readonly signal?: AbortSignal | undefined
}

type Migrating = Pick<SealerCore, 'now' | 'onEvent' | 'legacy'>

const MAX_AHEAD_MS = 400 * 86_400_000

function isOpen(now: number, { allowUntil, accept = 'any' }: MigrationWindow): boolean {
  const until = allowUntil instanceof Date ? allowUntil.getTime() : Number.NaN
  if (Number.isNaN(until)) fail('config', 'plaintext.allowUntil is not a valid date')
  if (until - now > MAX_AHEAD_MS) fail('config', 'plaintext.allowUntil is more than 400 days ahead')
  if (accept !== 'any' && accept !== 'legacy') fail('config', "plaintext.accept is 'any' or 'legacy'")
  return now < until
}

/** The reader that detects a value. */
export const readerOf = ({ legacy }: Pick<SealerCore, 'legacy'>, value: unknown): LegacyReader | undefined =>
  legacy.find((reader) => reader.detects(value))

/**
 * What a window lets through of a value that is no envelope; undefined where it lets nothing through, `config` where its date is
 * invalid or too far ahead. What a reader detects is never plaintext: it opens, or its error is thrown.
 */
export function* admit(
  core: Migrating,
  window: MigrationWindow | undefined,
  value: unknown,
  call: MigrationCall,
): Flow<Admitted | undefined> {
  if (!window || looksSealed(value) || !isOpen(core.now(), window)) return undefined
  const reader = readerOf(core, value)
  if (!reader && window.accept === 'legacy') return undefined
  if (window.allowIf ? window.allowIf(value) !== true : !reader && value instanceof Uint8Array) return undefined
  const admitted = { value: reader ? yield* readLegacy(core, reader, value, call) : value, reader }
  callHook(() => window.onPlaintext?.(reader?.name))
  if (!reader) emit(core, { operation: 'plaintext', outcome: 'ok' })
  return admitted
}

function* readLegacy(
  core: Migrating,
  reader: LegacyReader,
  value: unknown,
  { sync, scope, signal }: MigrationCall,
): Flow<unknown> {
  try {
    const opened = reader.open(value, { scope, signal })
    if (sync && isPromise(opened)) {
      opened.catch(() => {})
      fail('unsupported_suite', `the reader ${reader.name} is asynchronous: openSync cannot wait for it`)
    }
    const result = yield* wait(opened)
    emit(core, { operation: 'legacy', outcome: 'ok', reader: reader.name })
    return result
  } catch (thrown) {
    const error = WaxsealError.is(thrown) ? thrown : new WaxsealError('open_failed', `the reader ${reader.name} failed`)
    emit(core, { operation: 'legacy', outcome: error.code, reader: reader.name })
    throw error
  }
}
