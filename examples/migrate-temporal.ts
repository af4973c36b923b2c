import { sealedDataConverter } from '@waxseal/adapter-temporal'
import { createSealer } from '@waxseal/core'
import { temporalSampleCodec } from '@waxseal/formats'
import { envKeys, generateKey } from '@waxseal/keys-env'

const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })
const sampleKeys = new Map([['test-key-id', new TextEncoder().encode('test-key-test-key-test-key-test!')]])
const utf8 = new TextEncoder()
const plain = { metadata: { encoding: utf8.encode('json/plain') }, data: utf8.encode('{"card":"4242"}') }
const encodingOf = (payload: { metadata?: Record<string, Uint8Array> | null } | undefined) =>
  new TextDecoder().decode(payload?.metadata?.encoding)

// A payload of the history, as the codec of Temporal's samples wrote it.
const samples = temporalSampleCodec({ keys: (id) => sampleKeys.get(id), writeKeyId: 'test-key-id' })
const [old] = await samples.encode([plain])

// #region steps
const sample = { keys: (id: string) => sampleKeys.get(id), writeKeyId: 'test-key-id' }
const common = { sealer, app: 'billing', namespace: 'default', sample }

// 1. Every process reads both layouts and writes the old one.
const first = sealedDataConverter({ ...common, write: 'sample' })
// 2. Every process reads both and writes envelopes.
const second = sealedDataConverter(common)
// #endregion

for (const [converter, written] of [
  [first, 'binary/encrypted'],
  [second, 'binary/waxseal'],
] as const) {
  const [codec] = converter.payloadCodecs ?? []
  const [payload] = (await codec?.encode([plain])) ?? []
  const opened = await codec?.decode([{ metadata: old?.metadata ?? null, data: old?.data ?? null }, payload!])
  console.log(
    encodingOf(payload) === written,
    opened?.map(({ data }) => new TextDecoder().decode(data ?? undefined)),
  )
}
// true [ '{"card":"4242"}', '{"card":"4242"}' ]
// true [ '{"card":"4242"}', '{"card":"4242"}' ]
