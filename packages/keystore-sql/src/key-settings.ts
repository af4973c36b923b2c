import { type RetentionPeriod, type RetentionPolicy, retention, type Suite, WaxsealError } from '@waxseal/core'

/** What a key is to be like. */
export interface KeySettings {
  /** `seal` (default), or `index` for blind indexes and dedup keys, whose values must be found again: they are not rotated by time. */
  readonly purpose?: 'seal' | 'index' | undefined
  /** The one suite that the key is for. Default: whatever the sealer uses. */
  readonly suite?: Suite | undefined
  /** How long a version seals before the next is made, or up to a twentieth less. Default 90 days; `false`: by hand only. */
  readonly rotateEvery?: RetentionPeriod | false | undefined
  /** From then on it seals no more, and goes on opening. */
  readonly expiresAt?: Date | undefined
  /** More versions than this are told by an event, by the trail and by statistics; none is ever deleted for it. */
  readonly maxVersions?: number | undefined
  /**
   * How long what it seals is kept, as of `retention`. With `deleteAfter` each version is destroyed that long after it stopped sealing,
   * when the last of what it sealed is due; with `deleteAt` all of them at that date. Default: kept.
   */
  readonly retain?: RetentionPolicy | undefined
}

/** Settings, checked, with times in milliseconds. */
export interface CheckedSettings {
  readonly purpose: 'seal' | 'index'
  readonly suite: Suite | undefined
  readonly rotateEveryMs: number | undefined
  readonly expiresAt: number | undefined
  readonly maxVersions: number | undefined
  readonly retainForMs: number | undefined
  readonly retainUntil: number | undefined
}

const config = (message: string): never => {
  throw new WaxsealError('config', message)
}

const KNOWN = ['purpose', 'suite', 'rotateEvery', 'expiresAt', 'maxVersions', 'retain']
const QUARTER = { days: 90 }

const msOf = (period: RetentionPeriod): number => (retention.deleteAfter(period) as { ms: number }).ms

export function timeOf(name: string, date: Date | undefined): number | undefined {
  if (date === undefined) return undefined
  const at = date instanceof Date ? date.getTime() : Number.NaN
  return Number.isFinite(at) ? at : config(`${name} is a date`)
}

/** Checks settings; `config` names the one that does not fit. */
export function checkSettings(settings: KeySettings = {}): CheckedSettings {
  const unknown = Object.keys(settings).find((name) => !KNOWN.includes(name))
  if (unknown !== undefined) config('a setting of a key is not known')
  const { purpose = 'seal', suite, maxVersions, retain } = settings
  if (purpose !== 'seal' && purpose !== 'index') config("purpose is 'seal' or 'index'")
  if (suite !== undefined && suite !== 'aes-256-gcm' && suite !== 'chacha20-poly1305') config('the suite is not known')
  if (maxVersions !== undefined && (!Number.isSafeInteger(maxVersions) || maxVersions < 1))
    config('maxVersions is an integer from 1 on')
  const rotateEvery = settings.rotateEvery ?? (purpose === 'seal' ? QUARTER : false)
  if (rotateEvery && purpose === 'index') config('an index key is not rotated by time: what it indexed would not be found')
  const kept = retain?.keep
  if (kept === 'never' || (kept === 'for' && rotateEvery === false))
    config('retain: deleteAfter needs rotateEvery, so that a version ends; deleteImmediately is for rows')
  if (retain) retention.deadline(retain, { createdAt: new Date(0) })
  return {
    purpose,
    suite,
    rotateEveryMs: rotateEvery === false ? undefined : Math.round(msOf(rotateEvery)),
    expiresAt: timeOf('expiresAt', settings.expiresAt),
    maxVersions,
    retainForMs: retain?.keep === 'for' ? Math.ceil(retain.ms) : undefined,
    retainUntil: retain?.keep === 'until' ? Date.parse(retain.at) : undefined,
  }
}

/** A name of a key: the kid of its envelopes, where it has no scope. */
export function checkName(name: unknown): string {
  if (typeof name !== 'string' || !/^[a-z0-9-]{1,64}$/.test(name) || name.startsWith('waxseal-'))
    return config('the name of a key is 1 to 64 characters of a-z, 0-9 and -, and does not begin with waxseal-')
  return name
}
