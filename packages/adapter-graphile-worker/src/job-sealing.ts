import {
  createPayloads,
  ERROR,
  errorText,
  isObject,
  isPoison,
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
import type { SealOptions } from './seal-options.js'

/** What graphile-worker adds to the payload of a job that it makes itself. */
const CRON = '_cron'
/** What begins the text of a batch in which some elements failed. */
const BATCH = 'Batch failures:\n'

/** Carries what graphile-worker stores to the sealer and back. */
export interface JobSealing {
  readonly payloads: Payloads
  /** A payload as it is to be stored; of a list each element, because graphile-worker joins lists and takes elements out. */
  sealPayload(identifier: string, payload: unknown, options?: unknown): Promise<unknown>
  /** The payload of a schedule: whole, because graphile-worker adds a member to it. */
  sealTemplate(identifier: string, payload: object | null): Promise<object | null>
  openPayload(identifier: string, stored: unknown): Promise<unknown>
  /** What is thrown to graphile-worker in place of an error. */
  failure(identifier: string, stored: unknown, error: unknown): Promise<unknown>
  refusal(error: unknown): { readonly failure: unknown; readonly poison: boolean }
  openError(identifier: string, stored: unknown, text: string): Promise<string>
  jobKey(key: string): Promise<string>
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

  async function openLine(info: SealedJob, line: string): Promise<string> {
    const stored = parseErrorText(line)
    if (!stored || stored[ERROR] === undefined) return line
    return String(memberOf(await payloads.openError(info, stored), 'message'))
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
      const poison = isPoison(error)
      payloads.report(poison ? 'refused' : 'deferred', 'data', error)
      return { failure: thrown(scrubbed(error)), poison }
    },

    async openError(identifier, stored, text) {
      const info = infoOf(identifier, Array.isArray(stored) ? stored[0] : stored)
      if (!text.startsWith(BATCH)) return openLine(info, text)
      const lines = text.slice(BATCH.length).split('\n')
      return BATCH + (await Promise.all(lines.map((line) => openLine(info, line)))).join('\n')
    },

    // Keys are unique across all tasks.
    jobKey: async (key) => (options.dedup && options.write !== 'plaintext' ? options.dedup.value('job_key', key) : key),
  }
}
