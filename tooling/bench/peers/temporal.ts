import proto from '@temporalio/proto'
import type { Peer } from '../contender.ts'

const { Payload } = proto.temporal.api.common.v1
const KEY_ID = 'k1'
const NONCE_BYTES = 12

/** A payload codec as those of Temporal's samples: the whole payload as protobuf, under AES-256-GCM of WebCrypto, the nonce before it. */
export const temporalSample: Peer = async (secret) => {
  const keys = new Map<string, CryptoKey>()
  const keyOf = async (id: string): Promise<CryptoKey> => {
    let key = keys.get(id)
    if (!key) {
      key = await crypto.subtle.importKey('raw', new Uint8Array(secret), 'AES-GCM', true, ['encrypt', 'decrypt'])
      keys.set(id, key)
    }
    return key
  }
  const text = { encoder: new TextEncoder(), decoder: new TextDecoder() }
  const metadata = { encoding: text.encoder.encode('json/plain') }
  const encrypted = {
    encoding: text.encoder.encode('binary/encrypted'),
    'encryption-key-id': text.encoder.encode(KEY_ID),
  }

  return {
    by: 'Temporal sample, WebCrypto',
    async seal(value) {
      const payload = Payload.encode({ metadata, data: text.encoder.encode(JSON.stringify(value)) }).finish()
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, tagLength: 128 },
        await keyOf(KEY_ID),
        new Uint8Array(payload),
      )
      const data = new Uint8Array(NONCE_BYTES + sealed.byteLength)
      data.set(iv)
      data.set(new Uint8Array(sealed), NONCE_BYTES)
      return Buffer.from(Payload.encode({ metadata: encrypted, data }).finish()).toString('base64url')
    },
    async open(sealed: string) {
      const outer = Payload.decode(Buffer.from(sealed, 'base64url'))
      const data = new Uint8Array(outer.data)
      const payload = await crypto.subtle.decrypt(
        { name: 'AES-GCM', iv: data.subarray(0, NONCE_BYTES), tagLength: 128 },
        await keyOf(text.decoder.decode(outer.metadata['encryption-key-id'])),
        data.subarray(NONCE_BYTES),
      )
      return JSON.parse(text.decoder.decode(Payload.decode(new Uint8Array(payload)).data))
    },
  }
}
