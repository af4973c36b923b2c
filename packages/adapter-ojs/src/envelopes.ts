import type { SealCall } from '@waxseal/adapter-kit'
import { SEALED_ENCODING, type Sealer, sealingCodec, WaxsealError } from '@waxseal/core'
import { fromBase64, toBase64 } from '@waxseal/core/keys'
import type { OjsEncoded } from '@waxseal/formats'

const malformed = (): never => {
  throw new WaxsealError('malformed', 'the sealed value of the job is malformed')
}

const JSON_PLAIN = 'json/plain'

export const isEnvelope = (value: unknown): value is { readonly data?: unknown } =>
  typeof value === 'object' && value !== null && (value as { encoding?: unknown }).encoding === SEALED_ENCODING

/** A value as an envelope of the sealer in the marked object of OJS. It is a sealed payload of JSON, as codec servers open it. */
export async function sealValue(sealer: Sealer, value: unknown, call: SealCall, storeContext: boolean): Promise<OjsEncoded> {
  const utf8 = new TextEncoder()
  const payload = { metadata: { encoding: utf8.encode(JSON_PLAIN) }, data: utf8.encode(JSON.stringify(value)) }
  const [sealed] = await sealingCodec(sealer, { ...call, storeContext }).encode([payload])
  const bytes = sealed!.data!
  return {
    ojs_encoded: true,
    encoding: SEALED_ENCODING,
    data: toBase64(bytes),
    metadata: { encryption_key_id: sealer.inspect(bytes).kid },
  }
}

const bytesOf = ({ data }: { readonly data?: unknown }): Uint8Array => fromBase64(data) ?? malformed()

export async function openValue(sealer: Sealer, encoded: { readonly data?: unknown }, call: SealCall): Promise<unknown> {
  const metadata = { encoding: new TextEncoder().encode(SEALED_ENCODING) }
  const [payload] = await sealingCodec(sealer, call).decode([{ metadata, data: bytesOf(encoded) }])
  const text = (bytes: Uint8Array | null | undefined) => new TextDecoder('utf-8', { fatal: true }).decode(bytes ?? undefined)
  try {
    if (text(payload!.metadata?.encoding) === JSON_PLAIN) return JSON.parse(text(payload!.data))
  } catch {
    // The error of JSON.parse quotes what it read.
  }
  return malformed()
}

/** The job type that an envelope says it was sealed as; opening checks it. `context_required` where it stores no context. */
export function storedJob(sealer: Sealer, encoded: { readonly data?: unknown }): string {
  const { context } = sealer.inspect(bytesOf(encoded))
  return context?.job ?? fail()
}

const fail = (): never => {
  throw new WaxsealError('context_required', 'the result of another job stores no context')
}
