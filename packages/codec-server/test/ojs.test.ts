import { randomBytes } from 'node:crypto'
import { type OjsKeys, writeOjsPayload } from '@waxseal/formats'
import { describe, expect, it } from 'vitest'
import type { CodecServerOptions, PolicyRule } from '../src/index.js'
import { answerOf, ask, base64, CARD, type Call, sealedPayload, serverWith, TOKENS, text } from './bench.js'

const material = new Map([
  ['key-2026-02', new Uint8Array(randomBytes(32))],
  ['key-2025-11', new Uint8Array(randomBytes(32))],
])
const keys: OjsKeys = { getKey: (id) => material.get(id), getCurrentKeyId: () => 'key-2026-02' }
const policy: PolicyRule[] = [
  { who: ['id-of-nobody'], give: 'clear' },
  { who: ['group:fraud'], give: 'clear', seal: true, foreign: true },
  { who: ['group:support'], give: 'masked', foreign: true },
]
const withOjs = (ojs: CodecServerOptions['ojs']) => serverWith({ policy, ojs })

describe("the specification's codec server", () => {
  const server = withOjs({ keys })

  it('encodes and decodes', async () => {
    const body = { payloads: [{ data: base64('[1,"ü"]') }, { data: base64('null'), metadata: { encoding: 'json/plain' } }] }
    const { payloads } = await answerOf(server, { path: '/codec/encode', body })
    for (const { metadata } of payloads)
      expect(metadata).toEqual({ encoding: 'binary/encrypted', encryption_key_id: 'key-2026-02' })
    expect(Buffer.from(payloads[0].data, 'base64')[0]).toBe(1)
    const decoded = await answerOf(server, { path: '/v1/codec/decode', body: { payloads } })
    expect(decoded).toEqual({
      payloads: ['[1,"ü"]', 'null'].map((data) => ({ data: base64(data), metadata: { encoding: 'json/plain' } })),
    })
  })

  it('opens what adapter-ojs sealed, by its own context', async () => {
    const { data } = await sealedPayload(['x'])
    const payload = { data, metadata: { encoding: 'binary/waxseal' } }
    const { payloads } = await answerOf(server, { path: '/codec/decode', body: { payloads: [payload] } })
    expect(payloads).toEqual([{ data: base64('["x"]'), metadata: { encoding: 'json/plain' } }])
  })

  it('passes what is not encoded', async () => {
    const payloads = [{ data: base64('1'), metadata: { encoding: 'json/plain', note: 'x' } }, { data: base64('2') }]
    expect(await answerOf(server, { path: '/codec/decode', body: { payloads } })).toEqual({ payloads })
  })

  it('masks', async () => {
    const encoded = await writeOjsPayload({ data: base64(JSON.stringify([{ card: CARD }])) }, { keys })
    const { payloads } = await answerOf(server, { path: '/codec/decode', token: TOKENS.bob, body: { payloads: [encoded] } })
    expect(JSON.parse(text(payloads[0].data))).toEqual([{ card: '•••• 1111' }])
  })

  it('says the same of a wrong key, an unknown one and of tampering', async () => {
    const { data, metadata } = await writeOjsPayload({ data: base64('1') }, { keys })
    const flipped = Buffer.from(data, 'base64')
    flipped[flipped.length - 1]! ^= 1
    const answers = [
      { data, metadata: { ...metadata, encryption_key_id: 'key-2025-11' } },
      { data, metadata: { ...metadata, encryption_key_id: 'nobody' } },
      { data: flipped.toString('base64'), metadata },
    ].map(async (each) => (await ask(server, { path: '/codec/decode', body: { payloads: [each] } })).text())
    expect(new Set(await Promise.all(answers))).toEqual(
      new Set(['{"error":{"code":"open_failed","message":"a payload could not be opened"}}']),
    )
  })
})

const goPayload = (value: string) => writeOjsPayload({ data: base64(value) }, { keys, dialect: 'codec-server' })
const encoded = await goPayload('{"a":1}')

describe("the reference server's contract", () => {
  const server = withOjs({ keys, dialect: 'go', keyIds: ['key-2026-02', 'key-2025-11'] })
  const failing = (fault: Partial<OjsKeys>) => withOjs({ keys: { ...keys, ...fault }, dialect: 'go' })
  const broken = Buffer.from(encoded.data, 'base64')
  broken[20]! ^= 1
  const { metadata } = encoded
  const decode = (...payloads: unknown[]): Call => ({ path: '/codec/decode', body: { payloads } })
  const encode = (...payloads: unknown[]): Call => ({ path: '/codec/encode', body: { payloads } })
  const EMPTY = 'payloads array is required and must not be empty'
  const UNREAD = 'invalid JSON: the body is not what this path takes'

  it.each<[string, Call, number, string]>([
    ['another method on encode', { path: '/codec/encode', method: 'GET' }, 405, 'method not allowed'],
    ['another method on decode', { path: '/codec/decode', method: 'PUT', body: {} }, 405, 'method not allowed'],
    ['another method on keys', { path: '/codec/keys', body: {} }, 405, 'method not allowed'],
    ['no JSON', { path: '/codec/decode', body: '{' }, 400, 'invalid JSON: the body is no JSON'],
    ['no payloads', { path: '/codec/encode', body: {} }, 400, EMPTY],
    ['an empty list', encode(), 400, EMPTY],
    ['null', { path: '/codec/decode', body: { payloads: null } }, 400, EMPTY],
    ['data that is a number', decode({ data: 1 }), 400, UNREAD],
    ['metadata that is a list', decode({ data: '', metadata: [] }), 400, UNREAD],
    ['metadata of numbers', decode({ data: '', metadata: { ojs_codec: 1 } }), 400, UNREAD],
    ['a payload that is a text', { path: '/codec/decode', body: { payloads: ['x'] } }, 400, UNREAD],
    ['bad base64 to encode', encode({ data: base64('1') }, { data: '!' }), 400, 'payloads[1]: invalid base64 data'],
    ['bad base64 to decode', decode({ data: '!', metadata }), 400, 'payloads[0]: invalid base64 data'],
    ['another codec', decode({ data: '', metadata: { ojs_codec: 'rot13' } }), 400, 'payloads[0]: unsupported codec "rot13"'],
    [
      'no key id',
      decode({ data: '!', metadata: { ojs_codec: 'aes-256-gcm' } }),
      400,
      'payloads[0]: missing ojs_key_id in metadata',
    ],
    [
      'an unknown key id',
      decode({ data: '!', metadata: { ...metadata, ojs_key_id: 'x' } }),
      400,
      'payloads[0]: unknown key ID "x"',
    ],
    [
      'the wrong key',
      decode({ data: encoded.data, metadata: { ...metadata, ojs_key_id: 'key-2025-11' } }),
      400,
      'payloads[0]: decryption failed',
    ],
    ['tampering', decode(encoded, { data: broken.toString('base64'), metadata }), 400, 'payloads[1]: decryption failed'],
    ['too short', decode({ data: 'AAAA', metadata }), 400, 'payloads[0]: decryption failed'],
    [
      'the first of several',
      decode({ data: '', metadata: { ojs_codec: 'x' } }, { data: '!', metadata }),
      400,
      'payloads[0]: unsupported codec "x"',
    ],
  ])('refuses %s', async (_, call, status, error) => {
    const response = await ask(server, call)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      'application/json',
      `${JSON.stringify({ error })}\n`,
    ])
  })

  it('says that the key cannot be had, or that encryption failed', async () => {
    const error = async (fault: Partial<OjsKeys>) => {
      const response = await ask(failing(fault), encode({ data: base64('1') }))
      return [response.status, await response.text()]
    }
    expect(await error({ getKey: () => undefined })).toEqual([500, '{"error":"encryption key unavailable"}\n'])
    expect(await error({ getKey: () => new Uint8Array(3) })).toEqual([
      500,
      expect.stringMatching(/^\{"error":"encryption (key unavailable|failed)"\}\n$/),
    ])
  })

  it('encodes, whatever metadata was sent, and decodes without any', async () => {
    const { payloads } = await answerOf(server, encode({ data: base64('{"a":1}'), metadata: { mine: 'x' } }))
    expect(payloads).toEqual([{ data: expect.any(String), metadata: { ojs_codec: 'aes-256-gcm', ojs_key_id: 'key-2026-02' } }])
    expect(await answerOf(server, decode(...payloads))).toEqual({ payloads: [{ data: base64('{"a":1}') }] })
  })

  it('passes a payload without a codec, metadata included', async () => {
    const payload = { data: base64('1'), metadata: { mine: 'x' } }
    expect(await answerOf(server, decode(payload, encoded))).toEqual({ payloads: [payload, { data: base64('{"a":1}') }] })
  })

  it('decodes what is large', async () => {
    const large = JSON.stringify('x'.repeat(300_000))
    expect(await answerOf(server, decode(await goPayload(large)))).toEqual({ payloads: [{ data: base64(large) }] })
  })

  it('lists its keys to who is known, and answers health to all', async () => {
    expect(await answerOf(server, { path: '/codec/keys', method: 'GET' })).toEqual({
      current_id: 'key-2026-02',
      keys: [
        { id: 'key-2026-02', current: true },
        { id: 'key-2025-11', current: false },
      ],
      total: 2,
    })
    expect((await ask(server, { path: '/codec/keys', method: 'GET', token: null })).status).toBe(401)
    for (const method of ['GET', 'POST'])
      expect(await answerOf(server, { path: '/health', method, token: null, body: {} })).toEqual({ status: 'ok' })
  })

  it('knows no other path, and answers preflights on any', async () => {
    const unknown = await ask(server, { path: '/codec/nope', body: {} })
    expect([unknown.status, await unknown.text()]).toEqual([404, '404 page not found\n'])
    expect(unknown.headers.get('content-type')).toMatch(/^text\/plain/)
    const preflight = await ask(server, { path: '/anything', method: 'OPTIONS', token: null })
    expect([preflight.status, await preflight.text()]).toEqual([204, ''])
  })

  it('asks the policy before it says anything of keys', async () => {
    const response = await ask(server, { ...decode({ data: '', metadata: { ...metadata, ojs_key_id: 'x' } }), token: TOKENS.eve })
    expect([response.status, await response.text()]).toEqual([403, '{"error":"this caller may not do that"}\n'])
  })
})
