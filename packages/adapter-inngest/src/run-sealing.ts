import {
  asJson,
  createPayloads,
  errorText,
  isObject,
  isPoison,
  JOB,
  type Payloads,
  parseErrorText,
  SCRUBBED,
  SEALED,
  type SealedJob,
  type StoredObject,
  type Surface,
  scrubbed,
} from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import { createLegacy } from './legacy.js'
import type { SealOptions } from './seal-options.js'
import { SealedError, sealedDetails, sealedError } from './sealed-error.js'

const FIRST_DELAY_SECONDS = 15
const MAX_DELAY_SECONDS = 600

/** Carries what Inngest stores to the sealer and back. */
export interface RunSealing {
  readonly payloads: Payloads
  readonly clear: ReadonlySet<string>
  sealData(job: SealedJob): Promise<unknown>
  openData(job: SealedJob): Promise<unknown>
  sealResult(job: SealedJob, value: unknown): Promise<unknown>
  openResult(job: SealedJob, stored: unknown): Promise<unknown>
  /** The details of an error by its message; undefined where it has none that are sealed. */
  openDetails(job: SealedJob, message: unknown): Promise<unknown>
  /** What is thrown to Inngest in place of a handler's error. */
  failure(job: SealedJob, error: unknown): Promise<unknown>
  /** Seals what an error says within the error itself. */
  concealInto(job: SealedJob, error: Error): Promise<Error>
  /** What is thrown to Inngest where something does not open or cannot be sealed. */
  refusal(error: unknown, surface: Surface, attempt?: number): SealedError
  /** Of a part that the rest can do without: told where it never opens, thrown where it may. */
  passOver(error: unknown, surface: Surface): void
  eventId(job: SealedJob, id: string): Promise<string>
}

const delaySeconds = (error: unknown, attempt: number): number => {
  const told = WaxsealError.is(error) ? error.retryAfterMs : undefined
  if (told !== undefined) return Math.max(1, Math.ceil(told / 1000))
  return Math.min(FIRST_DELAY_SECONDS * 4 ** attempt, MAX_DELAY_SECONDS)
}

/** `config` for options that do not fit. */
export function createRunSealing(options: SealOptions): RunSealing {
  const payloads = createPayloads(options)
  const legacy = createLegacy(options.legacy)

  return Object.freeze({
    payloads,
    clear: new Set<string>(options.clear),

    async sealData({ data, ...rest }: SealedJob): Promise<unknown> {
      if (payloads.isPlain({ ...rest, data })) return data
      // Inngest makes an object of data that are missing.
      const value = data ?? {}
      if (isObject(value) && (Object.hasOwn(value, SEALED) || Object.hasOwn(value, JOB)))
        throw new WaxsealError('already_sealed', `the data has a member ${SEALED} or ${JOB}: it may be sealed already`)
      return payloads.sealData({ ...rest, data: value })
    },

    openData: async ({ data, ...rest }: SealedJob) => payloads.openData({ ...rest, data: legacy.openMembers(data) }),

    async sealResult(job: SealedJob, value: unknown): Promise<unknown> {
      return payloads.isPlain(job) ? value : payloads.sealValue(job, 'result', asJson(value))
    },

    async openResult(job: SealedJob, stored: unknown): Promise<unknown> {
      return legacy.reads(stored) ? legacy.open(stored) : payloads.openValue(job, 'result', stored)
    },

    async openDetails(job: SealedJob, message: unknown): Promise<unknown> {
      const stored = sealedDetails(message)
      return stored && payloads.openError(job, stored)
    },

    async failure(job: SealedJob, error: unknown): Promise<unknown> {
      if (error instanceof SealedError || payloads.isPlain(job)) return error
      return sealedError(error, (await payloads.sealError(job, error)) as StoredObject)
    },

    async concealInto(job: SealedJob, error: Error): Promise<Error> {
      if (payloads.isPlain(job)) return error
      const { name } = scrubbed(error)
      const message = parseErrorText(error.message)
        ? error.message
        : errorText((await payloads.sealError(job, error)) as StoredObject)
      return Object.assign(error, { name, message, stack: `${name}: ${SCRUBBED}`, cause: undefined, code: undefined })
    },

    refusal(error: unknown, surface: Surface, attempt = 0): SealedError {
      if (error instanceof SealedError) return error
      const text = errorText(scrubbed(error))
      if (payloads.refuse(surface, error)) return new SealedError('NonRetriableError', text)
      return new SealedError('RetryAfterError', text, String(delaySeconds(error, attempt)))
    },

    passOver(error: unknown, surface: Surface): void {
      if (!isPoison(error)) throw error
      payloads.refuse(surface, error)
    },

    // Inngest compares ids across all events.
    eventId: async (job: SealedJob, id: string) =>
      options.dedup && !payloads.isPlain(job) ? options.dedup.value('event_id', id) : id,
  })
}
