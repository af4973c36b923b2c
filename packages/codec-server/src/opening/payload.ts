import type { Detector, MaybePromise, Payload } from '@waxseal/core'
import { jsonOfPayload } from '../http/json.js'
import { type Disclosed, disclose, isWhole, WITHHELD } from '../policy/disclose.js'
import type { Grant } from '../policy/policy.js'

const utf8 = new TextEncoder()

/** The value of a payload of JSON; undefined for other encodings. */
function jsonOf({ metadata, data }: Payload): { readonly value: unknown } | undefined {
  const encoding = metadata?.encoding && new TextDecoder().decode(metadata.encoding)
  if (encoding !== 'json/plain' && encoding !== 'json/protobuf') return undefined
  return jsonOfPayload(data ?? new Uint8Array())
}

interface DisclosedPayload {
  readonly payload: Payload
  readonly counts: Disclosed['counts']
}

/** A payload as far as the caller may see it. One that holds no JSON is given whole or not at all. */
export const disclosePayload = (
  payload: Payload,
  grant: Grant,
  detector: Detector | undefined,
): MaybePromise<DisclosedPayload> =>
  isWhole(grant) ? { payload, counts: { clear: 1, masked: 0, nothing: 0 } } : disclosePart(payload, grant, detector)

async function disclosePart(payload: Payload, grant: Grant, detector: Detector | undefined): Promise<DisclosedPayload> {
  const json = jsonOf(payload)
  const { value, counts } = await disclose(json ? json.value : new Uint8Array(), [{ pointer: '', grant }], detector)
  if (counts.masked === 0 && counts.nothing === 0) return { payload, counts }
  const shown = json ? value : WITHHELD
  return { payload: { metadata: { encoding: utf8.encode('json/plain') }, data: utf8.encode(JSON.stringify(shown)) }, counts }
}
