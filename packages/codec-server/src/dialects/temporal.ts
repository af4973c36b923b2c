import { type MaybePromise, type Payload, SEALED_ENCODING, sealingCodec, WaxsealError } from '@waxseal/core'
import { fromBase64, toBase64 } from '../http/base64.js'
import { andThen, eachOf, recovered } from '../opening/at-once.js'
import { type CodecCall, counted, outcomeOfError, type Tally } from '../opening/codec-call.js'
import type { Opener } from '../opening/opener.js'
import { JsonText } from './dialect.js'
import { isJsonObject, type Json, payloadsOf } from './payloads.js'

/** Opens payloads that something else encrypted; what is not in its layout passes unchanged. */
export interface ForeignCodec {
  decode(payloads: Payload[]): Promise<Payload[]>
}

export interface TemporalOptions {
  /** The application, as the adapter's: the first pair of what is sealed here. Without it, `/encode` is refused. */
  readonly app?: string | undefined
  /** Whether the segment before the operation names the namespace where no `X-Namespace` does: `/{namespace}/decode`. Default: no. */
  readonly namespaceInPath?: boolean | undefined
  /**
   * Gives a payload that does not open, or that the caller may not open, back as it was, beside those of the same call that do. A call of
   * which nothing can be shown is refused all the same, and so is one that meets an outage. Default: one payload fails the call.
   */
  readonly partial?: boolean | undefined
  /** Codecs of `@waxseal/formats` for payloads of Temporal's samples, temporal-proxy and compression, in the order in which they are undone. */
  readonly foreign?: readonly ForeignCodec[] | undefined
}

const malformed = (): never => {
  throw new WaxsealError('malformed', 'a payload is not one of Temporal')
}

const bytesOf = (text: unknown): Uint8Array =>
  text === undefined || text === null ? new Uint8Array() : (fromBase64(text) ?? fromBase64(standard(text)) ?? malformed())

/** Protobuf's JSON takes both alphabets of base64, with padding or without. */
function standard(text: unknown): string {
  if (typeof text !== 'string') return malformed()
  const bare = text.replaceAll('-', '+').replaceAll('_', '/')
  return bare.includes('=') ? bare : bare.padEnd(bare.length + ((4 - (bare.length % 4)) % 4), '=')
}

const SEALED_METADATA = { encoding: new TextEncoder().encode(SEALED_ENCODING) }
const SEALED = toBase64(SEALED_METADATA.encoding)

/** Whether it has the metadata of a sealed payload and none besides, as nearly all have that are asked for. */
const isSealedOnly = (metadata: Json): boolean => metadata.encoding === SEALED && Object.keys(metadata).length === 1

/** A payload in the JSON of protobuf, names in camel or in snake case. */
function payloadOf(json: Json): Payload {
  const { data } = json
  const metadata = json.metadata ?? {}
  if (isJsonObject(metadata) && isSealedOnly(metadata) && Object.keys(json).length === 2)
    return { metadata: SEALED_METADATA, data: bytesOf(data) }
  const external = json.externalPayloads ?? json.external_payloads ?? []
  if (!isJsonObject(metadata) || !Array.isArray(external)) return malformed()
  return {
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, bytesOf(text)])),
    data: bytesOf(data),
    externalPayloads: external.map((each) => ({
      sizeBytes: sizeOf(isJsonObject(each) ? (each.sizeBytes ?? each.size_bytes ?? 0) : undefined),
    })),
  }
}

function sizeOf(size: unknown): bigint {
  if ((typeof size === 'number' && Number.isSafeInteger(size)) || (typeof size === 'string' && /^\d{1,19}$/.test(size)))
    return BigInt(size)
  return malformed()
}

/** The JSON text of a payload. Base64 has nothing that JSON escapes. */
function textOf({ metadata, data, externalPayloads }: Payload): string {
  const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => `${JSON.stringify(name)}:"${toBase64(bytes)}"`)
  const external = (externalPayloads ?? []).map(({ sizeBytes }) => `{"sizeBytes":"${sizeBytes}"}`)
  const kept = external.length > 0 ? `,"externalPayloads":[${external}]` : ''
  return `{"metadata":{${entries}},"data":"${toBase64(data ?? new Uint8Array())}"${kept}}`
}

const bodyOf = (payloads: readonly string[]): JsonText => new JsonText(`{"payloads":[${payloads.join()}]}`)

/** Encodings that hide nothing. */
const PLAIN = /^$|^json\/|^binary\/(null|plain|protobuf)$/

const utf8 = new TextDecoder()
const encodingOf = ({ metadata }: Payload): string =>
  metadata === SEALED_METADATA ? SEALED_ENCODING : utf8.decode(metadata?.encoding)

/** A payload, and as it was written. */
interface Given {
  readonly json: Json
  readonly payload: Payload
}

/** The protocol of Temporal's remote codecs: as many payloads as were sent, in their order; what is not encoded comes back as it was. */
export function createTemporalDialect(
  opener: Opener,
  { app, partial = false, foreign = [] }: TemporalOptions,
  maxPayloads: number,
) {
  function decoded(call: CodecCall, { json, payload }: Given, tally: Tally): MaybePromise<string> {
    const encoding = encodingOf(payload)
    if (encoding === SEALED_ENCODING) return andThen(opener.openPayload(call, payload, tally), ({ value }) => textOf(value))
    if (foreign.length === 0 || PLAIN.test(encoding)) return JSON.stringify(json)
    return opener.openForeign(call, () => undone(payload), tally).then(({ value }) => textOf(value))
  }

  /** In place of payloads that fail for good: themselves, unless all that is sealed does. */
  function shownInPart(call: CodecCall, list: readonly Given[], tally: Tally): MaybePromise<string[]> {
    const failures: unknown[] = []
    const shown = eachOf(list, (given) => {
      const failed = (error: unknown): string => {
        const outcome = outcomeOfError(error)
        if (outcome === 'unavailable') throw error
        counted(tally, outcome)
        failures.push(error)
        return JSON.stringify(given.json)
      }
      return recovered(() => decoded(call, given, tally), failed)
    })
    return andThen(shown, (texts) => {
      if (failures.length > 0 && failures.length === texts.length) throw failures[0]
      return texts
    })
  }

  async function undone(payload: Payload): Promise<Payload> {
    let current = payload
    for (const codec of foreign) current = (await codec.decode([current]))[0] ?? current
    return current
  }

  return {
    decode(call: CodecCall, body: unknown, tally: Tally): MaybePromise<JsonText> {
      const list = payloadsOf(body, maxPayloads).map((json): Given => ({ json, payload: payloadOf(json) }))
      const texts = partial ? shownInPart(call, list, tally) : eachOf(list, (given) => decoded(call, given, tally))
      return andThen(texts, bodyOf)
    },

    async encode(call: CodecCall, body: unknown, tally: Tally): Promise<JsonText> {
      if (app === undefined) throw new WaxsealError('sealing_disabled', 'nothing is sealed here')
      if (call.namespace === undefined) throw new WaxsealError('context_required', 'X-Namespace says where payloads belong')
      const payloads = payloadsOf(body, maxPayloads).map(payloadOf)
      const place = opener.admission.admitSealing(call, { app, namespace: call.namespace }, tally)
      const sealed = await sealingCodec(opener.sealer, { ...place, storeContext: true }).encode(payloads)
      return bodyOf(sealed.map(textOf))
    },
  }
}
