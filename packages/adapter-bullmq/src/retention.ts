import { keptMs, type SealedJob, settingOf } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import type { JobOptions } from './host.js'
import type { SealOptions } from './seal-options.js'

const removalOf = (ms: number): unknown => {
  if (ms === 0) return true
  // BullMQ counts in seconds.
  return ms === Number.POSITIVE_INFINITY ? false : { age: Math.ceil(ms / 1000) }
}

/**
 * Retention as BullMQ's own removal options. An age that one job brings along removes all older finished jobs of its queue: all that
 * are kept in a queue are kept for one period.
 */
export function createRemoval({ retention }: SealOptions) {
  const periods = new Map<string | undefined, number>()

  /** The policy decides, whatever else the call says. */
  return (info: SealedJob, opts: JobOptions | undefined): JobOptions | undefined => {
    const ms = keptMs(settingOf(retention, info))
    if (ms === undefined) return opts
    if (ms > 0) {
      if ((periods.get(info.queue) ?? ms) !== ms)
        throw new WaxsealError('config', 'BullMQ removes by age whatever a queue holds: a queue has one period of retention')
      periods.set(info.queue, ms)
    }
    const removal = removalOf(ms)
    return { ...opts, removeOnComplete: removal, removeOnFail: removal }
  }
}
