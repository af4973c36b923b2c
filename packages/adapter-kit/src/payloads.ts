import { type Context, type FieldPolicy, type FieldPolicyOptions, type MigrationWindow, WaxsealError } from '@waxseal/core'
import { jobContext } from './context.js'
import { errorEnvelope } from './error-text.js'
import { type SealedJob, type Surface, settingOf } from './job.js'
import { isPoison, isScrubbed, scrubbed } from './job-error.js'
import { asJson, asOutput, jsonOf } from './json-form.js'
import type { JobEvent, SealOptions } from './seal-options.js'
import { ERROR, isObject, JOB, memberOf, SEALED } from './stored.js'

/** Carries what a host stores of jobs to the sealer and back. In every call `job.name` is the type that the adapter vouches for. */
export interface Payloads {
  /** Whether this job is stored as the host does. */
  isPlain(job: SealedJob): boolean
  /** Under which context and whose key a part of the job is sealed, for what only the host's own form needs of the sealer. */
  callOf(job: SealedJob, surface: Surface): SealCall
  /** `job.data` in the form that is stored: an envelope or a document, beside its job type; or as it is, where the job is plain. */
  sealData(job: SealedJob): Promise<unknown>
  /** What the producer gave, of `job.data` as it is stored. */
  openData(job: SealedJob): Promise<unknown>
  /** A value of JSON as one envelope beside its job type. */
  sealValue(job: SealedJob, surface: Surface, value: unknown): Promise<unknown>
  openValue(job: SealedJob, surface: Surface, stored: unknown): Promise<unknown>
  /** A line of text as an envelope. */
  sealText(job: SealedJob, surface: Surface, text: string): Promise<string>
  openText(job: SealedJob, surface: Surface, stored: string): Promise<string>
  /** Never fails: what cannot be sealed is dropped. The error itself where the job is plain. */
  sealError(job: SealedJob, error: unknown): Promise<unknown>
  /** An error whose details cannot be sealed for whoever would have to open them: scrubbed, and `onEvent` is told. */
  dropError(error: unknown, reason?: unknown): unknown
  /** What stands in clear, in the form in which it would have been stored. Unlike `sealError` it fails where it cannot be sealed. */
  sealStored(job: SealedJob, surface: Surface, stored: unknown): Promise<unknown>
  /** The details of a stored error; a scrubbed one as it is. */
  openError(job: SealedJob, stored: unknown): Promise<unknown>
  /** Whose key and under which context an error of the job is sealed: equal for jobs that can share one. */
  placeOf(job: SealedJob): string
  /** What `openData` would open, and as what. */
  locateData(job: SealedJob): Located
  /** What `openValue` or `openError` would open, and as what. */
  locateValue(job: SealedJob, surface: Surface, stored: unknown): Located
  /** A key that the host compares: a keyed hash where `dedup` is set, else as given. */
  dedupKey(job: SealedJob, key: string): Promise<string>
  /** Of what does not open, or cannot be sealed: tells `onEvent`, and whether trying again cannot help (`isPoison`). */
  refuse(surface: Surface, error: unknown): boolean
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

/** What a sealer is told with each part of a job. */
export interface SealCall {
  readonly context: Exclude<Context, 'none'>
  readonly scope: string | undefined
}

const inClear = () => new WaxsealError('plaintext_rejected', 'the job is in clear')

/** `config` unless the options name a sealer and an application. */
export function createPayloads(options: SealOptions): Payloads {
  const { sealer, storeContext = true, errors = 'seal' } = options
  if (typeof sealer?.seal !== 'function') throw new WaxsealError('config', 'seal.sealer must be a sealer')
  if (typeof options.app !== 'function' && (typeof options.app !== 'string' || options.app === ''))
    throw new WaxsealError('config', 'seal.app must name the application')
  if (errors !== 'seal' && errors !== 'scrub') throw new WaxsealError('config', "seal.errors is 'seal' or 'scrub'")
  if (typeof options.write !== 'function' && ![undefined, 'sealed', 'plaintext'].includes(options.write))
    throw new WaxsealError('config', "seal.write is 'sealed' or 'plaintext'")

  const callOf = (job: SealedJob, surface: Surface): SealCall => ({
    context: jobContext(settingOf(options.app, job), job.name, surface),
    scope: settingOf(options.scope, job),
  })
  const windowOf = (job: SealedJob): MigrationWindow | undefined => {
    if (typeof options.plaintext === 'function') return options.plaintext(job)
    const place = job.queue ?? job.name
    return options.plaintext && Object.hasOwn(options.plaintext, place) ? options.plaintext[place] : undefined
  }
  const isPlain = (job: SealedJob): boolean => settingOf(options.write ?? 'sealed', job) === 'plaintext'

  /** A payload is a document where its policy says so, and one envelope otherwise. */
  function dataOf(job: SealedJob) {
    const envelope = memberOf(job.data, SEALED)
    const policy = settingOf(options.policy, job)
    if (!policy || envelope !== undefined || !isObject(job.data)) return { envelope }
    const { [JOB]: _, ...document } = job.data
    return { policy, document }
  }

  const sealWhole = (job: SealedJob, value: unknown, surface: Surface): Promise<string> =>
    sealer.seal(value, { ...callOf(job, surface), storeContext })

  async function openWhole(job: SealedJob, stored: unknown, envelope: unknown, surface: Surface): Promise<unknown> {
    if (typeof envelope === 'string') return sealer.open(envelope, callOf(job, surface))
    const plaintext = windowOf(job)
    // A document whose fields are sealed is not in clear: without its policy it would show what stands in their place.
    const isDocument = ['$wax', JOB].some((name) => memberOf(stored, name) !== undefined)
    if (envelope !== undefined || isDocument || !plaintext) throw inClear()
    // The core decides on the window, and counts what it lets through.
    return sealer.open(stored as string, { ...callOf(job, surface), plaintext }).catch((error) => {
      throw WaxsealError.is(error) && error.code === 'malformed' ? inClear() : error
    })
  }

  function report(event: JobEvent['event'], surface: Surface, error?: unknown): void {
    try {
      options.onEvent?.({ event, surface, ...(WaxsealError.is(error) ? { code: error.code } : {}) })
    } catch {}
  }

  function refuse(surface: Surface, error: unknown): boolean {
    const poison = isPoison(error)
    report(poison ? 'refused' : 'deferred', surface, error)
    return poison
  }

  async function sealData({ data, ...rest }: SealedJob): Promise<unknown> {
    const value = jsonOf(data)
    const job: SealedJob = { ...rest, data: value }
    if (isPlain(job)) return data
    const policy = settingOf(options.policy, job)
    // A root that is no object cannot be sealed by fields where members are added to the document (spec section 7).
    if (!policy || !isObject(value)) return { [SEALED]: await sealWhole(job, value, 'data'), [JOB]: job.name }
    if (Object.hasOwn(value, SEALED) || Object.hasOwn(value, JOB))
      throw new WaxsealError('already_sealed', `the data has a member ${SEALED} or ${JOB}: it may be sealed already`)
    // What the caller does to the data while its fields are being sealed changes nothing.
    const document = value === data ? asJson(data) : value
    return { ...(await sealer.sealFields(document, policy, { ...callOf(job, 'data'), storeContext })), [JOB]: job.name }
  }

  async function sealValue(job: SealedJob, surface: Surface, value: unknown): Promise<unknown> {
    return isPlain(job) ? value : { [SEALED]: await sealWhole(job, value, surface), [JOB]: job.name }
  }

  async function sealText(job: SealedJob, surface: Surface, text: string): Promise<string> {
    return isPlain(job) ? text : sealWhole(job, text, surface)
  }

  async function storedError(job: SealedJob, error: unknown): Promise<unknown> {
    if (isPlain(job)) return error
    if (errors === 'scrub') return scrubbed(error)
    const sealed = await sealWhole(job, asOutput(error) ?? null, 'error')
    return { ...scrubbed(error), [ERROR]: sealed, [JOB]: job.name }
  }

  function dropError(error: unknown, reason?: unknown): unknown {
    if (errors !== 'scrub') report('scrubbed', 'error', reason)
    return scrubbed(error)
  }

  return Object.freeze({
    isPlain,
    callOf,
    refuse,
    dropError,
    sealData,
    sealValue,
    sealText,
    placeOf: (job: SealedJob): string => JSON.stringify(callOf(job, 'error')),

    async openData(job: SealedJob): Promise<unknown> {
      const { envelope, policy, document } = dataOf(job)
      if (!policy) return openWhole(job, job.data, envelope, 'data')
      return sealer.openFields(document, policy, { ...callOf(job, 'data'), plaintext: windowOf(job) })
    },

    openValue: (job: SealedJob, surface: Surface, stored: unknown) => openWhole(job, stored, memberOf(stored, SEALED), surface),

    async openText(job: SealedJob, surface: Surface, stored: string): Promise<string> {
      return (await openWhole(job, stored, /^wax[1-9]/.test(stored) ? stored : undefined, surface)) as string
    },

    async sealError(job: SealedJob, error: unknown): Promise<unknown> {
      try {
        return await storedError(job, error)
      } catch (reason) {
        // That the details cannot be sealed is no reason to store them in clear, nor to lose the failure itself.
        return dropError(error, reason)
      }
    },

    async sealStored(job: SealedJob, surface: Surface, stored: unknown): Promise<unknown> {
      if (surface === 'data') return sealData({ ...job, data: stored })
      if (surface === 'error') return storedError(job, stored)
      return typeof stored === 'string' && surface === 'log' ? sealText(job, surface, stored) : sealValue(job, surface, stored)
    },

    async openError(job: SealedJob, stored: unknown): Promise<unknown> {
      if (isScrubbed(stored)) return stored
      return openWhole(job, stored, memberOf(stored, ERROR), 'error')
    },

    locateData(job: SealedJob): Located {
      const { envelope, policy, document } = dataOf(job)
      if (policy) return { sealed: document, member: undefined, policy, ...callOf(job, 'data') }
      return { ...wholeOf(job.data, envelope, SEALED), ...callOf(job, 'data') }
    },

    locateValue(job: SealedJob, surface: Surface, stored: unknown): Located {
      const [envelope, member] = surface === 'error' ? [errorEnvelope(stored), ERROR] : [memberOf(stored, SEALED), SEALED]
      return { ...wholeOf(stored, envelope, member), ...callOf(job, surface) }
    },

    async dedupKey(job: SealedJob, key: string): Promise<string> {
      if (!options.dedup || isPlain(job)) return key
      return options.dedup.value(job.name, key, { scope: settingOf(options.scope, job) })
    },
  })
}

const wholeOf = (stored: unknown, envelope: unknown, member: string) =>
  envelope === undefined ? { sealed: stored, member: undefined } : { sealed: envelope, member }
