import type { MigrationWindow } from '@waxseal/core'

const DAY_MS = 86_400_000

/** What stands in clear is meant, for as long as a run may last. */
export const inClear = (): MigrationWindow => ({ allowUntil: new Date(Date.now() + 365 * DAY_MS) })
