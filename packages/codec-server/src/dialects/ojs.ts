import { SEALED_ENCODING, WaxsealError } from '@waxseal/core'
import { fromBase64, toBase64 } from '@waxseal/core/keys'
import { type OjsKeys, type OjsPayload, readOjsPayload, writeOjsPayload } from '@waxseal/formats'
import type { CodecCall, Tally } from '../opening/codec-call.js'
import type { Opener } from '../opening/opener.js'
import type { Pairs } from '../opening/place.js'
import { isJsonObject, type Json, payloadsOf } from './payloads.js'

export interface OjsOptions {
  /** Keys of payloads that implementations of OJS encrypted. Without them, only those that adapter-ojs sealed are opened. */
  readonly keys?: OjsKeys | undefined
  /** `go` answers `/codec/…` to the letter as the reference server in Go does, key ids included. Default: the specification. */
  readonly dialect?: 'specification' | 'go' | undefined
  /** Ids of the keys, for `GET /codec/keys` of the Go dialect. */
  readonly keyIds?: readonly string[] | undefined
}

const malformed = (): never => {
  throw new WaxsealError('malformed', 'a payload is not one of Open Job Spec')
}

const jsonText = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return malformed()
  }
}

/** The payload of a value, base64 of its JSON, as disclosures judge it. */
const payloadOfJson = (data: string) => ({
  metadata: { encoding: new TextEncoder().encode('json/plain') },
  data: fromBase64(data) ?? malformed(),
})

/** The codec server's protocol of the OJS specification, section 9. */
export function createOjsDialect(opener: Opener, { keys }: OjsOptions, maxPayloads: number) {
  const contextOf = (call: CodecCall): Pairs => (call.namespace === undefined ? {} : { namespace: call.namespace })

  async function decoded(call: CodecCall, json: Json, tally: Tally): Promise<Json> {
    const { data, metadata } = json
    if (typeof data !== 'string' || (metadata !== undefined && !isJsonObject(metadata))) return malformed()
    const encoding = metadata?.encoding
    if (encoding === undefined || encoding === 'json/plain') return json
    const opened =
      encoding === SEALED_ENCODING
        ? await opener.openPayload(
            call,
            { metadata: { encoding: new TextEncoder().encode(SEALED_ENCODING) }, data: fromBase64(data) ?? malformed() },
            tally,
          )
        : await opener.openForeign(call, () => read({ data, metadata }), tally)
    return { data: toBase64(opened.value.data ?? new Uint8Array()), metadata: { encoding: 'json/plain' } }
  }

  async function read(payload: OjsPayload) {
    if (!keys) throw new WaxsealError('key_not_found', 'no keys of OJS are given')
    return payloadOfJson((await readOjsPayload(payload, { keys })).data)
  }

  return {
    async decode(call: CodecCall, body: unknown, tally: Tally): Promise<Json> {
      return { payloads: await Promise.all(payloadsOf(body, maxPayloads).map((json) => decoded(call, json, tally))) }
    },

    async encode(call: CodecCall, body: unknown, tally: Tally): Promise<Json> {
      if (!keys) throw new WaxsealError('sealing_disabled', 'nothing is encrypted here')
      opener.admission.admitSealing(call, contextOf(call), tally)
      const payloads = payloadsOf(body, maxPayloads)
      return {
        payloads: await Promise.all(
          payloads.map(async ({ data }) => {
            if (typeof data !== 'string') return malformed()
            jsonText(fromBase64(data) ?? malformed())
            return writeOjsPayload({ data }, { keys })
          }),
        ),
      }
    },
  }
}
