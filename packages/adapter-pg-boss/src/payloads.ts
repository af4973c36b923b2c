import { type Context, type FieldPolicy, type FieldPolicyOptions, type MigrationWindow, WaxsealError } from '@waxseal/core'
import type { HostJob } from './host.js'
import type { Surface } from './job-context.js'
import { scrubbed } from './job-error.js'
import { createJobTypes, type JobTypes } from './job-types.js'
import { asJson, asOutput } from './json-form.js'
import { type SealedJob, type SealOptions, settingOf } from './seal-options.js'
import { ERROR, isObject, JOB, memberOf, SCRUBBED, SEALED, type StoredObject, UNSEALED } from './stored.js'

/** Carries what pg-boss stores to the sealer and back. */
export interface Payloads {
  readonly types: JobTypes
  /** The job that a stored one is, for settings that depend on it. */
  jobOf(queue: string, stored: unknown): SealedJob
  sealData(queue: string, data: unknown, options: unknown): Promise<unknown>
  openData(queue: string, stored: unknown): Promise<unknown>
  sealOutput(job: SealedJob, value: unknown): Promise<unknown>
  sealError(job: SealedJob, error: unknown): Promise<unknown>
  /** `completed`: it is a result, which an envelope must vouch for. */
  openOutput(queue: string, job: HostJob, output: unknown, completed: boolean): Promise<unknown>
  /** Whose key and under which context an error of the job is sealed: equal for jobs that can share one. */
  placeOf(job: SealedJob): string
  /** What `openData` would open, and as what. Throws where the queue does not take the job. */
  locateData(queue: string, stored: unknown): Located
  /** What `openOutput` would open, and as what, of the job with this data. */
  locateOutput(queue: string, data: unknown, output: unknown): Located
}

/** What of a stored value is sealed, and as what. */
export interface Located {
  /** An envelope, a document whose fields are sealed, or what stands in clear where an envelope should. */
  readonly sealed: unknown
  /** The member of the value that holds the envelope. */
  readonly member: string | undefined
  readonly context: Context | undefined
  readonly scope?: string | undefined
  /** Of documents. */
  readonly policy?: FieldPolicy | FieldPolicyOptions | undefined
}

interface Call {
  readonly context: Context
  readonly scope: string | undefined
}

/** `config` unless the options name a sealer and an application. */
export function createPayloads(options: SealOptions): Payloads {
  const { sealer, storeContext = true, errors = 'seal' } = options
  if (typeof sealer?.seal !== 'function') throw new WaxsealError('config', 'seal.sealer must be a sealer')
  if (typeof options.app !== 'function' && (typeof options.app !== 'string' || options.app === ''))
    throw new WaxsealError('config', 'seal.app must name the application')
  const types = createJobTypes(options.jobType, options.deadLetters)

  const callOf = (job: SealedJob, surface: Surface): Call => ({
    context: { app: settingOf(options.app, job), job: job.name, surface },
    scope: settingOf(options.scope, job),
  })
  const windowOf = (job: SealedJob): MigrationWindow | undefined => {
    if (typeof options.plaintext === 'function') return options.plaintext(job)
    return options.plaintext && Object.hasOwn(options.plaintext, job.queue) ? options.plaintext[job.queue] : undefined
  }
  const isPlain = (job: SealedJob): boolean => settingOf(options.write ?? 'sealed', job) === 'plaintext'
  const jobOf = (queue: string, stored: unknown): SealedJob => ({ name: types.accepted(queue, stored), queue, data: stored })

  /** A payload is a document where its policy says so, and one envelope otherwise. */
  function dataOf(queue: string, stored: unknown) {
    const job = jobOf(queue, stored)
    const envelope = memberOf(stored, SEALED)
    const policy = settingOf(options.policy, job)
    if (!policy || envelope !== undefined || !isObject(stored)) return { job, envelope }
    const { [JOB]: _, ...document } = stored
    return { job, policy, document }
  }

  /** An outcome is an error's envelope beside its name, a result's, or what nobody sealed. */
  function outputOf(queue: string, data: unknown, output: unknown) {
    const job: SealedJob = { name: types.accepted(queue, output), queue, data }
    const error = memberOf(output, ERROR)
    if (error !== undefined) return { job, surface: 'error', envelope: error } as const
    return { job, surface: 'output', envelope: memberOf(output, SEALED) } as const
  }

  async function sealWhole(job: SealedJob, value: unknown, surface: Surface): Promise<string> {
    return sealer.seal(value, { ...callOf(job, surface), storeContext })
  }

  async function openWhole(job: SealedJob, stored: unknown, envelope: unknown, surface: Surface): Promise<unknown> {
    if (typeof envelope === 'string') return sealer.open(envelope, callOf(job, surface))
    const plaintext = windowOf(job)
    if (envelope !== undefined || !plaintext) throw new WaxsealError('plaintext_rejected', 'the job is in clear')
    // The core decides on the window, and counts what it lets through.
    return sealer.open(stored as string, { ...callOf(job, surface), plaintext }).catch((error) => {
      throw WaxsealError.is(error) && error.code === 'malformed'
        ? new WaxsealError('plaintext_rejected', 'the job is in clear')
        : error
    })
  }

  return Object.freeze({
    types,
    jobOf,
    placeOf: (job: SealedJob): string => JSON.stringify(callOf(job, 'error')),

    async sealData(queue: string, data: unknown, sendOptions: unknown): Promise<unknown> {
      const value = asJson(data)
      const job: SealedJob = { name: types.of(queue), queue, data: value, options: sendOptions }
      if (isPlain(job)) return data
      const policy = settingOf(options.policy, job)
      // A root that is no object cannot be sealed by fields where members are added to the document (spec section 7).
      if (!policy || !isObject(value)) return { [SEALED]: await sealWhole(job, value, 'data'), [JOB]: job.name }
      if (Object.hasOwn(value, SEALED) || Object.hasOwn(value, JOB))
        throw new WaxsealError('already_sealed', `the data has a member ${SEALED} or ${JOB}: it may be sealed already`)
      return { ...(await sealer.sealFields(value, policy, { ...callOf(job, 'data'), storeContext })), [JOB]: job.name }
    },

    async openData(queue: string, stored: unknown): Promise<unknown> {
      const { job, envelope, policy, document } = dataOf(queue, stored)
      if (!policy) return openWhole(job, stored, envelope, 'data')
      return sealer.openFields(document, policy, { ...callOf(job, 'data'), plaintext: windowOf(job) })
    },

    async sealOutput(job: SealedJob, value: unknown): Promise<unknown> {
      if (isPlain(job)) return value
      const output = asOutput(value)
      return output === undefined ? undefined : { [SEALED]: await sealWhole(job, output, 'output'), [JOB]: job.name }
    },

    async sealError(job: SealedJob, error: unknown): Promise<unknown> {
      try {
        if (isPlain(job)) return error
        if (errors === 'scrub') return scrubbed(error)
        const sealed = await sealWhole(job, asOutput(error) ?? null, 'error')
        return { ...scrubbed(error), [ERROR]: sealed, [JOB]: job.name }
      } catch {
        // That the details cannot be sealed is no reason to store them in clear, nor to lose the failure itself.
        return scrubbed(error)
      }
    },

    async openOutput(queue: string, { data }: HostJob, output: unknown, completed: boolean): Promise<unknown> {
      if (output === undefined || output === null) return output
      const { job, surface, envelope } = outputOf(queue, data, output)
      if (envelope !== undefined || completed) return openWhole(job, output, envelope, surface)
      return isScrubbed(output) ? output : { [UNSEALED]: output }
    },

    locateData(queue: string, stored: unknown): Located {
      const { job, envelope, policy, document } = dataOf(queue, stored)
      if (policy) return { sealed: document, member: undefined, policy, ...callOf(job, 'data') }
      return { ...wholeOf(stored, envelope, SEALED), ...callOf(job, 'data') }
    },

    locateOutput(queue: string, data: unknown, output: unknown): Located {
      const { job, surface, envelope } = outputOf(queue, data, output)
      return { ...wholeOf(output, envelope, surface === 'error' ? ERROR : SEALED), ...callOf(job, surface) }
    },
  })
}

const wholeOf = (stored: unknown, envelope: unknown, member: string) =>
  envelope === undefined ? { sealed: stored, member: undefined } : { sealed: envelope, member }

const isScrubbed = (output: unknown): output is StoredObject =>
  isObject(output) &&
  output.message === SCRUBBED &&
  Object.keys(output).every((name) => ['name', 'message', 'code'].includes(name))
