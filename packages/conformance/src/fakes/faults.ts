import { WaxsealError } from '@waxseal/core'

/** A way in which a request goes wrong, answered in the service's own wire form. */
export type Fault =
  /** Too many requests; `Retry-After` says the seconds, where given. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds?: number }
  /** The service failed inside: HTTP 500. */
  | { readonly kind: 'server_error' }
  /** The service is not there for a while: HTTP 503. */
  | { readonly kind: 'unavailable' }
  /** The right answer, `ms` milliseconds late. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** The right answer, whose connection breaks in the middle of the body. */
  | { readonly kind: 'truncated' }
  /** The connection breaks before any answer. */
  | { readonly kind: 'dropped' }
  /** HTTP 200 with a body that is no JSON. */
  | { readonly kind: 'garbage' }
  /** The right answer with one bit of its key material or ciphertext turned. */
  | { readonly kind: 'corrupt' }
  /** The service's clock differs by `ms`: signatures, tokens and the Date header follow it. */
  | { readonly kind: 'clock_skew'; readonly ms: number }
  /** HTTP 307 to another place. */
  | { readonly kind: 'redirect'; readonly location: string }

export interface Faults {
  /**
   * The next `times` requests (default 1; Infinity until cleared) for `operation` (default every one) go wrong this way. Each
   * request takes one fault, in order of injection. `config` for a fault that no request could have.
   */
  inject(fault: Fault, options?: { readonly times?: number; readonly operation?: string }): void
  /** Nothing goes wrong any more. */
  clear(): void
}

/** The faults of one fake, and what takes the next one. */
export interface FaultQueue {
  readonly faults: Faults
  take(operation: string): Fault | undefined
}

interface Injected {
  readonly fault: Fault
  readonly operation: string | undefined
  left: number
}

/**
 * Keeps the faults that are still to come.
 *
 * @example
 * const { faults, take } = createFaultQueue()
 * faults.inject({ kind: 'throttled' }, { times: 2, operation: 'Decrypt' })
 */
export function createFaultQueue(): FaultQueue {
  let queue: Injected[] = []
  const faults: Faults = {
    inject(fault, { times = 1, operation } = {}) {
      check(fault)
      if (times !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(times) && times > 0))
        throw new WaxsealError('config', 'inject: times is a positive integer or Infinity')
      queue.push({ fault: Object.freeze({ ...fault }), operation, left: times })
    },
    clear() {
      queue = []
    },
  }
  return Object.freeze({
    faults: Object.freeze(faults),
    take(operation: string) {
      const next = queue.find((injected) => injected.operation === undefined || injected.operation === operation)
      if (!next) return undefined
      next.left--
      if (next.left === 0) queue = queue.filter((injected) => injected !== next)
      return next.fault
    },
  })
}

const PLAIN = ['server_error', 'unavailable', 'truncated', 'dropped', 'garbage', 'corrupt']

function check(fault: Fault): void {
  const holds =
    (fault.kind === 'throttled' && (fault.retryAfterSeconds === undefined || fault.retryAfterSeconds >= 0)) ||
    (fault.kind === 'latency' && fault.ms >= 0) ||
    (fault.kind === 'clock_skew' && Number.isFinite(fault.ms)) ||
    (fault.kind === 'redirect' && URL.canParse(fault.location)) ||
    PLAIN.includes(fault.kind)
  if (!holds) throw new WaxsealError('config', `inject: no such fault (${fault.kind})`)
}
