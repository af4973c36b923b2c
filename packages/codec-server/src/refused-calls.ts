import type { CodecTrail } from './trail.js'

export interface RefusedCallsOptions {
  readonly trail: CodecTrail
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Runs something later and keeps no process alive for it. Default: a timer. */
  readonly later?: ((run: () => void, ms: number) => void) | undefined
}

const WINDOW_MS = 60_000
/** Callers with a count of their own; those beyond share one. */
const MAX_ACTORS = 1000
const OTHERS = 'others'

/** What stands for callers who are not known. */
export const NOBODY = 'nobody'

interface Window {
  readonly actor: string
  readonly outcome: string
  count: number
  since: number
}

const inBackground = (run: () => void, ms: number): void => {
  const timer: unknown = setTimeout(run, ms)
  // Node's timers keep the process; those of other runtimes are numbers.
  if (typeof timer === 'object') (timer as { unref?(): void }).unref?.()
}

/**
 * Records calls that got no further than the door: those of callers who are not known, and those above the rate. One record for all of
 * an actor and outcome in a minute, at its end, so that guessing shows and floods nothing. None of them waits for it; what the trail does
 * not take is counted into the next minute.
 */
export function createRefusedCalls({ trail, now, later = inBackground }: RefusedCallsOptions) {
  const windows = new Map<string, Window>()

  async function record(key: string, window: Window): Promise<void> {
    // It may have been recorded before its minute was over.
    if (windows.get(key) !== window) return
    windows.delete(key)
    const { actor, outcome, count, since } = window
    try {
      await trail.append({ actor, operation: 'codec.refused', outcome, details: { count, since } })
    } catch {
      add(actor, outcome, count, since)
    }
  }

  function add(actor: string, outcome: string, count: number, since: number): void {
    const key = JSON.stringify([outcome, actor])
    const open = windows.get(key)
    if (open) {
      open.count += count
      open.since = Math.min(open.since, since)
    } else if (windows.size >= MAX_ACTORS && actor !== OTHERS) add(OTHERS, outcome, count, since)
    else {
      const window = { actor, outcome, count, since }
      windows.set(key, window)
      later(() => void record(key, window), WINDOW_MS)
    }
  }

  return {
    count: (actor: string, outcome: string): void => add(actor, outcome, 1, now()),
    /** Records at once what is still being counted: a process that ends takes no count along. */
    async flush(): Promise<void> {
      await Promise.all([...windows].map(([key, window]) => record(key, window)))
    },
  }
}
