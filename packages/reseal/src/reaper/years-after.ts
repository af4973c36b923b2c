import { misconfigured } from '../config-error.js'

/**
 * The same day and time so many calendar years later, in UTC. From 29 February to a year without one it is 1 March: a period is
 * never shorter than its years.
 *
 * @example
 * const policy = retention.deleteAt(yearsAfter(record.createdAt, 6))
 */
export function yearsAfter(date: Date, years: number): Date {
  if (!Number.isInteger(years) || !Number.isFinite(date?.getTime?.()))
    misconfigured('a date and a whole number of years are needed')
  const later = new Date(date)
  later.setUTCFullYear(later.getUTCFullYear() + years)
  return later
}
