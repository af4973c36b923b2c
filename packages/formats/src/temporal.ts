import { decodePayload, encodePayload, type MaybePromise, type Payload, type PayloadCodec, WaxsealError } from '@waxseal/core'
import { KEY_BYTES, openAesGcm, sealAesGcm } from './aes-gcm.js'
import { type Layout, type LayoutReader, memberOf } from './layout.js'

const ENCRYPTED = 'binary/encrypted'
const KEY_ID = 'encryption-key-id'
const WRAPPED_KEY = 'encryption-dek'

const utf8 = (text: string) => new TextEncoder().encode(text)

/** A member of a payload's metadata as text, or undefined. */
export function metadataOf({ metadata }: Payload, name: string): string | undefined {
  const value = metadata && Object.hasOwn(metadata, name) ? metadata[name] : undefined
  return value && new TextDecoder('utf-8', { fatal: false }).decode(value)
}

const isEncrypted = (payload: Payload): boolean => metadataOf(payload, 'encoding') === ENCRYPTED

/** Whether it is in the layout of Temporal's encryption samples (TypeScript, Go, Python, Java and the one in the UI's repository). */
export const isTemporalSample = (payload: Payload): boolean =>
  isEncrypted(payload) && metadataOf(payload, KEY_ID) !== undefined && metadataOf(payload, WRAPPED_KEY) === undefined

/** Whether it is in the layout of temporal-proxy. */
export const isTemporalProxy = (payload: Payload): boolean =>
  isEncrypted(payload) && metadataOf(payload, KEY_ID) !== undefined && metadataOf(payload, WRAPPED_KEY) !== undefined

/** A payload in memory, as the SDKs have it: metadata are bytes. */
const isPayload = (value: unknown): value is Payload => {
  const metadata = memberOf(value, 'metadata')
  return typeof metadata === 'object' && metadata !== null && Object.values(metadata).every((item) => item instanceof Uint8Array)
}

const layoutOf = (name: string, is: (payload: Payload) => boolean): Layout => ({
  name,
  commits: false,
  detects: (value) => isPayload(value) && is(value),
  keyIdOf: (value) => (isPayload(value) && is(value) ? metadataOf(value, KEY_ID) : undefined),
})

export const temporalSampleLayout = layoutOf('temporal', isTemporalSample)
export const temporalProxyLayout = layoutOf('temporal-proxy', isTemporalProxy)

const reading = (decode: (payloads: Payload[]) => Promise<Payload[]>) => async (payload: unknown) =>
  (await decode([payload as Payload]))[0]!

export interface TemporalSampleOptions {
  /** The 32 bytes of the key with this id; undefined where there is none. */
  readonly keys: (keyId: string) => MaybePromise<Uint8Array | undefined>
  /** The key that encodes; without one nothing can be encoded. */
  readonly writeKeyId?: string | undefined
}

/**
 * Reads and writes the layout of Temporal's encryption samples: `encoding: binary/encrypted`, `encryption-key-id`, and AES-256-GCM
 * over the whole payload without associated data. It does not commit to its key, and binds a payload to nothing. What is not in
 * this layout passes. `config` where `keys` is no function or a key is not 32 bytes, `key_not_found` where it gives none.
 *
 * @example
 * const codec = temporalSampleCodec({ keys: (id) => (id === 'test-key-id' ? key : undefined) })
 */
export function temporalSampleCodec({ keys, writeKeyId }: TemporalSampleOptions): PayloadCodec & LayoutReader<Payload> {
  if (typeof keys !== 'function') throw new WaxsealError('config', 'keys must be a function')
  async function keyOf(id: string): Promise<Uint8Array> {
    const key = await keys(id)
    if (!key) throw new WaxsealError('key_not_found', 'there is no key with the id that the payload names')
    return key
  }
  const decode = (payloads: Payload[]): Promise<Payload[]> =>
    Promise.all(
      payloads.map(async (payload) => {
        if (!isTemporalSample(payload)) return payload
        const key = await keyOf(metadataOf(payload, KEY_ID)!)
        return decodePayload(await openAesGcm(key, payload.data ?? new Uint8Array()))
      }),
    )
  return Object.freeze({
    ...temporalSampleLayout,
    decode,
    open: reading(decode),
    async encode(payloads: Payload[]): Promise<Payload[]> {
      if (writeKeyId === undefined) throw new WaxsealError('sealing_disabled', 'writeKeyId names the key that encodes')
      const key = await keyOf(writeKeyId)
      const metadata = { encoding: utf8(ENCRYPTED), [KEY_ID]: utf8(writeKeyId) }
      return Promise.all(
        payloads.map(async (payload) => ({ metadata: { ...metadata }, data: await sealAesGcm(key, encodePayload(payload)) })),
      )
    },
  })
}

export interface TemporalProxyOptions {
  /**
   * The 32 bytes of a data key, by the URI of the key that wraps it and its wrapped form. Whoever wrote the payload chose both: throw
   * for a URI that is not one of yours, or a key of somebody else's makes payloads that open. Called for every payload.
   */
  readonly unwrapKey: (keyUri: string, wrapped: Uint8Array) => MaybePromise<Uint8Array>
}

function base64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    throw new WaxsealError('malformed', 'the wrapped key is no base64')
  }
}

/**
 * Reads the layout of temporal-proxy: as the samples', with the wrapped data key in `encryption-dek`. What is not in this layout
 * passes. Writing it is left to the proxy. `config` where `unwrapKey` gives no bytes, `open_failed` where these are no key that opens
 * the payload: not 32 of them, or others.
 *
 * @example
 * const codec = temporalProxyCodec({ unwrapKey: (uri, wrapped) => kms.decrypt(ours(uri), wrapped) })
 */
export function temporalProxyCodec({ unwrapKey }: TemporalProxyOptions): Pick<PayloadCodec, 'decode'> & LayoutReader<Payload> {
  if (typeof unwrapKey !== 'function') throw new WaxsealError('config', 'unwrapKey must be a function')
  const decode = (payloads: Payload[]): Promise<Payload[]> =>
    Promise.all(
      payloads.map(async (payload) => {
        if (!isTemporalProxy(payload)) return payload
        const key = await unwrapKey(metadataOf(payload, KEY_ID)!, base64(metadataOf(payload, WRAPPED_KEY)!))
        // Whoever wrote the payload chose what was unwrapped: that it is no key is no fault of the options.
        if (key instanceof Uint8Array && key.length !== KEY_BYTES)
          throw new WaxsealError('open_failed', 'what the payload holds wrapped is no key of 32 bytes')
        return decodePayload(await openAesGcm(key, payload.data ?? new Uint8Array()))
      }),
    )
  return Object.freeze({ ...temporalProxyLayout, decode, open: reading(decode) })
}
