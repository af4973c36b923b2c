import { fail } from '../errors.js'
import { looksSealed } from '../format/envelope.js'
import { callHook } from '../hook.js'
import { emit } from './events.js'
import type { SealerCore } from './sealer-core.js'

/** Lets plaintext through for a while, so that old data can be read; while it is open, nothing that it covers is authentic. */
export interface MigrationWindow {
  /** Plaintext is refused from this moment on; at most 400 days ahead. */
  readonly allowUntil: Date
  /** Called once for each plaintext that is let through; it gets no data. */
  readonly onPlaintext?: (() => void) | undefined
  /** Decides on a single value; only as trustworthy as what it looks at. Bytes pass with it alone: they may be any format. */
  readonly allowIf?: ((value: unknown) => boolean) | undefined
}

const MAX_AHEAD_MS = 400 * 86_400_000

/** True where the window lets this plaintext through; `config` where its date is invalid or too far ahead. */
export function admitsPlaintext(
  core: Pick<SealerCore, 'now' | 'onEvent'>,
  window: MigrationWindow | undefined,
  value: unknown,
): boolean {
  if (!window || looksSealed(value)) return false
  const now = core.now()
  const until = window.allowUntil instanceof Date ? window.allowUntil.getTime() : Number.NaN
  if (Number.isNaN(until)) fail('config', 'plaintext.allowUntil is not a valid date')
  if (until - now > MAX_AHEAD_MS) fail('config', 'plaintext.allowUntil is more than 400 days ahead')
  if (now >= until || !(window.allowIf ? window.allowIf(value) === true : !(value instanceof Uint8Array))) return false
  callHook(() => window.onPlaintext?.())
  emit(core, { operation: 'plaintext', outcome: 'ok' })
  return true
}
