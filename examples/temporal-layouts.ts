import { temporalSampleCodec } from '@waxseal/formats'

// #region layouts
const keys = (id: string) => (id === 'test-key-id' ? new TextEncoder().encode('test-key-test-key-test-key-test!') : undefined)
const codec = temporalSampleCodec({ keys, writeKeyId: 'test-key-id' })

const encoding = new TextEncoder().encode('json/plain')
const encrypted = await codec.encode([{ metadata: { encoding }, data: new TextEncoder().encode('{"card":"4242"}') }])
const [payload] = await codec.decode(encrypted)
console.log(Buffer.from(payload?.data ?? []).toString()) // {"card":"4242"}
// #endregion
