import { WaxsealError } from '@waxseal/core'
import { fromBase64, toBase64 } from '@waxseal/core/keys'
import { type OjsKeys, readOjsPayload, writeOjsPayload } from '@waxseal/formats'
import type { CodecCall, Tally } from '../opening/codec-call.js'
import type { Opener } from '../opening/opener.js'
import type { Pairs } from '../opening/place.js'
import { ProtocolError } from './dialect.js'
import type { OjsOptions } from './ojs.js'
import { isJsonObject, type Json } from './payloads.js'

const CODEC = 'aes-256-gcm'

const refused = (message: string, status: 400 | 500 = 400): never => {
  throw new ProtocolError(status, message)
}

function payloadsOf(body: unknown, maxPayloads: number): readonly Json[] {
  const payloads = isJsonObject(body) ? body.payloads : undefined
  if (!Array.isArray(payloads) || payloads.length === 0) return refused('payloads array is required and must not be empty')
  if (payloads.length > maxPayloads) throw new WaxsealError('too_large', `a call has at most ${maxPayloads} payloads`)
  return payloads.map((payload) => payload ?? {}).map((payload) => (isPayload(payload) ? payload : malformed()))
}

const isText = (value: unknown): boolean => value === undefined || value === null || typeof value === 'string'

/** As Go's decoder takes it: what is null is not there, and what has another type is not read. */
const isPayload = (value: unknown): value is Json =>
  isJsonObject(value) &&
  isText(value.data) &&
  (isJsonObject(value.metadata) ? Object.values(value.metadata).every(isText) : (value.metadata ?? undefined) === undefined)

const malformed = (): never => {
  throw new WaxsealError('malformed', 'a payload is not one of Open Job Spec')
}

/** What the reference codec server in Go answers, word by word; its decryption errors tell nothing either. */
export function createOjsGoDialect(
  opener: Opener,
  { keys, keyIds = [] }: OjsOptions & { readonly keys: OjsKeys },
  maxPayloads: number,
) {
  const contextOf = (call: CodecCall): Pairs => (call.namespace === undefined ? {} : { namespace: call.namespace })

  async function decoded(call: CodecCall, json: Json, at: number, tally: Tally): Promise<Json> {
    const { data, metadata } = json
    const codec = isJsonObject(metadata) ? metadata.ojs_codec : undefined
    if (codec === undefined || codec === '') return json
    if (codec !== CODEC) return refused(`payloads[${at}]: unsupported codec ${JSON.stringify(codec)}`)
    const keyId = (metadata as Json).ojs_key_id
    if (typeof keyId !== 'string' || keyId === '') return refused(`payloads[${at}]: missing ojs_key_id in metadata`)
    const opened = await opener.openForeign(
      call,
      async () => {
        if (!(await keys.getKey(keyId))) refused(`payloads[${at}]: unknown key ID ${JSON.stringify(keyId)}`)
        if (typeof data !== 'string' || !fromBase64(data)) return refused(`payloads[${at}]: invalid base64 data`)
        const metadata = { ojs_codec: codec, ojs_key_id: keyId }
        const read = await readOjsPayload({ data, metadata }, { keys }).catch((error: unknown) => {
          if (WaxsealError.is(error) && error.retryable) throw error
          return refused(`payloads[${at}]: decryption failed`)
        })
        return { metadata: { encoding: new TextEncoder().encode('json/plain') }, data: fromBase64(read.data)! }
      },
      tally,
    )
    return { data: toBase64(opened.value.data ?? new Uint8Array()) }
  }

  async function encoded(data: string, at: number): Promise<Json> {
    try {
      return { ...(await writeOjsPayload({ data }, { keys, dialect: 'codec-server' })) }
    } catch (error) {
      const code = WaxsealError.is(error) ? error.code : undefined
      if (code === 'malformed') return refused(`payloads[${at}]: data is no JSON`)
      return refused(code === 'key_not_found' || code === 'config' ? 'encryption key unavailable' : 'encryption failed', 500)
    }
  }

  return {
    async decode(call: CodecCall, body: unknown, tally: Tally): Promise<Json> {
      const payloads: Json[] = []
      // In order: the first that is bad fails the batch.
      for (const [at, json] of payloadsOf(body, maxPayloads).entries()) payloads.push(await decoded(call, json, at, tally))
      return { payloads }
    },

    async encode(call: CodecCall, body: unknown, tally: Tally): Promise<Json> {
      opener.admission.admitSealing(call, contextOf(call), tally)
      const payloads: Json[] = []
      for (const [at, { data }] of payloadsOf(body, maxPayloads).entries()) {
        if (typeof data !== 'string' || !fromBase64(data)) return refused(`payloads[${at}]: invalid base64 data`)
        payloads.push(await encoded(data, at))
      }
      return { payloads }
    },

    async keys(): Promise<Json> {
      const current = keys.getCurrentKeyId()
      return { current_id: current, keys: keyIds.map((id) => ({ id, current: id === current })), total: keyIds.length }
    },
  }
}
