import { type RetentionPolicy, retention } from '@waxseal/core'

/** Retention as a message's time to live, in milliseconds. Undefined where it ends with the work: brokers drop what is acknowledged. */
export function ttlOf(policy: RetentionPolicy | undefined, nowMs: number): number | undefined {
  if (!policy || policy.keep === 'never') return undefined
  const deadline = retention.deadline(policy, { createdAt: new Date(nowMs) })
  return deadline ? Math.max(0, deadline.getTime() - nowMs) : undefined
}
