import { type RetentionPolicy, WaxsealError } from '@waxseal/core'

/** Retention as a message's time to live, in milliseconds; undefined where it says nothing of it. */
export function ttlOf(policy: RetentionPolicy | undefined): number | undefined {
  if (policy?.keep === 'for') return policy.ms
  if (policy?.keep === 'until') return Math.max(0, new Date(policy.at).getTime() - Date.now())
  if (policy?.keep === 'never') throw new WaxsealError('config', 'a message that is kept never cannot be delivered')
  return undefined
}
