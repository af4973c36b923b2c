import { type RetentionPolicy, retention, WaxsealError } from '@waxseal/core'

const START = new Date(0)

/**
 * How long a job is kept behind its end, in milliseconds: 0 where it goes at once, Infinity for ever, undefined where the host decides.
 * Hosts count from the end of a job, so that a policy that names a date cannot be kept: `config`.
 */
export function keptMs(policy: RetentionPolicy | undefined): number | undefined {
  if (!policy || policy.keep === 'default') return undefined
  if (policy.keep === 'forever') return Number.POSITIVE_INFINITY
  if (policy.keep === 'until')
    throw new WaxsealError('config', 'seal.retention cannot name a date: how long a job is kept counts from its end')
  return retention.deadline(policy, { createdAt: START })!.getTime()
}
