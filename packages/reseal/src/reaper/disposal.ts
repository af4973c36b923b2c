import { type RetentionPolicy, type RetentionTimes, retention } from '@waxseal/core'
import type { ReaperItem, ReaperTarget } from './reaper-target.js'

/** Why an item stays. */
export type KeepReason =
  /** It is held, by itself or by `legalHold`. */
  | 'held'
  /** Its time has not come, or never comes. */
  | 'not_due'
  /** It is to go once it is done, and is not. */
  | 'unfinished'
  /** Neither it nor its target has a policy. */
  | 'no_policy'
  /** Its policy or its dates cannot be read. */
  | 'invalid'
  /** It was changed, held or deleted between reading and deleting. */
  | 'changed'

export type Disposal =
  | { readonly delete: true; readonly policy: RetentionPolicy }
  | { readonly delete: false; readonly reason: KeepReason }

export interface DisposalTerms {
  readonly now: Date
  /** What `useDefault` stands for. */
  readonly default?: RetentionPolicy | undefined
  readonly isHeld: (item: ReaperItem, target: string) => boolean | Promise<boolean>
}

const stays = (reason: KeepReason): Disposal => ({ delete: false, reason })

/** Decides over one item. What is not certain stays. */
export async function disposalOf(item: ReaperItem, target: ReaperTarget, terms: DisposalTerms): Promise<Disposal> {
  // Anything but a plain no is a hold: also what a function forgot to give back.
  if (item.held || (await terms.isHeld(item, target.name)) !== false) return stays('held')
  try {
    const policy = item.policy ?? (typeof target.policy === 'function' ? target.policy(item) : target.policy)
    if (!policy) return stays('no_policy')
    if (policy.keep === 'never' && item.completedAt === null) return stays('unfinished')
    const times: RetentionTimes = { createdAt: item.createdAt, completedAt: item.completedAt, default: terms.default }
    return retention.isDue(policy, times, terms.now) ? { delete: true, policy } : stays('not_due')
  } catch {
    return stays('invalid')
  }
}
