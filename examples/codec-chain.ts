import {
  chain,
  compressionCodec,
  createSealer,
  generateKey,
  type Payload,
  type PayloadCodec,
  sealingCodec,
  staticKeys,
} from '@waxseal/core'

// #region claim-check
/** Keeps large payloads in a store of its own and sends a ticket in their place. */
function claimCheckCodec(store: Map<string, Uint8Array>, maxBytes: number): PayloadCodec {
  const encoding = new TextEncoder().encode('text/claim-check')
  return {
    encode: async (payloads) =>
      payloads.map((payload) => {
        if (!payload.data || payload.data.length <= maxBytes) return payload
        const ticket = crypto.randomUUID()
        store.set(ticket, payload.data)
        return {
          metadata: { encoding, inner: payload.metadata?.encoding ?? new Uint8Array() },
          data: new TextEncoder().encode(ticket),
        }
      }),
    decode: async (payloads) =>
      payloads.map((payload) => {
        if (text(payload.metadata?.encoding) !== 'text/claim-check') return payload
        const data = store.get(text(payload.data))
        if (!data) throw new Error('the ticket is unknown')
        return { metadata: { encoding: payload.metadata?.inner ?? new Uint8Array() }, data }
      }),
  }
}
const text = (bytes: Uint8Array | null | undefined) => new TextDecoder().decode(bytes ?? new Uint8Array())
// #endregion

// #region chain
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const store = new Map<string, Uint8Array>()

// Encodes from left to right, decodes from right to left: the store sees sealed bytes only.
const codec = chain(
  compressionCodec(),
  sealingCodec(sealer, { context: { app: 'billing', namespace: 'default' } }),
  claimCheckCodec(store, 256),
)

const small: Payload = {
  metadata: { encoding: new TextEncoder().encode('json/plain') },
  data: new TextEncoder().encode('{"amount":42}'),
}
const large: Payload = { ...small, data: crypto.getRandomValues(new Uint8Array(5000)) }
const encoded = await codec.encode([small, large])
console.log(encoded.map(({ metadata }) => text(metadata?.encoding))) // [ 'binary/waxseal', 'text/claim-check' ]

const decoded = await codec.decode(encoded)
console.log(text(decoded[0]?.data), decoded[1]?.data?.length) // {"amount":42} 5000
// #endregion
