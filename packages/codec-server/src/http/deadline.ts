import { WaxsealError } from '@waxseal/core'

/** What a promise comes to; `timeout` where the signal is first, whatever the promise does then. */
export async function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let stop = () => {}
  const over = new Promise<never>((_, reject) => {
    stop = () => reject(new WaxsealError('timeout', 'the call took too long, or its caller left'))
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
