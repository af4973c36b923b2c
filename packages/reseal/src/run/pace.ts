import { WaxsealError } from '@waxseal/core'

/** Time as the engine sees it; tests have their own. */
export interface Clock {
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now: () => number
  /** Waits, and ends early with `aborted`. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

export const aborted = (signal?: AbortSignal): WaxsealError =>
  new WaxsealError('aborted', 'the run was aborted', { cause: signal?.reason })

export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw aborted(signal)
}

export const sleep: Clock['sleep'] = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal))
    const end = () => {
      clearTimeout(timer)
      reject(aborted(signal))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal?.addEventListener('abort', end, { once: true })
  })

/** Waits as long as it takes for so many items to be within the rate; undefined is no limit. */
export function createPace(ratePerSecond: number | undefined, { sleep }: Pick<Clock, 'sleep'>) {
  return async (items: number, signal?: AbortSignal): Promise<void> => {
    if (ratePerSecond !== undefined && items > 0) await sleep((items * 1000) / ratePerSecond, signal)
  }
}

export type Pace = ReturnType<typeof createPace>
