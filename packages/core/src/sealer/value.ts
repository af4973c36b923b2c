import { fail, WaxsealError } from '../errors.js'
import type { Flow } from '../flow.js'
import type { Context, StoredContext } from '../format/context.js'
import { looksSealed } from '../format/envelope.js'
import { type Content, contentOf, contentValue, decodeFrame, encodeFrame } from '../format/frame.js'
import type { Padding } from '../format/padding.js'
import { FORM } from '../format/suites.js'
import { admit, type MigrationWindow } from './migration.js'
import {
  isStored,
  openFrame,
  type Place,
  type SealerCore,
  SHREDDED,
  sealFrame,
  shreddedValue,
  unlessShredded,
} from './sealer-core.js'

export interface ValueCall {
  readonly context: Context | StoredContext
  readonly scope?: string | undefined
  readonly as?: 'string' | 'bytes' | undefined
  readonly compress?: boolean | undefined
  readonly pad?: Padding | undefined
  readonly storeContext?: boolean | undefined
  readonly ifSealed?: 'verify' | undefined
  readonly plaintext?: MigrationWindow | undefined
  readonly signal?: AbortSignal | undefined
}

const placeOf = ({ context, scope, signal }: ValueCall, sync: boolean): Place => ({
  context,
  scope,
  form: FORM.value,
  sync,
  signal,
})

export function* sealValue(core: SealerCore, value: unknown, call: ValueCall, sync: boolean): Flow<string | Uint8Array> {
  if (call.ifSealed === 'verify' && looksSealed(value)) {
    if (call.as !== undefined && (call.as === 'string') !== (typeof value === 'string'))
      fail('already_sealed', 'it is sealed already, in the other form')
    yield* verified(verifyValue(core, value, call, sync))
    return value as string | Uint8Array
  }
  const { content, data } = contentOf(value)
  return yield* sealContent(core, content, data, call, sync)
}

function* verifyValue(core: SealerCore, value: unknown, call: ValueCall, sync: boolean): Flow<void> {
  if (isStored(call.context)) fail('context_required', 'sealing needs the context itself')
  const { frame } = yield* openFrame(core, placeOf(call, sync), value)
  contentValue(decodeFrame(frame, core.limits.maxPayloadBytes, core.algorithms))
  frame.fill(0)
}

/** Seals content that is encoded already. */
export function* sealContent(
  core: SealerCore,
  content: Content,
  data: string | Uint8Array,
  call: ValueCall,
  sync = false,
): Flow<string | Uint8Array> {
  const algorithm = call.compress === false || core.compressFrom === undefined ? undefined : core.algorithms[0]
  const compress = algorithm && { algorithm, minBytes: core.compressFrom! }
  const frame = () => encodeFrame(content, data, { limit: core.limits.maxPayloadBytes, pad: call.pad, compress })
  return yield* sealFrame(core, placeOf(call, sync), frame, call.as ?? 'string', call.storeContext ?? false)
}

export interface OpenedValue<T = unknown> {
  readonly value: T
  /** The context that was used: the caller's, or the stored one. */
  readonly context: Context
}

export function* openValue(core: SealerCore, sealed: unknown, call: ValueCall, sync: boolean): Flow<OpenedValue> {
  const admitted = looksSealed(sealed)
    ? undefined
    : yield* admit(core, call.plaintext, sealed, { sync, scope: call.scope, signal: call.signal })
  if (admitted) return { value: admitted.value, context: isStored(call.context) ? 'none' : call.context }
  const opened = yield* unlessShredded(core, openFrame(core, placeOf(call, sync), sealed))
  if (opened === SHREDDED) return { value: shreddedValue(core), context: isStored(call.context) ? 'none' : call.context }
  const value = contentValue(decodeFrame(opened.frame, core.limits.maxPayloadBytes, core.algorithms))
  opened.frame.fill(0)
  return { value, context: opened.context }
}

/** Opens to the bytes of one kind of content. */
export function* openContent(
  core: SealerCore,
  sealed: unknown,
  content: Content,
  call: ValueCall,
  sync = false,
): Flow<Uint8Array> {
  const { frame } = yield* openFrame(core, placeOf(call, sync), sealed)
  const decoded = decodeFrame(frame, core.limits.maxPayloadBytes, core.algorithms)
  return decoded.content === content ? decoded.data : fail('malformed', 'the content is of another kind')
}

/** Runs the check of `ifSealed: 'verify'`: whatever does not open under the call's own terms is `already_sealed`. */
export function* verified<T>(flow: Flow<T>): Flow<T> {
  try {
    return yield* flow
  } catch (error) {
    if (WaxsealError.is(error) && !error.retryable)
      throw new WaxsealError('already_sealed', 'it looks sealed, and does not open as this call would have sealed it', {
        cause: error,
      })
    throw error
  }
}
