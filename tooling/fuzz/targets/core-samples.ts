import { settle } from '../../../packages/core/src/flow.ts'
import { canonicalContext } from '../../../packages/core/src/format/context.ts'
import { sealEnvelope } from '../../../packages/core/src/format/engine.ts'
import { parseEnvelope, writeEnvelope } from '../../../packages/core/src/format/envelope.ts'
import { FORM, type Form, SUITES } from '../../../packages/core/src/format/suites.ts'
import { createSealer, deflate, gzip, staticKeys, zstd } from '../../../packages/core/src/index.ts'
import { createDataKey, keyMaterial } from '../../../packages/core/src/keys/data-key.ts'
import { multi, rootKeyProvider } from '../../../packages/core/src/keys.ts'
import { createRandomPool } from '../../../packages/core/src/random.ts'

const bytes = (length: number, first: number) => Uint8Array.from({ length }, (_, i) => (first + i) & 255)
const key = bytes(32, 0)

export const context = { app: 'billing', job: 'invoice' }
export const call = { now: () => 0 }
const root = (id: string, first: number) =>
  rootKeyProvider({ id, keys: staticKeys([{ kid: `${id}-key`, key: bytes(32, first) }]) })
export const provider = multi({ id: 'two', providers: [root('east', 50), root('west', 90)] })
const options = {
  compress: { algorithms: [deflate, gzip, zstd], minBytes: 64 },
  limits: { unknownLocatorsPerMinute: 1_000_000_000, maxPayloadBytes: 1 << 20, maxEnvelopeBytes: 1 << 20 },
} as const
export const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key }]), ...options })
export const wrapping = createSealer({ keys: provider, ...options })

const random = createRandomPool()
const prk = keyMaterial(createDataKey({ kid: 'k1', key })).enc

/** An envelope of the samples' key around any frame, so that what is inside can be fuzzed as well. */
export function sealFrame(frame: Uint8Array, form: Form, added: [string, string][] = []): string {
  const binding = { prk, form, canonical: canonicalContext(context, added) }
  const header = { suite: SUITES[0]!, locator: { kid: 'k1', version: 1 } }
  return settle(sealEnvelope(header, binding, frame.slice(), random, 'string')) as string
}

const document = {
  user: { email: 'ada@example.com', name: 'Ada' },
  card: '4111 1111 1111 1111',
  list: [
    { id: 'a', note: 'first' },
    { id: 2, note: null },
  ],
  'a/b~c': [1, [2, [3]]],
}
export const policies = {
  bundle: { fields: ['/card', '/user/*', '/list/*/note'] },
  groups: { groups: { pii: ['/user'], pci: ['/card', '/a~1b~0c/0'] }, authenticate: ['/list', '/absent'] },
  inline: { fields: ['/card', '/user/email', '/list/*/note'], form: 'inline' as const, elementIds: { '/list': 'id' } },
}

const text = 'the courier never reads the letter. '.repeat(10)
const both = (envelopes: readonly string[]) => [
  ...envelopes,
  ...envelopes.map((envelope) => writeEnvelope(parseEnvelope(envelope, 1e6), 'bytes')),
]

export const envelopes: readonly (string | Uint8Array)[] = both([
  (await sealer.seal(text, { context })) as string,
  (await sealer.seal({ a: [1, null] }, { context, storeContext: true, pad: { block: 32 } })) as string,
  (await wrapping.seal(bytes(40, 1), { context })) as string,
  (await wrapping.seal('x', { context, storeContext: true })) as string,
])
export const documents = {
  bundle: await sealer.sealFields(document, policies.bundle, { context }),
  groups: await sealer.sealFields(document, policies.groups, { context }),
  inline: await sealer.sealFields(document, policies.inline, { context }),
  array: await sealer.sealFields([document], { fields: ['/0/card'] }, { context }),
}
export const plainDocuments: readonly unknown[] = [document, [document], 'x', { a: { b: { c: [] } } }]
export const streams: readonly Uint8Array[] = [
  (await sealer.seal(bytes(100, 0), { context, as: 'bytes' })) as Uint8Array,
  (await sealer.seal(bytes(17_000, 0), { context, as: 'bytes', compress: false })) as Uint8Array,
]
export const bundles: readonly unknown[] = [
  ['/card', '4111', '/user/email', 'x'],
  ['/a~1b~0c/0', { a: 1 }, '/list/0/note', null, '/list/1/note', [[]]],
  [],
]
const utf8 = (value: string) => new TextEncoder().encode(value)
const packed = utf8(text)
const framed = (first: number, ...parts: Uint8Array[]) => new Uint8Array(Buffer.concat([Uint8Array.of(first), ...parts]))
export const frames: readonly Uint8Array[] = [
  framed(0, bytes(20, 0)),
  framed(1, utf8('héllo')),
  framed(2, utf8('{"a":[1,"\\u00e9",{"b":null}]}')),
  framed(0x41, utf8('x'), Uint8Array.of(0x80, 0, 0)),
  framed(9, Uint8Array.of(0xe8, 2), deflate.compress(packed)),
  framed(17, Uint8Array.of(0xe8, 2), gzip.compress(packed)),
  framed(25, Uint8Array.of(0xe8, 2), zstd.compress(packed)),
]
export const compressed = { deflate: [deflate.compress(packed)], gzip: [gzip.compress(packed)], zstd: [zstd.compress(packed)] }
export const forms: readonly Form[] = [FORM.value, FORM.bundle, FORM.inline]
