/** What holds payloads: sealed. */
export const SEALED_KINDS = [
  'ScheduledAction',
  'Chain',
  'Approval',
  'RecurringAction',
  'EventState',
  'ActiveEvents',
  'EventTimeout',
  'Group',
] as const

/** Marks, counters, locks and indices, which the database compares, counts and lists: in clear, and without payloads. */
export const CLEAR_KINDS = [
  'Dedup',
  'Counter',
  'Lock',
  'RateLimit',
  'PendingScheduled',
  'PendingRecurring',
  'PendingGroups',
  'Quota',
  'QuotaUsage',
] as const

export type Kind = (typeof SEALED_KINDS)[number] | (typeof CLEAR_KINDS)[number]

export interface Action {
  readonly id: string
  readonly namespace: string
  readonly tenant: string
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

export interface Event {
  readonly namespace: string
  readonly tenant: string
  readonly labels: Readonly<Record<string, string>>
  readonly payload: Readonly<Record<string, unknown>>
}
