import { WaxsealError, type WaxsealErrorCode } from '../errors.js'
import type { Flow } from '../flow.js'
import type { Header } from '../format/envelope.js'
import type { Form, Suite } from '../format/suites.js'
import { callHook } from '../hook.js'

/** What a sealer tells about one envelope: never a context, scope, pointer, name or byte of data. */
export interface SealerEvent {
  /** `plaintext`: a migration window let a value through. `legacy`: it let a reader of another system's layout open one. */
  readonly operation: 'seal' | 'open' | 'plaintext' | 'legacy'
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
  /** The name of the reader, of `legacy`. */
  readonly reader?: string | undefined
}

export interface EventDraft {
  header?: Header
  bytes?: number
}

interface Observed {
  readonly onEvent: ((event: SealerEvent) => void) | undefined
}

const FORM_NAMES: Readonly<Record<Form, SealerEvent['form']>> = { 1: 'value', 2: 'bundle', 3: 'inline', 4: undefined }

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
  const event = startEvent(core, operation, form)
  try {
    const result = yield* flow(event)
    event.end()
    return result
  } catch (error) {
    event.end(error)
    throw error
  }
}

/** An operation under way; what it learns is written into it, and it is told once, when it ends. */
export interface StartedEvent extends EventDraft {
  end(error?: unknown): void
}

export function startEvent(core: Observed, operation: 'seal' | 'open', form: Form): StartedEvent {
  const started = performance.now()
  let ended = false
  return {
    end(error) {
      if (ended) return
      ended = true
      const { header, bytes } = this
      emit(core, {
        operation,
        outcome: error === undefined ? 'ok' : WaxsealError.is(error) ? error.code : 'error',
        form: FORM_NAMES[form],
        suite: header?.suite.suite,
        source: header && (header.locator.wrapped ? 'wrapped' : 'named'),
        kid: header?.locator.kid,
        sizeBytes: bytes === undefined ? undefined : 2 ** Math.ceil(Math.log2(Math.max(bytes, 1))),
        durationMs: performance.now() - started,
      })
    },
  }
}
