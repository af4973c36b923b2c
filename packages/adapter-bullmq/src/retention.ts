import { type SealedJob, settingOf } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import type { JobOptions } from './host.js'
import type { SealOptions } from './seal-options.js'

/**
 * Retention as BullMQ's own removal options. BullMQ removes by age all finished jobs of a queue, whichever job brought the age along:
 * a queue has one period.
 */
export function createRemoval({ retention }: SealOptions) {
  const periods = new Map<string | undefined, number>()

  const removalOf = (info: SealedJob): unknown => {
    const policy = settingOf(retention, info)
    switch (policy?.keep) {
      case undefined:
      case 'default':
        return undefined
      case 'never':
        return true
      case 'forever':
        return false
      case 'for': {
        const before = periods.get(info.queue) ?? policy.ms
        if (before !== policy.ms)
          throw new WaxsealError('config', 'BullMQ removes by age whatever a queue holds: a queue has one period of retention')
        periods.set(info.queue, policy.ms)
        return { age: Math.floor(policy.ms / 1000) }
      }
      default:
        throw new WaxsealError('config', 'BullMQ removes jobs by age: a retention of jobs cannot name a date')
    }
  }

  /** The policy decides, whatever else the call says. */
  return (info: SealedJob, opts: JobOptions | undefined): JobOptions | undefined => {
    const removal = removalOf(info)
    return removal === undefined ? opts : { ...opts, removeOnComplete: removal, removeOnFail: removal }
  }
}
