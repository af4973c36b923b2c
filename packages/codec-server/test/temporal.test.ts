import { temporalCodec } from '@waxseal/adapter-temporal'
import { createSealer, generateKey, type KeySource, sealingCodec, staticKeys } from '@waxseal/core'
import { temporalSampleCodec } from '@waxseal/formats'
import { describe, expect, it } from 'vitest'
import {
  answerOf,
  ask,
  BILLING,
  base64,
  CARD,
  HR,
  jsonPayload,
  newTrail,
  policy,
  sealedPayload,
  sealer,
  serverWith,
  TOKENS,
  text,
  wire,
} from './bench.js'

const server = serverWith()
const inDefault = { 'x-namespace': 'default' }
const plain = { metadata: { encoding: base64('json/plain') }, data: base64('{"hello":"world"}') }

describe('the protocol of Temporal', () => {
  it('answers what the web pages ask', async () => {
    const response = await ask(server, {
      path: '/codec-prefix/decode?preserveStorageRefs=true',
      body: { payloads: [await sealedPayload({ hello: 'world' })] },
      headers: { ...inDefault, origin: 'http://localhost:8233', accept: '*/*', 'authorization-extras': 'not-a-jwt' },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({ payloads: [plain] })
  })

  it('answers what the command line asks', async () => {
    const sealed = await sealedPayload(1)
    const body = `{"payloads":[{"metadata":${JSON.stringify(sealed.metadata)},"data":"${sealed.data}","external_payloads":[{"size_bytes":5}]}]}\n`
    const { payloads } = await answerOf(server, {
      path: '//decode',
      body,
      headers: { ...inDefault, 'user-agent': 'Go-http-client/1.1' },
    })
    expect(payloads).toEqual([{ ...plain, data: base64('1') }])
    for (const empty of ['{}', '{"payloads":null}', '{"payloads":[]}'])
      expect(await answerOf(server, { path: '//decode', body: empty, headers: inDefault })).toEqual({ payloads: [] })
  })

  it.each(['/decode', '//decode', '/default/decode', '/a/b/c/decode', '/decode/'])('is found at %s', async (path) => {
    const { payloads } = await answerOf(server, { path, body: { payloads: [await sealedPayload(1)] }, headers: inDefault })
    expect(text(payloads[0].data)).toBe('1')
  })

  it('gives back what is not sealed as it came, and as many payloads in their order', async () => {
    const others = [
      plain,
      {},
      { metadata: { encoding: base64('binary/null') } },
      { metadata: null, data: null },
      { metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('theirs') }, data: base64('x') },
      {
        metadata: { encoding: base64('json/protobuf'), messageType: base64('temporal.api.sdk.v1.ExternalStorageReference') },
        data: base64('{"driverName":"s3"}'),
        externalPayloads: [{ sizeBytes: '9007199254740993' }],
      },
      { data: 'AA', external_payloads: [{ size_bytes: 7 }] },
      { data: '_-8' },
    ]
    const sealed = await sealedPayload(2)
    const body = { payloads: [...others, sealed, ...others] }
    const { payloads } = await answerOf(server, { path: '/decode', body, headers: inDefault })
    const opened = { ...plain, data: base64('2') }
    expect(JSON.stringify(payloads)).toBe(JSON.stringify([...others, opened, ...others]))
  })

  it('reads base64 without padding and in the other alphabet', async () => {
    const { metadata, data } = await sealedPayload({ hello: 'world' })
    const bare = (value: string) => value.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
    const body = { payloads: [{ metadata: { encoding: bare(metadata.encoding!) }, data: bare(data) }] }
    expect(await answerOf(server, { path: '/decode', body, headers: inDefault })).toEqual({ payloads: [plain] })
  })

  it('opens what a worker sealed, and seals what a worker opens', async () => {
    const worker = temporalCodec({ sealer, app: 'billing', namespace: 'default' })
    const [byWorker] = await worker.encode([jsonPayload({ hello: 'world' })])
    const decoded = await answerOf(server, { path: '/decode', body: { payloads: [wire(byWorker!)] }, headers: inDefault })
    expect(decoded).toEqual({ payloads: [plain] })

    const encoded = await answerOf(server, { path: '/encode', body: { payloads: [plain] }, headers: inDefault })
    expect(encoded.payloads.map(Object.keys)).toEqual([['metadata', 'data']])
    const [{ metadata, data }] = encoded.payloads
    const [opened] = await worker.decode([
      { metadata: { encoding: Buffer.from(metadata.encoding, 'base64') }, data: Buffer.from(data, 'base64') },
    ])
    expect(wire(opened!)).toEqual(plain)
  })

  it('seals under no scope of the request', async () => {
    const scoped = serverWith({ scope: () => undefined })
    const body = { payloads: [plain], scope: 'tenant:other' }
    const { payloads } = await answerOf(scoped, { path: '/encode', body, headers: inDefault })
    expect(await answerOf(server, { path: '/decode', body: { payloads }, headers: inDefault })).toEqual({ payloads: [plain] })
  })

  it('masks for who may see no more, and withholds what is no JSON', async () => {
    const bytes = await temporalCodec({ sealer, app: 'billing', namespace: 'default' }).encode([
      { metadata: { encoding: Buffer.from('binary/plain') }, data: Buffer.from('canary') },
    ])
    const body = { payloads: [await sealedPayload({ card: CARD, name: 'x' }), wire(bytes[0]!)] }
    const { payloads } = await answerOf(server, { path: '/decode', token: TOKENS.bob, body, headers: inDefault })
    expect(payloads.map(({ data }: { data: string }) => JSON.parse(text(data)))).toEqual([
      { card: '•••• 1111', name: '••••••••' },
      '[sealed]',
    ])
  })

  it('takes the namespace of the path where that is said', async () => {
    const byPath = serverWith({ temporal: { app: 'billing', namespaceInPath: true } })
    const { payloads } = await answerOf(byPath, { path: '/default/encode', body: { payloads: [plain] } })
    expect(await answerOf(byPath, { path: '/default/decode', body: { payloads } })).toEqual({ payloads: [plain] })
    expect((await ask(byPath, { path: '/people/decode', body: { payloads } })).status).toBe(403)
    expect((await ask(server, { path: '/people/decode', body: { payloads } })).status).toBe(200)
  })
})

describe('payloads of other systems', () => {
  const theirs = Buffer.from('test-key-test-key-test-key-test!')
  const sample = temporalSampleCodec({
    keys: (id: string) => (id === 'test-key-id' ? theirs : undefined),
    writeKeyId: 'test-key-id',
  })
  const vector = {
    metadata: { encoding: 'YmluYXJ5L2VuY3J5cHRlZA==', 'encryption-key-id': 'dGVzdC1rZXktaWQ=' },
    data: 'AAECAwQFBgcICQoL+SuJ2idoYdJlc5Wio/f30eikViKThZLQZ/X6Qn/oSIFgvS8NKdYJULbIT0llcP3jmn5ESOHQsy8/Pbo=',
  }
  const foreign = [sample]
  const call = { path: '/decode', body: { payloads: [vector] }, headers: inDefault }

  it('open where a rule says so', async () => {
    const open = serverWith({
      temporal: { foreign },
      policy: [{ who: ['*'], give: 'clear', foreign: true, where: { namespace: 'default' } }],
    })
    expect(await answerOf(open, call)).toEqual({ payloads: [plain] })
    expect((await ask(open, { ...call, headers: { 'x-namespace': 'people' } })).status).toBe(403)
    expect((await ask(open, { ...call, headers: {} })).status).toBe(403)
  })

  it('are refused by rules that ask for more than they can prove', async () => {
    for (const rules of [policy, [{ who: ['*'], give: 'clear' as const }]])
      expect((await ask(serverWith({ temporal: { foreign }, policy: rules }), call)).status).toBe(403)
    const byContext = serverWith({
      temporal: { foreign },
      policy: [{ who: ['*'], give: 'clear', foreign: true, where: { context: { app: 'billing' } } }],
    })
    expect((await ask(byContext, { ...call, body: { ...call.body, context: BILLING } })).status).toBe(403)
    expect((await ask(byContext, { ...call, body: { ...call.body, context: HR } })).status).toBe(403)
  })

  it('are masked like any', async () => {
    const masks = serverWith({ temporal: { foreign }, policy: [{ who: ['*'], give: 'masked', foreign: true }] })
    const { payloads } = await answerOf(masks, call)
    expect(JSON.parse(text(payloads[0].data))).toEqual({ hello: '••••••••' })
  })
})

describe('answers in part', () => {
  const partial = serverWith({ temporal: { app: 'billing', partial: true } })
  const decoded = async (payloads: unknown[], on = partial) =>
    (await answerOf(on, { path: '/decode', body: { payloads }, headers: inDefault })).payloads

  it('give back as it was what does not open, beside what does', async () => {
    const [good, bad] = [await sealedPayload({ hello: 'world' }), await sealedPayload(1)]
    const bytes = Buffer.from(bad.data, 'base64')
    bytes[bytes.length - 1]! ^= 1
    const tampered = { ...bad, data: bytes.toString('base64') }
    const short = { ...bad, data: bad.data.slice(0, 80) }
    expect(await decoded([tampered, good, short, plain])).toEqual([tampered, plain, short, plain])
    const response = await ask(server, { path: '/decode', body: { payloads: [tampered, good] }, headers: inDefault })
    expect(response.status).toBe(400)
  })

  it('give back what the caller may not open, and record both', async () => {
    const trail = newTrail()
    const on = serverWith({ trail, temporal: { partial: true } })
    const theirs = await sealedPayload('canary', { app: 'hr', namespace: 'people' })
    const body = { payloads: [await sealedPayload({ hello: 'world' }), theirs] }
    const { payloads } = await answerOf(on, { path: '/decode', body })
    expect(payloads).toEqual([plain, theirs])
    const [record] = await trail.query()
    expect(record).toMatchObject({ outcome: 'ok', details: { clear: 1, refused: 1, refusedContextCount: 1 } })
    expect(record!.details.refusedContexts).toContain('people')
  })

  it('wait for keys that are not at hand', async () => {
    const key = generateKey()
    const kept = staticKeys([{ kid: 'k9', key }])
    const later: KeySource = {
      kind: 'source',
      current: async (...call) => kept.current(...call),
      resolve: async (...call) => kept.resolve(...call),
    }
    const payload = await sealedPayload({ hello: 'world' }, BILLING, createSealer({ keys: kept }))
    const strange = await sealedPayload(1)
    const on = serverWith({ sealer: createSealer({ keys: later }), temporal: { partial: true } })
    expect(await decoded([payload, strange, payload], on)).toEqual([plain, strange, plain])
  })
})

describe('a payload whose JSON nests endlessly', () => {
  const text = `${'['.repeat(20_000)}"${CARD}"${']'.repeat(20_000)}`
  const bodyOf = async () => {
    const codec = sealingCodec(sealer, { context: BILLING, storeContext: true })
    const [deep] = await codec.encode([{ ...jsonPayload(1), data: new TextEncoder().encode(text) }])
    return { payloads: [wire(deep!), await sealedPayload({ a: 1 })] }
  }

  it('hides nothing beside it, and is withheld where it would be masked', async () => {
    const body = await bodyOf()
    const { payloads } = await answerOf(server, { path: '/decode', body, headers: inDefault })
    expect(payloads[0].data).toBe(base64(text))
    const masked = await answerOf(server, { path: '/decode', token: TOKENS.bob, body, headers: inDefault })
    expect(masked.payloads).toEqual([
      { ...plain, data: base64('"[sealed]"') },
      { ...plain, data: base64('{"a":"••••••••"}') },
    ])
  })

  it('stands in a document as other bytes do', async () => {
    const body = await bodyOf()
    const ask = (token: string) => answerOf(server, { token, body: { document: body.payloads } })
    expect((await ask(TOKENS.ann)).document).toEqual([{ encoding: 'json/plain', data: base64(text) }, { a: 1 }])
    expect((await ask(TOKENS.bob)).document[0]).toBe('[sealed]')
  })
})

describe('paths that end in /codec', () => {
  it('are those of Temporal where there is no OJS', async () => {
    const body = { payloads: [await sealedPayload({ hello: 'world' })] }
    const on = serverWith({ ojs: false })
    const ask = (path: string) => answerOf(on, { path, body, headers: inDefault })
    for (const path of ['/v1/codec/decode', '/codec/decode']) expect((await ask(path)).payloads).toEqual([plain])
    const { paths } = await answerOf(on, { path: '/openapi.json', method: 'GET' })
    expect(Object.keys(paths)).not.toContain('/codec/decode')
  })
})
