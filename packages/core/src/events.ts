import type { Header } from './envelope.js'
import { WaxsealError, type WaxsealErrorCode } from './errors.js'
import { type Flow, isPromise } from './flow.js'
import type { Form, Suite } from './suites.js'

/** What a sealer tells about one envelope: never a context, scope, pointer, name or byte of data. */
export interface SealerEvent {
  /** `plaintext`: a migration window let a value through. */
  readonly operation: 'seal' | 'open' | 'plaintext'
  readonly outcome: 'ok' | WaxsealErrorCode | 'error'
  readonly form?: 'value' | 'bundle' | 'inline' | undefined
  readonly suite?: Suite | undefined
  /** Whether the key came by name or wrapped in the envelope. */
  readonly source?: 'named' | 'wrapped' | undefined
  /** Of a key that was found; never a locator's that was not. */
  readonly kid?: string | undefined
  /** Size in bytes, rounded up to a power of two. */
  readonly sizeBytes?: number | undefined
  readonly durationMs?: number | undefined
}

export interface EventDraft {
  header?: Header
  bytes?: number
}

interface Observed {
  readonly onEvent: ((event: SealerEvent) => void) | undefined
}

const FORM_NAMES: Readonly<Record<Form, SealerEvent['form']>> = { 1: 'value', 2: 'bundle', 3: 'inline', 4: undefined }

/** Calls a hook of the user's; one that throws, at once or later, changes nothing. */
export function callHook(hook: () => unknown): void {
  try {
    const done = hook()
    if (isPromise(done)) done.catch(() => {})
  } catch {}
}

export function emit({ onEvent }: Observed, event: SealerEvent): void {
  callHook(() => onEvent?.(Object.freeze(event)))
}

/** Runs a flow and tells how it went. */
export function observed<T>(
  core: Observed,
  operation: 'seal' | 'open',
  form: Form,
  flow: (event: EventDraft) => Flow<T>,
): Flow<T> {
  return core.onEvent ? observe(core, operation, form, flow) : flow({})
}

function* observe<T>(core: Observed, operation: 'seal' | 'open', form: Form, flow: (event: EventDraft) => Flow<T>): Flow<T> {
  const started = performance.now()
  const draft: EventDraft = {}
  let outcome: SealerEvent['outcome'] = 'ok'
  try {
    return yield* flow(draft)
  } catch (error) {
    outcome = WaxsealError.is(error) ? error.code : 'error'
    throw error
  } finally {
    const { header, bytes } = draft
    emit(core, {
      operation,
      outcome,
      form: FORM_NAMES[form],
      suite: header?.suite.suite,
      source: header && (header.locator.wrapped ? 'wrapped' : 'named'),
      kid: header?.locator.kid,
      sizeBytes: bytes === undefined ? undefined : 2 ** Math.ceil(Math.log2(Math.max(bytes, 1))),
      durationMs: performance.now() - started,
    })
  }
}
