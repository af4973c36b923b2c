import {
  asJson,
  createPayloads,
  errorText,
  isObject,
  isPoison,
  JOB,
  jobContext,
  memberOf,
  parseErrorText,
  SEALED,
  type SealedJob,
  type StoredObject,
  settingOf,
} from '@waxseal/adapter-kit'
import { type MigrationWindow, WaxsealError } from '@waxseal/core'
import { attributeOf, JOB_ATTRIBUTE, KEY_ATTRIBUTE } from './attributes.js'
import type { BodySealOptions, OpenBodyCall, SealBodyCall } from './options.js'
import { ttlOf } from './ttl.js'

/** A body to be sent, and what belongs beside it. */
export interface SealedBody<Body extends string | Uint8Array = string | Uint8Array> {
  readonly body: Body
  /** For the message's attributes or headers: the job type and the key, both in clear. Empty where the body is in clear. */
  readonly attributes: Readonly<Record<string, string>>
  /** A keyed hash of what makes messages the same, for the broker's own deduplication: of sealed bodies no two are equal. */
  readonly dedupId?: string | undefined
  /** How long the message may live, in milliseconds, by `seal.retention`. */
  readonly ttlMs?: number | undefined
}

/** What became of a message, and what to do with it. */
export type OpenedBody =
  | { readonly ok: true; readonly value: unknown }
  /** `retry`: later it may open, after `afterMs` where a key service said so. Otherwise it never will: no retry, keep it for whoever looks into it. */
  | { readonly ok: false; readonly retry: boolean; readonly afterMs?: number | undefined; readonly error: unknown }

export interface Bodies {
  /**
   * Seals a value to be the body of a message. `config`, `not_serialisable` and what the key source throws.
   *
   * @example
   * const { body, attributes, dedupId } = await bodies.seal(invoice, { job: 'invoice' })
   */
  seal(value: unknown, call: SealBodyCall & { readonly as: 'bytes' }): Promise<SealedBody<Uint8Array>>
  seal(value: unknown, call: SealBodyCall): Promise<SealedBody<string>>
  /** The value of a body. Throws where it does not open. */
  open(body: string | Uint8Array, call: OpenBodyCall): Promise<unknown>
  /** As `open`, without throwing: says whether another try is worth it. */
  tryOpen(body: string | Uint8Array, call: OpenBodyCall): Promise<OpenedBody>
  /**
   * An error as a line of text that may stand in a header of a dead letter: `CardDeclinedError: [sealed] wax1.…`. Never fails.
   *
   * @example
   * channel.publish('dead', '', message.content, { headers: { reason: await bodies.sealError(error, 'invoice') } })
   */
  sealError(error: unknown, job: string, inReplyTo?: string | Uint8Array): Promise<string>
  /** The details of an error that `sealError` wrote; undefined for any other text. */
  openError(line: string, job: string, inReplyTo?: string | Uint8Array): Promise<unknown>
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new WaxsealError('malformed', 'the body is neither an envelope nor JSON')
  }
}

// What begins a binary envelope (spec section 2); no JSON begins so.
const BINARY = 0xc1
const isBinary = (body: string | Uint8Array): body is Uint8Array => body instanceof Uint8Array && body[0] === BINARY

/** What of a body is JSON; undefined for a binary envelope, of which nothing is clear. */
const clearOf = (body: string | Uint8Array | undefined): unknown =>
  body === undefined || isBinary(body) ? undefined : parse(typeof body === 'string' ? body : new TextDecoder().decode(body))

/** A message as settings are told of it. */
const jobOf = (name: string, body: string | Uint8Array | undefined): SealedJob => ({ name, data: clearOf(body) })

/** `config` for options that do not fit. */
export function createBodies(seal: BodySealOptions): Bodies {
  const payloads = createPayloads(seal)
  const { sealer, storeContext = true } = seal

  const callOf = (job: SealedJob, surface: 'data' | 'result' | 'progress' | 'log') => ({
    context: jobContext(settingOf(seal.app, job), job.name, surface),
    scope: settingOf(seal.scope, job),
  })
  const windowOf = (job: SealedJob): MigrationWindow | undefined =>
    typeof seal.plaintext === 'function' ? seal.plaintext(job) : seal.plaintext?.[job.name]

  /** The envelope, or the first string of a document's, by which the key is told. */
  function keyOf(stored: unknown): Record<string, string> {
    const wax = memberOf(stored, '$wax')
    const envelope =
      stored instanceof Uint8Array ? stored : (memberOf(stored, SEALED) ?? (isObject(wax) ? Object.values(wax)[0] : wax))
    if (typeof envelope !== 'string' && !(envelope instanceof Uint8Array)) return {}
    const { kid, version } = sealer.inspect(envelope)
    return { [KEY_ATTRIBUTE]: `${kid}~${version}` }
  }

  async function sealed(job: SealedJob, value: unknown, { surface = 'data', as }: SealBodyCall): Promise<unknown> {
    const whole = surface !== 'data' || !settingOf(seal.policy, job)
    if (as === 'bytes' && whole) return sealer.seal(value, { ...callOf(job, surface), storeContext, as: 'bytes' })
    return surface === 'data' ? payloads.sealData(job) : payloads.sealValue(job, surface, asJson(value))
  }

  /** Which of the types that a consumer takes this is. */
  function typeOf({ job, attributes }: OpenBodyCall, stored: unknown): string {
    if (typeof job === 'string') return job
    const named = attributeOf(attributes, JOB_ATTRIBUTE) ?? memberOf(stored, JOB)
    if (typeof named === 'string' && job.includes(named)) return named
    throw new WaxsealError('context_required', 'the message is of no type that this consumer takes')
  }

  async function open(body: string | Uint8Array, call: OpenBodyCall): Promise<unknown> {
    const { surface = 'data', inReplyTo } = call
    const stored = clearOf(body)
    const name = typeOf(call, stored)
    const job = surface === 'data' ? { name, data: stored } : jobOf(name, inReplyTo)
    if (isBinary(body)) return sealer.open(body, { ...callOf(job, surface), plaintext: windowOf(job) })
    return surface === 'data' ? payloads.openData(job) : payloads.openValue(job, surface, stored)
  }

  async function sealBody(value: unknown, call: SealBodyCall): Promise<SealedBody> {
    if (typeof call?.job !== 'string' || call.job === '')
      throw new WaxsealError('config', 'job must name the type of the message')
    const job = call.inReplyTo === undefined ? { name: call.job, data: value } : jobOf(call.job, call.inReplyTo)
    const plain = payloads.isPlain(job)
    const stored = plain ? value : await sealed(job, value, call)
    const dedupId = await seal.dedup?.value(job.name, asJson(call.dedupBy ?? value), { scope: settingOf(seal.scope, job) })
    const text = stored instanceof Uint8Array ? undefined : JSON.stringify(stored)
    const body = text === undefined || call.as !== 'bytes' ? (text ?? (stored as Uint8Array)) : new TextEncoder().encode(text)
    return {
      body,
      attributes: plain ? {} : { [JOB_ATTRIBUTE]: job.name, ...keyOf(stored) },
      dedupId,
      ttlMs: ttlOf(settingOf(seal.retention, job)),
    }
  }

  return Object.freeze({
    seal: sealBody as Bodies['seal'],
    open,
    async tryOpen(body: string | Uint8Array, call: OpenBodyCall): Promise<OpenedBody> {
      try {
        return { ok: true, value: await open(body, call) }
      } catch (error) {
        const retry = !isPoison(error)
        payloads.report(retry ? 'deferred' : 'refused', call.surface ?? 'data', error)
        return { ok: false, retry, afterMs: WaxsealError.is(error) ? error.retryAfterMs : undefined, error }
      }
    },

    async sealError(error: unknown, job: string, inReplyTo?: string | Uint8Array): Promise<string> {
      const stored = await payloads.sealError(jobOf(job, inReplyTo), error)
      return stored === error ? String(error) : errorText(stored as StoredObject)
    },

    async openError(line: string, job: string, inReplyTo?: string | Uint8Array): Promise<unknown> {
      const stored = parseErrorText(line)
      return stored && payloads.openError(jobOf(job, inReplyTo), stored)
    },
  })
}
