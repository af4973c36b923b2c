import { type MaybePromise, WaxsealError } from '@waxseal/core'

const late = () => new WaxsealError('timeout', 'the call took too long, or its caller left')

/** How long a call may take. Neither a timer nor a signal is made for what is there at once. */
export interface Deadline {
  /** Aborted when the time is over or the caller has left. */
  readonly signal: AbortSignal
  /** What a result comes to; `timeout` where the signal is first, whatever the promise does then. */
  within<T>(result: MaybePromise<T>): MaybePromise<T>
}

export function createDeadline(request: Request, timeoutMs: number): Deadline {
  let signal: AbortSignal | undefined
  const made = () => {
    signal ??= AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)])
    return signal
  }
  return {
    get signal() {
      return made()
    },
    within: (result) => (result instanceof Promise ? untilAborted(made(), result) : result),
  }
}

async function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let stop = () => {}
  const over = new Promise<never>((_, reject) => {
    stop = () => reject(late())
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    signal.removeEventListener('abort', stop)
    promise.catch(() => {})
  }
}

/** What a promise comes to; what `error` makes where it takes longer. */
export async function inTime<T>(promise: Promise<T>, timeoutMs: number, error: () => Error = late): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(error()), timeoutMs)
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
    promise.catch(() => {})
  }
}
