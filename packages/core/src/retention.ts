import { fail } from './errors.js'

/** How long data is kept: plain JSON, to be stored beside what it governs. */
export type RetentionPolicy =
  | { readonly keep: 'for'; readonly ms: number }
  | { readonly keep: 'until'; readonly at: string }
  | { readonly keep: 'forever' | 'never' | 'default' }

/** A length of time: the sum of its units. */
export interface RetentionPeriod {
  readonly days?: number
  readonly hours?: number
  readonly minutes?: number
  readonly seconds?: number
  readonly ms?: number
}

/** The times that a policy counts from. */
export interface RetentionTimes {
  readonly createdAt: Date
  /** When the work was done; absent while it is not. */
  readonly completedAt?: Date | null | undefined
  /** What `useDefault` stands for; without it nothing is deleted. */
  readonly default?: RetentionPolicy | undefined
}

export interface Retention {
  /** Counts from `createdAt`. The period is longer than 0. */
  deleteAfter(period: RetentionPeriod): RetentionPolicy
  deleteAt(date: Date): RetentionPolicy
  keepIndefinitely(): RetentionPolicy
  /** Due when the work is completed, and at once where no `completedAt` is given: ask about finished work only. */
  deleteImmediately(): RetentionPolicy
  useDefault(): RetentionPolicy
  /** When the data is to be deleted; null for never. */
  deadline(policy: RetentionPolicy, times: RetentionTimes): Date | null
  /** Whether the deadline has come. */
  isDue(policy: RetentionPolicy, times: RetentionTimes, now: Date): boolean
}

const UNITS_MS: Record<string, number> = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000, ms: 1 }

/** As `deleteAt` writes it: anything else may be read as another day, or as milliseconds. */
const ISO = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

const wrong = (what: string): never => fail('config', `retention: ${what}`)

function date(value: unknown): Date {
  const at = new Date(value as Date)
  return value && Number.isFinite(at.getTime()) ? at : wrong('a date is invalid or out of range')
}

function period(ms: number): number {
  return Number.isFinite(ms) && ms > 0
    ? ms
    : wrong('a period is a sum of days, hours, minutes, seconds and ms that is longer than 0')
}

const deadline: Retention['deadline'] = (policy, times) => {
  const createdAt = date(times.createdAt)
  switch (policy?.keep) {
    case 'for':
      return date(new Date(createdAt.getTime() + period(policy.ms)))
    case 'until':
      return typeof policy.at === 'string' && ISO.test(policy.at) ? date(policy.at) : wrong('the date is no ISO 8601 text of UTC')
    case 'forever':
      return null
    case 'never':
      return times.completedAt ? date(times.completedAt) : createdAt
    case 'default':
      if (times.default?.keep === 'default') wrong('the default is a policy of its own')
      return times.default ? deadline(times.default, times) : null
    default:
      return wrong('the policy is not known')
  }
}

/**
 * Retention policies and their deadlines. `config` for invalid dates, periods and policies.
 *
 * @example
 * const policy = retention.deleteAfter({ days: 30 })
 * retention.isDue(policy, { createdAt: job.createdAt, completedAt: job.completedAt }, new Date())
 */
export const retention: Retention = /*#__PURE__*/ Object.freeze({
  deleteAfter(units) {
    let ms = 0
    for (const [unit, count] of Object.entries(units))
      ms += Number.isFinite(count) && count >= 0 && Object.hasOwn(UNITS_MS, unit) ? count * UNITS_MS[unit]! : Number.NaN
    return Object.freeze({ keep: 'for', ms: period(ms) })
  },
  deleteAt: (at) => Object.freeze({ keep: 'until', at: date(at).toISOString() }),
  keepIndefinitely: () => Object.freeze({ keep: 'forever' }),
  deleteImmediately: () => Object.freeze({ keep: 'never' }),
  useDefault: () => Object.freeze({ keep: 'default' }),
  deadline,
  isDue(policy, times, now) {
    const at = deadline(policy, times)
    return at !== null && at <= date(now)
  },
} satisfies Retention)
