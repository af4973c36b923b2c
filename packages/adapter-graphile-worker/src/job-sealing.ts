import {
  createPayloads,
  ERROR,
  errorText,
  isObject,
  JobError,
  memberOf,
  type Payloads,
  parseErrorText,
  SEALED,
  type SealedJob,
  type StoredObject,
  scrubbed,
} from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import { BATCH, elementOf } from './elements.js'
import type { SealOptions } from './seal-options.js'

/** What graphile-worker adds to the payload of a job that it makes itself. */
const CRON = '_cron'

/** A stored error opened: its messages, and the details of what was sealed of it. */
export interface OpenedError {
  readonly text: string
  readonly details: readonly unknown[]
}

/** Carries what graphile-worker stores to the sealer and back. */
export interface JobSealing {
  readonly payloads: Payloads
  /** A payload as it is to be stored; of a list each element, because graphile-worker joins lists and takes elements out. */
  sealPayload(identifier: string, payload: unknown, options?: unknown): Promise<unknown>
  /** The payload of a schedule: whole, because graphile-worker adds a member to it. */
  sealTemplate(identifier: string, payload: object | null): Promise<object | null>
  openPayload(identifier: string, stored: unknown): Promise<unknown>
  /** What is thrown to graphile-worker in place of an error; `stored` is the element that failed, or the payload. */
  failure(identifier: string, stored: unknown, error: unknown): Promise<unknown>
  refusal(error: unknown): { readonly failure: unknown; readonly poison: boolean }
  openError(identifier: string, stored: unknown, text: string): Promise<OpenedError>
  jobKey(key: string): Promise<string>
}

/** The message of an error, or what was thrown instead of one. */
function messageOf(details: unknown): string {
  const message = memberOf(details, 'message') ?? memberOf(details, 'value')
  return typeof message === 'string' && message !== '' ? message : 'An error occurred'
}

/** `config` for options that do not fit. */
export function createJobSealing(options: SealOptions): JobSealing {
  const payloads = createPayloads(options)
  const infoOf = (identifier: string, data: unknown, given?: unknown): SealedJob => ({
    name: options.jobType?.(identifier) ?? identifier,
    data,
    ...(given === undefined ? {} : { options: given }),
  })
  const thrown = (stored: unknown): JobError => new JobError(stored as StoredObject, errorText(stored as StoredObject))

  async function openOne(identifier: string, stored: unknown): Promise<unknown> {
    const cron = memberOf(stored, CRON)
    const value = await payloads.openData(infoOf(identifier, stored))
    return cron !== undefined && memberOf(stored, SEALED) !== undefined && isObject(value) ? { [CRON]: cron, ...value } : value
  }

  async function openLine(info: SealedJob, line: string): Promise<OpenedError> {
    const stored = parseErrorText(line)
    if (!stored || stored[ERROR] === undefined) return { text: line, details: [] }
    const details = await payloads.openError(info, stored)
    return { text: messageOf(details), details: [details] }
  }

  return {
    payloads,

    async sealPayload(identifier, payload, given) {
      const seal = (data: unknown) => payloads.sealData(infoOf(identifier, data, given))
      if (!Array.isArray(payload)) return seal(payload ?? {})
      if (payload.length > 0) return Promise.all(payload.map(seal))
      // Nothing would vouch for it; and sealed it is no list that another can be joined to.
      if (memberOf(given, 'jobKey') !== undefined && !payloads.isPlain(infoOf(identifier, payload, given)))
        throw new WaxsealError(
          'config',
          'a list without elements cannot be sealed under a jobKey: it would replace what is there',
        )
      return seal(payload)
    },

    async sealTemplate(identifier, payload) {
      const info = infoOf(identifier, payload ?? {})
      return (await payloads.sealValue(info, 'data', info.data)) as object
    },

    async openPayload(identifier, stored) {
      if (!Array.isArray(stored) || stored.length === 0) return openOne(identifier, stored)
      return Promise.all(stored.map((each) => openOne(identifier, each)))
    },

    async failure(identifier, stored, error) {
      const infos = (Array.isArray(stored) && stored.length > 0 ? stored : [stored]).map((each) => infoOf(identifier, each))
      if (infos.every(payloads.isPlain)) return error
      // One error is stored for all elements: sealed only if it is for whoever may read each of them.
      const shared = new Set(infos.map(payloads.placeOf)).size === 1
      return thrown(shared ? await payloads.sealError(infos[0]!, error) : payloads.dropError(error))
    },

    refusal(error) {
      return { failure: thrown(scrubbed(error)), poison: payloads.refuse('data', error) }
    },

    async openError(identifier, stored, text) {
      const open = (line: string, at: number) => openLine(infoOf(identifier, elementOf(stored, at)), line)
      if (!text.startsWith(BATCH)) return open(text, 0)
      const lines = await Promise.all(text.slice(BATCH.length).split('\n').map(open))
      return { text: BATCH + lines.map((line) => line.text).join('\n'), details: lines.flatMap(({ details }) => details) }
    },

    // Keys are unique across all tasks.
    jobKey: async (key) => (options.dedup && options.write !== 'plaintext' ? options.dedup.value('job_key', key) : key),
  }
}
