import { asJson, keptMs, memberOf, type SealedJob, settingOf } from '@waxseal/adapter-kit'
import { type RetentionPolicy, WaxsealError } from '@waxseal/core'
import type { HostMethods } from './host.js'
import type { SealOptions } from './seal-options.js'

/** How long pg-boss keeps jobs that have ended, by its option `deleteAfterSeconds`. */
export interface Removal {
  /** A job's options with what its policy says. `config` where they keep it longer. */
  ofJob(job: SealedJob, options: unknown): unknown
  /** The same of a queue, whose jobs pg-boss may make itself; only where one policy is for all jobs. */
  ofQueue(options: unknown): unknown
}

/** What pg-boss takes: seconds from the end of the job, 0 for ever. Its columns are integers of 4 bytes. */
const MAX_SECONDS = 2 ** 31 - 1

const lasting = (seconds: number): number => (seconds === 0 ? Number.POSITIVE_INFINITY : seconds)

/** `config` where this version of pg-boss cannot do what the policy says. */
export function createRemoval(policies: SealOptions['retention'], host: HostMethods): Removal {
  function secondsOf(policy: RetentionPolicy | undefined): number | undefined {
    const ms = keptMs(policy)
    if (ms === undefined) return undefined
    if (host.supervise === undefined || host.archive !== undefined)
      throw new WaxsealError(
        'config',
        'pg-boss 10 removes jobs by settings of the whole instance: set archiveCompletedAfterSeconds and deleteAfterSeconds, not seal.retention',
      )
    if (ms === Number.POSITIVE_INFINITY && host.flow === undefined)
      throw new WaxsealError('config', 'pg-boss 11 cannot keep jobs for ever: seal.retention is a period')
    const seconds = ms === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.floor(ms / 1000))
    if (seconds > MAX_SECONDS) throw new WaxsealError('config', `seal.retention is longer than ${MAX_SECONDS} seconds`)
    return seconds
  }

  function withSeconds(options: unknown, seconds: number | undefined): unknown {
    if (seconds === undefined) return options
    const given = memberOf(options, 'deleteAfterSeconds')
    if (typeof given === 'number' && lasting(given) > lasting(seconds))
      throw new WaxsealError('config', `deleteAfterSeconds keeps the job longer than the ${seconds} seconds of seal.retention`)
    return typeof given === 'number' ? options : { ...(options as object | null | undefined), deleteAfterSeconds: seconds }
  }

  const shared = typeof policies === 'function' ? undefined : secondsOf(policies)
  return Object.freeze({
    ofJob(job: SealedJob, options: unknown): unknown {
      if (typeof policies !== 'function') return withSeconds(options, shared)
      return withSeconds(options, secondsOf(settingOf(policies, { ...job, data: asJson(job.data) })))
    },
    ofQueue: (options: unknown) => withSeconds(options, shared),
  })
}
