import * as kit from '@waxseal/adapter-kit'
import { asOutput, errorEnvelope, isScrubbed, type Located, type SealedJob } from '@waxseal/adapter-kit'
import type { HostJob } from './host.js'
import { createJobTypes, type JobTypes } from './job-types.js'
import type { SealOptions } from './seal-options.js'

/** Around an output that no envelope vouches for: what pg-boss itself writes, such as a time-out. */
export const UNSEALED = '$unsealed'

/** Carries what pg-boss stores to the sealer and back. */
export interface Payloads
  extends Pick<kit.Payloads, 'isPlain' | 'sealError' | 'dropError' | 'sealStored' | 'placeOf' | 'dedupKey' | 'refuse'> {
  readonly types: JobTypes
  /** Whether keys that pg-boss compares are hashed. */
  readonly dedups: boolean
  /** The job that a stored one is, for settings that depend on it. */
  jobOf(queue: string, stored: unknown): SealedJob
  sealData(queue: string, data: unknown, options: unknown): Promise<unknown>
  openData(queue: string, stored: unknown): Promise<unknown>
  sealOutput(job: SealedJob, value: unknown): Promise<unknown>
  /** `completed`: it is a result, which an envelope must vouch for. */
  openOutput(queue: string, job: HostJob, output: unknown, completed: boolean): Promise<unknown>
  /** What `openData` would open, and as what. Throws where the queue does not take the job. */
  locateData(queue: string, stored: unknown): Located
  /** What `openOutput` would open, and as what, of the job with this data. */
  locateOutput(queue: string, data: unknown, output: unknown): Located
}

/** `config` unless the options name a sealer and an application. */
export function createPayloads(options: SealOptions): Payloads {
  const payloads = kit.createPayloads(options)
  const types = createJobTypes(options.jobType, options.deadLetters)
  const jobOf = (queue: string, stored: unknown, data = stored): SealedJob => ({
    name: types.accepted(queue, stored),
    queue,
    data,
  })

  return Object.freeze({
    types,
    dedups: options.dedup !== undefined,
    jobOf,
    isPlain: payloads.isPlain,
    sealError: payloads.sealError,
    dropError: payloads.dropError,
    sealStored: payloads.sealStored,
    placeOf: payloads.placeOf,
    dedupKey: payloads.dedupKey,
    refuse: payloads.refuse,
    sealData: (queue: string, data: unknown, sendOptions: unknown) =>
      payloads.sealData({ name: types.of(queue), queue, data, options: sendOptions }),
    async openData(queue: string, stored: unknown) {
      return payloads.openData(jobOf(queue, stored))
    },

    async sealOutput(job: SealedJob, value: unknown): Promise<unknown> {
      if (payloads.isPlain(job)) return value
      const output = asOutput(value)
      return output === undefined ? undefined : payloads.sealValue(job, 'result', output)
    },

    async openOutput(queue: string, { data }: HostJob, output: unknown, completed: boolean): Promise<unknown> {
      if (output === undefined || output === null) return output
      const job = jobOf(queue, output, data)
      if (errorEnvelope(output) !== undefined) return payloads.openError(job, output)
      if (completed || kit.memberOf(output, kit.SEALED) !== undefined) return payloads.openValue(job, 'result', output)
      return isScrubbed(output) ? output : { [UNSEALED]: output }
    },

    locateData: (queue: string, stored: unknown) => payloads.locateData(jobOf(queue, stored)),
    locateOutput: (queue: string, data: unknown, output: unknown) =>
      payloads.locateValue(jobOf(queue, output, data), errorEnvelope(output) === undefined ? 'result' : 'error', output),
  })
}
