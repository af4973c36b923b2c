import { WaxsealError } from '@waxseal/core'

const TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/

/** Milliseconds since 1970 as a column holds them: UTC without a zone, to the microsecond. */
export function toColumn(ms: number): string {
  const micros = Math.round(ms * 1000)
  const whole = new Date(Math.floor(micros / 1000)).toISOString()
  return `${whole.slice(0, 10)} ${whole.slice(11, 23)}${String(micros - Math.floor(micros / 1000) * 1000).padStart(3, '0')}`
}

/** The reverse; fractions of a millisecond stay. `malformed` for what is no time. */
export function fromColumn(text: string): number {
  const [, date, time, fraction = ''] = TIME.exec(text) ?? []
  if (!date) throw new WaxsealError('malformed', 'a column holds no time')
  return Date.parse(`${date}T${time}Z`) + Number(fraction.padEnd(6, '0')) / 1000
}

/** Python counts seconds, JavaScript milliseconds. */
export const toSeconds = (ms: number): number => ms / 1000
export const fromSeconds = (seconds: number): number => Math.round(seconds * 1e6) / 1000
