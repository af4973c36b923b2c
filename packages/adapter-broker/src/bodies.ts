import {
  asJson,
  createPayloads,
  errorText,
  JOB,
  memberOf,
  parseErrorText,
  type SealedJob,
  type StoredObject,
  settingOf,
} from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import { attributesOf, jobNamedBy } from './attributes.js'
import { type Body, clearOf, type ReadBody, readBody } from './body.js'
import type { BodySealOptions, OpenBodyCall, SealBodyCall } from './options.js'
import { ttlOf } from './ttl.js'
import type { Bodies, OpenedBody, SealedBody } from './types.js'

/** A message as settings are told of it. */
const jobOf = (name: string, body: Body | undefined): SealedJob => ({ name, data: clearOf(body) })

/** `config` for options that do not fit. */
export function createBodies(seal: BodySealOptions): Bodies {
  const payloads = createPayloads(seal)
  const { sealer, storeContext = true, now = Date.now } = seal

  /** Bytes of an envelope, or JSON. */
  async function sealed(job: SealedJob, value: unknown, { surface = 'data', as }: SealBodyCall): Promise<unknown> {
    const isBytes = value instanceof Uint8Array
    const whole = surface !== 'data' || !settingOf(seal.policy, job)
    if (as === 'bytes' && whole && !payloads.isPlain(job))
      return sealer.seal(isBytes ? value : asJson(value), { ...payloads.callOf(job, surface), storeContext, as: 'bytes' })
    if (isBytes) throw new WaxsealError('not_serialisable', "bytes are sealed whole and with as: 'bytes', or not at all")
    return surface === 'data' ? payloads.sealData(job) : payloads.sealValue(job, surface, asJson(value))
  }

  /** Replies that are equal are answers to different messages: they are the same only where the caller says so. */
  async function dedupIdOf(job: SealedJob, value: unknown, { surface = 'data', dedupBy }: SealBodyCall) {
    const same = dedupBy === undefined && surface === 'data' ? value : dedupBy
    if (!seal.dedup || same === undefined) return undefined
    if (same instanceof Uint8Array) throw new WaxsealError('config', 'dedupBy must say as JSON what makes bytes the same')
    return seal.dedup.value(job.name, asJson(same), { scope: payloads.callOf(job, surface).scope })
  }

  async function sealBody(value: unknown, call: SealBodyCall): Promise<SealedBody> {
    if (typeof call?.job !== 'string' || call.job === '')
      throw new WaxsealError('config', 'job must name the type of the message')
    const job = (call.surface ?? 'data') === 'data' ? { name: call.job, data: value } : jobOf(call.job, call.inReplyTo)
    const stored = await sealed(job, value, call)
    const text = stored instanceof Uint8Array ? stored : (JSON.stringify(stored) ?? 'null')
    return {
      body: call.as === 'bytes' && typeof text === 'string' ? new TextEncoder().encode(text) : text,
      attributes: payloads.isPlain(job) ? {} : attributesOf(job.name, stored, sealer),
      dedupId: await dedupIdOf(job, value, call),
      ttlMs: ttlOf(settingOf(seal.retention, job), now()),
    }
  }

  /** Which of the types that a consumer takes this is. */
  function typeOf({ job, attributes }: OpenBodyCall, { envelope, json }: ReadBody): string {
    if (typeof job === 'string') return job
    if (!Array.isArray(job)) throw new WaxsealError('config', 'job must name the types that this consumer takes')
    const named = jobNamedBy(attributes) ?? (envelope ? sealer.inspect(envelope).context?.job : memberOf(json, JOB))
    if (typeof named === 'string' && job.includes(named)) return named
    throw new WaxsealError('context_required', 'the message is of no type that this consumer takes')
  }

  async function opened(body: Body, call: OpenBodyCall): Promise<{ value: unknown; job: string }> {
    const { surface = 'data', inReplyTo } = call
    const read = readBody(body)
    const name = typeOf(call, read)
    const job = surface === 'data' ? { name, data: read.json } : jobOf(name, inReplyTo)
    const value = read.envelope
      ? sealer.open(read.envelope, payloads.callOf(job, surface))
      : surface === 'data'
        ? payloads.openData(job)
        : payloads.openValue(job, surface, read.json)
    return { value: await value, job: name }
  }

  return Object.freeze({
    seal: sealBody as Bodies['seal'],

    open: async (body: Body, call: OpenBodyCall): Promise<unknown> => (await opened(body, call)).value,

    async tryOpen(body: Body, call: OpenBodyCall): Promise<OpenedBody> {
      try {
        return { ok: true, ...(await opened(body, call)) }
      } catch (error) {
        const retry = !payloads.refuse(call.surface ?? 'data', error)
        return { ok: false, retry, afterMs: WaxsealError.is(error) ? error.retryAfterMs : undefined, error }
      }
    },

    async sealError(error: unknown, job: string, inReplyTo?: Body): Promise<string> {
      const stored = await payloads.sealError(jobOf(job, inReplyTo), error)
      return stored === error ? String(error).replace(/\s+/g, ' ') : errorText(stored as StoredObject)
    },

    async openError(line: string, job: string, inReplyTo?: Body): Promise<unknown> {
      const stored = parseErrorText(line)
      return stored && payloads.openError(jobOf(job, inReplyTo), stored)
    },
  })
}
