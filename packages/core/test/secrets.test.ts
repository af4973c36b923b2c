import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { chain, compressionCodec } from '../src/codec/codec.ts'
import { decodePayload } from '../src/codec/payload.ts'
import { sealingCodec } from '../src/codec/sealing-codec.ts'
import { fieldPolicy } from '../src/document/policy.ts'
import { WaxsealError } from '../src/errors.ts'
import { deflate } from '../src/format/compression.ts'
import { FORM } from '../src/format/suites.ts'
import { createBlindIndex } from '../src/indexes/blind-index.ts'
import { createDedupKey } from '../src/indexes/dedup-key.ts'
import { createDataKey } from '../src/keys/data-key.ts'
import { parseKey } from '../src/keys/key-text.ts'
import { multi } from '../src/keys/multi-provider.ts'
import { openKeys } from '../src/keys/open-keys.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { routeKeys } from '../src/keys/route-keys.ts'
import { bindByHash, unbindByHash, wrapContext } from '../src/keys/service/wrap.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { SealerEvent } from '../src/sealer/events.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { SealedDocument, Sealer } from '../src/sealer/sealer-types.ts'
import { bytes, collect, hex, jsonFrame, sealRaw, streamOf, utf8 } from './fixtures.ts'

// Bytes and words that occur nowhere else.
const key = bytes(32, 0x9d)
const other = bytes(32, 0xb1)
const plain = 'Quixotic-Plaintext-7Z'
const context = { app: 'Zephyr-Context-Value', 'Zephyr-Context-Name': 'v' }
const scope = 'Umbra-Scope-Id'
const keys = staticKeys([
  { kid: 'k1', key },
  { kid: 'k2', key: other, scope },
])
const provider = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'r', key }]) })
const blob = await provider.wrapKey(other, wrapContext('envelope', 'root', 0), { now: () => 0 })
const keyForms = [key, other].flatMap((bytes) => [
  hex(bytes).slice(8, 24),
  Buffer.from(bytes).toString('base64').slice(4, 20),
  Buffer.from(bytes).toString('base64url').slice(4, 20),
  Buffer.from(bytes).toString('latin1').slice(4, 12),
  Array.from(bytes.subarray(4, 9)).join(', '),
  Array.from(bytes.subarray(4, 9)).join(),
  inspect(Buffer.from(bytes)).slice(9, 25),
])
const plainForms = [plain, 'Quixotic', Buffer.from(plain).toString('base64').slice(0, 16), hex(utf8(plain)).slice(0, 24)]
const placeForms = ['Zephyr', 'Umbra']

/** Everything that a log, a debugger or an error tracker may make of a value. */
function representations(value: unknown): string {
  const texts = [
    inspect(value, { depth: Infinity, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }),
    String(value),
  ]
  try {
    texts.push(JSON.stringify(value) ?? '')
  } catch {}
  if (value instanceof Error)
    texts.push(value.message, value.stack ?? '', JSON.stringify({ ...value }), representations(value.cause))
  return texts.join('\n')
}

function expectNone(value: unknown, forms: readonly string[]): void {
  const text = representations(value)
  for (const form of forms) expect(text, form).not.toContain(form)
}

const sealed = async (sealer: Sealer) => sealer.seal(plain, { context })

it('no public object shows a key, whatever is done with it', async () => {
  const sealer = createSealer({ keys, onEvent: () => {} })
  const wrapped = createSealer({ keys: [provider, multi({ id: 'm', providers: [rootKeyProvider({ id: 'x', keys })] })] })
  await sealed(sealer)
  await sealed(wrapped)
  const objects = [
    sealer,
    wrapped,
    keys,
    keys.keys!(),
    await keys.current(scope, { now: () => 0 }),
    createDataKey({ kid: 'k3', key, wrapped: blob }),
    provider,
    routeKeys([{ keys }]),
    createBlindIndex({ keys, table: 't', field: 'f', versions: [{ version: 1, key: { kid: 'k1' } }] }),
    createDedupKey({ keys, key: { kid: 'k1' } }),
    chain(compressionCodec(), sealingCodec(sealer, { context })),
    sealer.sealStream({ context }),
    sealer.openStream({ context }),
    await sealed(sealer),
    await sealer.sealFields({ card: plain }, { fields: ['/card'] }, { context, storeContext: true }),
    sealer.inspect(await sealed(wrapped)),
    fieldPolicy({ fields: ['/card'] }),
  ]
  for (const object of objects) {
    expectNone(object, [...keyForms, ...plainForms])
    for (const member of Object.values(object)) if (typeof member === 'function') expectNone(member, [...keyForms, ...plainForms])
  }
})

it('no error and no event holds a key, plaintext, context or scope', async () => {
  const events: SealerEvent[] = []
  const onEvent = (event: SealerEvent) => void events.push(event)
  const sealer = createSealer({
    keys,
    onEvent,
    compress: { algorithms: [deflate], minBytes: 1 },
    limits: { maxPayloadBytes: 3000, maxFieldBytes: 300 },
  })
  const wrapped = createSealer({ keys: provider, onEvent })
  const policy = { fields: ['/card', '/user/*'] }
  const document = { card: plain, user: { email: plain } }
  const stored = (await sealer.sealFields(document, policy, { context })) as Record<string, unknown>
  const text = await sealer.seal({ plain }, { context })
  const binary = await sealer.seal(plain, { context, as: 'bytes' })
  const bundle = async (plaintext: unknown) => ({ ...stored, $wax: await sealRaw(jsonFrame(plaintext), { form: FORM.bundle }) })
  const reader = createSealer({ keys: staticKeys([{ kid: 'k1', key: bytes(32) }]), onEvent })
  const call = { now: () => 0 }
  const open = (value: unknown, changed = {}) =>
    reader.open(value as string, { context: { app: 'billing', job: 'invoice' }, ...changed })
  const openFields = (value: unknown, by = sealer, at: object = context) =>
    by.openFields(value as SealedDocument<unknown>, policy, { context: at as Record<string, string> })
  const fixture = { app: 'billing', job: 'invoice' }

  const failures: (() => unknown)[] = [
    // Keys.
    () => parseKey(`${Buffer.from(key).toString('base64')}!`),
    () => parseKey(hex(key).slice(1)),
    () => createDataKey({ kid: 'k', key: key.subarray(1) }),
    () => createDataKey({ kid: plain, key }),
    () => createDataKey({ kid: 'k', key: Buffer.from(key).toString('base64') as never }),
    () =>
      staticKeys([
        { kid: 'a', key },
        { kid: 'b', key },
      ]),
    () => staticKeys([{ kid: 'a', key: `${hex(key)}00` }]),
    () => createSealer({ keys: [keys, staticKeys([{ kid: 'x', key }])] }),
    () => openKeys(`vault://${plain}`, {}, { env: { WAXSEAL_KEYS: hex(key) } }),
    () => provider.unwrapKey(key, wrapContext('envelope', 'root', 0), call),
    () => provider.unwrapKey(blob, wrapContext('envelope', 'root', 0, scope), call),
    () => provider.unwrapKey(blob.subarray(1), wrapContext('envelope', 'root', 0), call),
    () => multi({ id: 'm', providers: [provider] }).unwrapKey(key, wrapContext('envelope', 'm', 0, scope), call),
    () => unbindByHash(bindByHash(key, wrapContext('envelope', 'a', 0)), wrapContext('envelope', 'b', 0)),
    // Sealing.
    () => sealer.seal({ [plain]: undefined }, { context }),
    () => sealer.seal(`${plain}\ud800`, { context }),
    () => sealer.seal({ a: [plain, { b: 1n }] }, { context }),
    () => sealer.seal(plain.repeat(1000), { context }),
    () => sealer.seal(plain, { context: { ...context, $x: 'y' } }),
    () => sealer.seal(plain, { context: { ...context, bad: 1 as never } }),
    () => sealer.seal(plain, { context, scope: `${scope}\ud800` }),
    () => sealer.seal(plain, { context, scope: `${scope}-unknown` }),
    () => sealer.seal(text as string, { context: { app: 'x' }, ifSealed: 'verify' }),
    () => sealer.sealFields({ ...document, $wax: plain }, policy, { context }),
    () => sealer.sealFields({ card: plain.repeat(100) }, policy, { context }),
    () => sealer.sealFields(document, { fields: [plain] }, { context }),
    () =>
      sealer.sealFields(
        {
          list: [
            { id: plain, x: 1 },
            { id: plain, x: 2 },
          ],
        },
        { fields: ['/list/*/x'], form: 'inline', elementIds: { '/list': 'id' } },
        { context },
      ),
    () => sealer.sealFields(JSON.parse(`{"user":{"__proto__":"${plain}"}}`), policy, { context }),
    () =>
      sealer.sealFields(document, { fields: [], detector: { detectDocument: () => [{ pointer: `/${plain}` }] } }, { context }),
    // Opening.
    () => sealer.open(text, { context: { app: 'x' } }),
    () => sealer.open(text, { context, scope }),
    () => reader.open(text, { context }),
    () => sealer.open(plain, { context }),
    () => sealer.open(`wax1.${plain}`, { context }),
    () => sealer.open(`wax1.c256.k1~1.${plain}!`, { context }),
    () => sealer.open(binary.subarray(0, -1), { context }),
    () => sealer.open(utf8(plain), { context }),
    () => sealer.inspect(plain),
    async () => open(await sealRaw(jsonFrame(`{"${plain}`))),
    async () => open(await sealRaw(jsonFrame(`{"a":"${plain}",}`))),
    async () => open(await sealRaw(jsonFrame('['.repeat(70)))),
    async () => open(await sealRaw(utf8(`\u0001${plain}`).map((byte, i) => (i === 5 ? 0xff : byte)))),
    async () => open(await sealRaw(utf8(`\u0009\u0010${plain}`))),
    async () => open(await sealRaw(utf8(`\u0041${plain}`))),
    async () => open(await sealer.seal(plain, { context: fixture, storeContext: true }), { context: { stored: { app: plain } } }),
    () => openFields({ ...stored, card: undefined, user: {} }),
    () => openFields({ ...stored, user: { ...(stored.user as object), name: plain } }),
    () => openFields({ card: plain }),
    () => openFields({ ...stored, $wax: plain }),
    () => openFields({ ...stored, $wax: { [plain]: plain } }),
    async () => openFields(await bundle([plain, plain]), reader, fixture),
    async () => openFields(await bundle([`/${plain}`, plain]), reader, fixture),
    async () => openFields(await bundle([`/${plain}~2`, plain]), reader, fixture),
    async () => openFields(await bundle(`["/card","${plain}"`), reader, fixture),
    () => collect(streamOf(binary.subarray(0, -1)).pipeThrough(sealer.openStream({ context }))),
    () => collect(streamOf(binary).pipeThrough(sealer.openStream({ context }))),
    () => collect(streamOf(plain as never).pipeThrough(sealer.sealStream({ context }))),
    () => sealingCodec(sealer, { context }).decode([{ data: utf8(plain) }]),
    () => decodePayload(utf8(plain)),
    () => wrapped.rewrap(text, { scope }),
    () => createDedupKey({ keys, key: { kid: 'k1' } }).value('job', { [plain]: undefined }),
    () =>
      createBlindIndex({ keys, table: 't', field: 'f', versions: [{ version: 1, key: { kid: 'k1' } }] }).value(`${plain}\ud800`),
  ]
  const errors = new Map<string, number>()
  for (const [i, run] of failures.entries()) {
    const error = await (async () => run())().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!WaxsealError.is(error)) throw new Error(`failure ${i} was ${inspect(error)}`)
    errors.set(error.code, (errors.get(error.code) ?? 0) + 1)
    // The stack shows lines of this file in some runners; the message and the rest must be clean.
    expectNone(error, [...keyForms, ...plainForms, ...placeForms])
  }
  expect(errors.size).toBeGreaterThanOrEqual(11)
  expect(events.length).toBeGreaterThan(20)
  for (const event of events) expectNone(event, [...keyForms, ...plainForms, ...placeForms])
})
