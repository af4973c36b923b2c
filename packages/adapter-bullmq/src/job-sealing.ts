import {
  createPayloads,
  ERROR,
  isPoison,
  JOB,
  memberOf,
  type Payloads,
  parseErrorText,
  type SealedJob,
  type StoredObject,
  type Surface,
  scrubbed,
} from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import { asError, storedFailure, withoutStack } from './failures.js'
import type { HostJob, JobOptions, NewJob } from './host.js'
import { keepState, stateOf } from './job-state.js'
import { createRemoval } from './retention.js'
import { isOurs, standFor } from './revealed.js'
import type { SealOptions } from './seal-options.js'

/** Carries what BullMQ stores of jobs to the sealer and back. */
export interface JobSealing {
  readonly payloads: Payloads
  readonly unreadable: 'throw' | 'show'
  /** A new job as it is to be stored; one that is sealed already as it is. */
  sealNew<Job extends NewJob>(job: Job, queue: string): Promise<Job & { data: unknown; opts: JobOptions | undefined }>
  /** What settings are told of a job. */
  infoOf(job: HostJob): SealedJob
  infoOfName(name: string, queue: string, data?: unknown): SealedJob
  /** Opens a job in place, once. */
  open(job: HostJob): Promise<void>
  /** As `open`, for readers: what does not open is thrown, or left as it is stored. */
  read(job: HostJob): Promise<void>
  sealValue(job: SealedJob, surface: Surface, value: unknown): Promise<unknown>
  /** A value that was found apart from its job, such as a child's result: as the type that stands beside it. */
  openFound(job: SealedJob, surface: Surface, stored: unknown): Promise<unknown>
  /** The reason of a failure; what BullMQ itself says, as it is. */
  openReason(job: SealedJob, text: string): Promise<string>
  /** As `openReason`, of a job whose type is not known here. */
  openFoundReason(job: SealedJob, text: string): Promise<string>
  /** An error as it may be stored. */
  failure(job: HostJob, error: unknown): Promise<Error>
  /** Of a job that does not open: fails it for good and keeps it, or says that it is to be tried later. */
  refusal(job: HostJob, error: unknown): Error | undefined
  dedupId(queue: string, id: string): Promise<string>
}

/** `config` for options that do not fit. */
export function createJobSealing(options: SealOptions): JobSealing {
  const payloads = createPayloads(options)
  const removal = createRemoval(options)
  const { dedup } = options
  const infoOfName = (name: string, queue: string, data?: unknown): SealedJob => ({
    name: options.jobType?.(name, queue) ?? name,
    queue,
    data,
  })
  const infoOf = (job: HostJob): SealedJob => stateOf(job)?.info ?? infoOfName(job.name, job.queueName, job.data)
  const dedupId = async (queue: string, id: string): Promise<string> =>
    dedup && options.write !== 'plaintext' ? dedup.value(queue, id) : id

  async function hashed(opts: JobOptions | undefined, queue: string): Promise<JobOptions | undefined> {
    if (!opts || !dedup) return opts
    const changed: JobOptions = { ...opts }
    for (const name of ['deduplication', 'debounce']) {
      const id = memberOf(opts[name], 'id')
      if (typeof id === 'string') changed[name] = { ...(opts[name] as object), id: await dedupId(queue, id) }
    }
    return changed
  }

  /** Reason or stack of an error; what is not sealed was written by BullMQ, and what does not open stays as it is. */
  async function openLine(
    info: SealedJob,
    line: string,
    member: 'message' | 'stack',
    open = payloads.openError,
  ): Promise<string> {
    const stored = parseErrorText(line)
    if (!stored || stored[ERROR] === undefined) return line
    try {
      const text = memberOf(await open(info, stored), member)
      return typeof text === 'string' ? text : line
    } catch {
      return line
    }
  }

  async function openOutcome(job: HostJob, info: SealedJob): Promise<void> {
    if (job.returnvalue !== null && job.returnvalue !== undefined)
      job.returnvalue = await payloads.openValue(info, 'result', job.returnvalue)
    // BullMQ's own initial value.
    if (job.progress !== 0) job.progress = await payloads.openValue(info, 'progress', job.progress)
    if (typeof job.failedReason === 'string') job.failedReason = await openLine(info, job.failedReason, 'message')
    if (job.stacktrace) job.stacktrace = await Promise.all(job.stacktrace.map((line) => openLine(info, line, 'stack')))
  }

  async function openWith(job: HostJob, rest: (info: SealedJob) => Promise<void>): Promise<void> {
    if (stateOf(job)) return
    const { stacktrace } = job
    const info = infoOf(job)
    const data = await payloads.openData(info)
    await rest(info)
    keepState(job, { info, stacktrace })
    job.data = data
  }

  return {
    payloads,
    unreadable: options.unreadable ?? 'throw',
    infoOf,
    infoOfName,
    dedupId,

    async sealNew(job, queue) {
      if (isOurs(job.data)) return job as typeof job & { data: unknown; opts: JobOptions | undefined }
      const given = job.data === undefined ? {} : job.data
      const info = { ...infoOfName(job.name, queue, given), options: job.opts }
      const data = standFor(await payloads.sealData(info), given)
      const opts = removal(info, await hashed(job.opts, queue))
      return { ...job, data, opts }
    },

    async open(job) {
      await openWith(job, async (info) => {
        // What an earlier try left behind does not keep the job from being handled.
        await openOutcome(job, info).catch((error) => {
          payloads.report('refused', 'progress', error)
          job.progress = 0
        })
      })
    },

    async read(job) {
      const { returnvalue, progress, stacktrace, failedReason } = job
      try {
        await openWith(job, (info) => openOutcome(job, info))
      } catch (error) {
        payloads.report(isPoison(error) ? 'refused' : 'deferred', 'data', error)
        if (options.unreadable !== 'show') throw error
        Object.assign(job, { returnvalue, progress, stacktrace, failedReason })
      }
    },

    async sealValue(job, surface, value) {
      return isOurs(value) ? value : standFor(await payloads.sealValue(job, surface, value), value)
    },

    async openFound(job, surface, stored) {
      const recorded = memberOf(stored, JOB)
      return payloads.openValue(typeof recorded === 'string' ? { ...job, name: recorded } : job, surface, stored)
    },

    openReason: (job, text) => openLine(job, text, 'message'),
    openFoundReason: (job, text) => openLine(job, text, 'message', payloads.openFoundError),

    async failure(job, thrown) {
      if (isOurs(thrown)) return thrown as Error
      const error = asError(thrown)
      const info = infoOf(job)
      if (payloads.isPlain(info)) return error
      const own = WaxsealError.is(error)
      const trace = (await payloads.sealError(info, error)) as StoredObject
      const reason = own ? trace : ((await payloads.sealError(info, withoutStack(error))) as StoredObject)
      return storedFailure(error, reason, trace)
    },

    refusal(job, error) {
      const poison = isPoison(error)
      payloads.report(poison ? 'refused' : 'deferred', 'data', error)
      if (!poison) return undefined
      // Whatever is done with jobs that fail: nobody has seen this one yet.
      job.opts = { ...job.opts, removeOnFail: false }
      const stored = scrubbed(error)
      return storedFailure(error, stored, stored, true)
    },
  }
}
