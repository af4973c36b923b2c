import {
  createPayloads,
  ERROR,
  JOB,
  jsonOf,
  memberOf,
  type Payloads,
  parseErrorText,
  type SealedJob,
  type StoredObject,
  type Surface,
  scrubbed,
} from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import { type CustomEvents, createCustomEvents } from './custom-events.js'
import { createDedup } from './dedup.js'
import { asError, isControl, storedFailure, withoutStack } from './failures.js'
import type { Host, HostJob, JobOptions, NewJob } from './host.js'
import { keepState, stateOf } from './job-state.js'
import { hasOutcome, openLine, outcomeOf, type Part } from './outcome.js'
import { createRemoval } from './retention.js'
import { isOurs, standFor } from './revealed.js'
import type { SealOptions } from './seal-options.js'

/** Carries what BullMQ stores of jobs to the sealer and back. */
export interface JobSealing {
  readonly payloads: Payloads
  readonly customEvents: CustomEvents
  /** A new job as it is to be stored; one that is sealed already as it is. */
  sealNew<Job extends NewJob>(job: Job, queue: string): Promise<Job & { data: unknown; opts: JobOptions | undefined }>
  /** What settings are told of a job. */
  infoOf(job: HostJob): SealedJob
  infoOfName(name: string, queue: string, data?: unknown): SealedJob
  /** Opens a job in place, once; what is left of earlier tries and does not open is left out. */
  open(job: HostJob): Promise<void>
  /** As `open`, for readers: what does not open is thrown, or the job left as it is stored. */
  read(job: HostJob): Promise<void>
  /** For readers: what is opened, or as stored where that is asked for. */
  readPart<Value>(surface: Surface, opening: Promise<Value>, stored: Value): Promise<Value>
  /** For listeners: what is shown instead of what does not open: as stored where that is asked for, or else nothing of it. */
  leftOut<Shown>(surface: Surface, error: unknown, stored: Shown, rest: Shown): Shown
  /** A result or progress as it is to be stored; BullMQ stores nothing for undefined. */
  sealValue(job: SealedJob, surface: Surface, value: unknown): Promise<unknown>
  sealLog(job: SealedJob, row: unknown): Promise<string>
  /** A value that was found apart from its job, such as a child's result: as the type that stands beside it. */
  openFound(job: SealedJob, surface: Surface, stored: unknown): Promise<unknown>
  /** The reason of a failure; what BullMQ itself says, as it is. */
  openReason(job: SealedJob, text: string): Promise<string>
  /** As `openReason`, found apart from its job: as the type in the context that the envelope stores. */
  openFoundReason(job: SealedJob, text: string): Promise<string>
  /** An error as it may be stored. */
  failure(job: HostJob, error: unknown): Promise<Error>
  /** What a processor threw, as BullMQ may get it: what directs BullMQ as it is. */
  thrown(job: HostJob, error: unknown, classes: Host): Promise<unknown>
  /** Of a job that does not open: fails it for good and keeps it, or says that it is to be tried later. */
  refusal(job: HostJob, error: unknown): Error | undefined
  dedupId(queue: string, id: string): Promise<string>
}

/** `config` for options that do not fit. */
export function createJobSealing(options: SealOptions): JobSealing {
  const payloads = createPayloads(options)
  const removal = createRemoval(options)
  const dedup = createDedup(options)
  const { unreadable = 'throw' } = options
  const infoOfName = (name: string, queue: string, data?: unknown): SealedJob => ({
    name: options.jobType?.(name, queue) ?? name,
    queue,
    data,
  })
  const infoOf = (job: HostJob): SealedJob => stateOf(job)?.info ?? infoOfName(job.name, job.queueName, job.data)

  async function openWith(job: HostJob, part: Part): Promise<void> {
    if (stateOf(job)) return
    const info = infoOf(job)
    const data = await payloads.openData(info)
    const outcome = hasOutcome(job) ? await outcomeOf(payloads, info, job, part) : {}
    keepState(job, { info, stacktrace: job.stacktrace })
    Object.assign(job, outcome)
    job.data = data
  }

  async function failure(job: HostJob, thrown: unknown): Promise<Error> {
    if (isOurs(thrown)) return thrown as Error
    const error = asError(thrown)
    const info = infoOf(job)
    if (payloads.isPlain(info)) return error
    const trace = (await payloads.sealError(info, error)) as StoredObject
    const reason = WaxsealError.is(error) ? trace : ((await payloads.sealError(info, withoutStack(error))) as StoredObject)
    return storedFailure(error, reason, trace)
  }

  return {
    payloads,
    customEvents: createCustomEvents(payloads),
    infoOf,
    infoOfName,
    failure,
    dedupId: dedup.idOf,

    async sealNew(job, queue) {
      if (isOurs(job.data)) return job as typeof job & { data: unknown; opts: JobOptions | undefined }
      const given = job.data === undefined ? {} : job.data
      const info = { ...infoOfName(job.name, queue, given), options: job.opts }
      const opts = removal(info, await dedup.optionsOf(job.opts, queue))
      return { ...job, data: standFor(await payloads.sealData(info), job.data), opts }
    },

    open: (job) =>
      openWith(job, (surface, opening, instead) =>
        opening.catch((error) => {
          payloads.refuse(surface, error)
          return instead
        }),
      ),

    async read(job) {
      try {
        await openWith(job, (_surface, opening) => opening)
      } catch (error) {
        payloads.refuse('data', error)
        if (unreadable !== 'show') throw error
      }
    },

    readPart: (surface, opening, stored) =>
      opening.catch((error) => {
        payloads.refuse(surface, error)
        if (unreadable !== 'show') throw error
        return stored
      }),

    leftOut(surface, error, stored, rest) {
      payloads.refuse(surface, error)
      return unreadable === 'show' ? stored : rest
    },

    async sealValue(job, surface, value) {
      if (value === undefined || isOurs(value)) return value
      return payloads.isPlain(job) ? value : standFor(await payloads.sealValue(job, surface, jsonOf(value)), value)
    },

    sealLog: (job, row) => payloads.sealText(job, 'log', String(row)),

    async openFound(job, surface, stored) {
      // Nothing was returned.
      if (stored === null || stored === undefined) return stored
      const recorded = memberOf(stored, JOB)
      return payloads.openValue(typeof recorded === 'string' ? { ...job, name: recorded } : job, surface, stored)
    },

    openReason: (job, text) => openLine(payloads, job, text, 'message'),

    async openFoundReason(job, text) {
      const envelope = parseErrorText(text)?.[ERROR]
      if (typeof envelope !== 'string') return text
      try {
        const name = options.sealer.inspect(envelope).context?.job
        return name === undefined ? text : await openLine(payloads, { ...job, name }, text, 'message')
      } catch {
        return text
      }
    },

    thrown: async (job, error, classes) => (isControl(error, classes) ? error : failure(job, error)),

    refusal(job, error) {
      if (!payloads.refuse('data', error)) return undefined
      // Whatever is done with jobs that fail: nobody has seen this one yet.
      job.opts = { ...job.opts, removeOnFail: false }
      const stored = scrubbed(error)
      return storedFailure(error, stored, stored, true)
    },
  }
}
