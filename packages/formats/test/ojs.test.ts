import { gzipSync } from 'node:zlib'
import { type Compression, deflate, gzip, WaxsealError, zstd } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { sealAesGcm } from '../src/aes-gcm.js'
import {
  decodeOjsMembers,
  encodeOjsMembers,
  hasOjsPath,
  type OjsDialect,
  type OjsJob,
  ojsFormOf,
  parseOjsPath,
  readOjsJob,
  readOjsPayload,
  readOjsValue,
  writeOjsJob,
  writeOjsPayload,
  writeOjsValue,
} from '../src/index.js'
import { ARGS, KEY, PAYLOAD, VECTORS } from './ojs-vectors.js'

const keys = { getKey: (id: string) => (id === 'key-1' ? KEY : undefined), getCurrentKeyId: () => 'key-1' }
const long = [{ text: 'the same again '.repeat(200) }]
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** Encoded as the specification says, with any list of encodings over any bytes. */
const made = async (bytes: Uint8Array, ...encodings: unknown[]): Promise<OjsJob> => ({
  args: [
    {
      ojs_encoded: true,
      encoding: 'binary/encrypted',
      data: b64(Buffer.concat([[1], await sealAesGcm(KEY, bytes)].map((part) => Buffer.from(part)))),
    },
  ],
  meta: { 'ojs.codec.encodings': encodings, 'ojs.codec.key_id': 'key-1' },
})
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error) => (WaxsealError.is(error) ? error.code : `not ours: ${error}`),
  )

const hasZstd = ((): boolean => {
  try {
    return zstd.compress(new Uint8Array(1)).length > 0
  } catch {
    return false
  }
})()

describe('encoded jobs of OJS', () => {
  it.each(Object.entries(VECTORS))('of the %s are read', async (_, job) => {
    const kept = { ...job, meta: { ...job.meta, tenant: 'acme' } }
    expect(ojsFormOf(job)).toBe('whole')
    expect(await readOjsJob(kept, { keys })).toEqual({ ...job, args: ARGS, meta: { tenant: 'acme' } })
  })

  it.each<OjsDialect>(['spec', 'js', 'blob'])('are written in dialect %s as the vectors are, and read', async (dialect) => {
    const name = { spec: 'specification', js: 'SDKs for JavaScript and Python', blob: 'SDKs for Java, Ruby, Rust and PHP' }[
      dialect
    ]
    const job = { type: 'pay', args: ARGS, meta: { tenant: 'acme', 'ojs.codec.nonce': 'of an earlier encoding' } }
    const written = await writeOjsJob(job, { keys, dialect })
    const shape = (value: unknown) => JSON.stringify(value).replace(/"[A-Za-z0-9+/]{16,}=*"/g, '""')
    expect(shape(written.args)).toBe(shape(VECTORS[name]!.args))
    expect(shape(written.meta)).toBe(shape({ tenant: 'acme', ...VECTORS[name]!.meta }))
    expect(await readOjsJob(written, { keys })).toEqual({ type: 'pay', args: ARGS, meta: { tenant: 'acme' } })
    expect(job.meta['ojs.codec.nonce']).toBe('of an earlier encoding')
  })

  it('get a nonce of their own each time', async () => {
    const texts = await Promise.all(
      Array.from({ length: 50 }, async () => JSON.stringify(await writeOjsJob({ args: ARGS }, { keys }))),
    )
    expect(new Set(texts).size).toBe(50)
  })

  it('are read where the nonce happens to begin as the version does', async () => {
    for (;;) {
      const sealed = await sealAesGcm(KEY, new TextEncoder().encode(JSON.stringify(ARGS)))
      if (sealed[0] !== 1) continue
      const job = { args: [b64(sealed)], meta: VECTORS['SDKs for Java, Ruby, Rust and PHP']!.meta! }
      expect((await readOjsJob(job, { keys })).args).toEqual(ARGS)
      return
    }
  })

  it.each(hasZstd ? [gzip, zstd] : [gzip])(
    'are compressed by $name where that pays, and say so in order',
    async (compress: Compression) => {
      const written = await writeOjsJob({ args: long }, { keys, compress })
      expect(written.meta).toMatchObject({ 'ojs.codec.encodings': [`${compress.name}/plain`, 'binary/encrypted'] })
      expect(written.args).toMatchObject([{ encoding: `binary/encrypted+${compress.name}` }])
      expect(JSON.stringify(written).length).toBeLessThan(600)
      expect((await readOjsJob(written, { keys })).args).toEqual(long)
      const random = [b64(crypto.getRandomValues(new Uint8Array(3000)))]
      const same = { ...compress, compress: (data: Uint8Array) => Uint8Array.of(...data, 0) }
      for (const [args, by] of [
        [ARGS, compress],
        [random, same],
      ] as const) {
        const plain = await writeOjsJob({ args }, { keys, compress: by })
        expect(plain.meta).toMatchObject({ 'ojs.codec.encodings': ['binary/encrypted'] })
        expect((await readOjsJob(plain, { keys })).args).toEqual(args)
      }
    },
  )

  it('are refused where they would inflate without bound, by what they say or what they do', async () => {
    const bomb = Buffer.from(JSON.stringify(['x'.repeat(3_000_000)]))
    for (const [name, packed] of [
      ['gzip/plain', gzipSync(bomb)],
      // The frame of an empty content, that claims three million bytes.
      ['zstd/plain', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0xc0, 0xc6, 0x2d, 0, 1, 0, 0)],
      ...(hasZstd ? [['zstd/plain', zstd.compress(bomb)] as const] : []),
    ] as const)
      expect(await code(readOjsJob(await made(packed, name, 'binary/encrypted'), { keys, maxBytes: 1_000_000 }))).toBe(
        'too_large',
      )
    expect(await code(readOjsJob(await made(bomb, ...Array(9).fill('binary/encrypted')), { keys }))).toBe('malformed')
  })

  it('are refused with a reason where their encodings cannot be undone', async () => {
    const json = new TextEncoder().encode('[1]')
    const unsized = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 1, 0, 0)
    const cases: [Uint8Array, unknown[], string][] = [
      [json, ['snappy/plain', 'binary/encrypted'], 'unsupported_compression'],
      [json, ['lz4/plain', 'binary/encrypted'], 'unsupported_compression'],
      [unsized, ['zstd/plain', 'binary/encrypted'], 'unsupported_compression'],
      [json, ['binary/encrypted-chacha'], 'unsupported_suite'],
      [json, ['gzip/plain', 'binary/encrypted'], 'malformed'],
      [json, ['binary/encrypted', 'binary/encrypted'], 'malformed'],
      [json, [7], 'malformed'],
      [json, [], 'plaintext_rejected'],
      [json, ['gzip/plain'], 'plaintext_rejected'],
      [new TextEncoder().encode('[1'), ['binary/encrypted'], 'malformed'],
      [Uint8Array.of(0xff), ['binary/encrypted'], 'malformed'],
    ]
    for (const [bytes, encodings, expected] of cases)
      expect([encodings, await code(readOjsJob(await made(bytes, ...encodings), { keys }))]).toEqual([encodings, expected])
  })

  it('are refused where they are marked and hold nothing that could be decoded', async () => {
    const meta = VECTORS['SDK for Go']!.meta!
    const marks = [
      { args: [{ a: 1 }], meta },
      { args: [], meta },
      { args: [1, 2], meta: { ojs_encoded: true } },
      { args: [null], meta: { _encrypted: true } },
    ]
    for (const job of marks) expect(await code(readOjsJob(job, { keys }))).toBe('malformed')
    expect(await code(readOjsJob({ args: ['no base64!'], meta }, { keys }))).toBe('malformed')
    expect(await code(readOjsJob({ args: [{ ojs_encoded: true, data: 7 }], meta }, { keys }))).toBe('malformed')
    expect(await code(readOjsJob({ args: ARGS, meta: { tenant: 'acme' } }, { keys }))).toBe('plaintext_rejected')
    expect(await code(readOjsJob({ args: ARGS }, { keys }))).toBe('plaintext_rejected')
    for (const none of [null, undefined, 'text', 7]) expect(await code(readOjsJob(none as never, { keys }))).toBe('malformed')
  })

  it('tell a key that is not there from a provider that is down', async () => {
    const job = VECTORS.specification!
    const down = () => Promise.reject(new Error('down'))
    expect(await code(readOjsJob(job, { keys: { getKey: () => undefined } }))).toBe('key_not_found')
    expect(await code(readOjsJob(job, { keys: { getKey: down } }))).toBe('provider_unavailable')
    expect(
      await code(readOjsJob(job, { keys: { getKey: () => Promise.reject(new WaxsealError('key_destroyed', 'gone')) } })),
    ).toBe('key_destroyed')
    expect(await code(readOjsJob(job, { keys: { getKey: () => KEY.subarray(1) } }))).toBe('config')
    expect(await code(readOjsJob({ ...job, meta: { 'ojs.codec.encodings': ['binary/encrypted'] } }, { keys }))).toBe('malformed')
    expect(await code(writeOjsJob({ args: [] }, { keys: { ...keys, getCurrentKeyId: () => '' } }))).toBe('config')
  })

  it('are not written in forms that their readers lack', async () => {
    expect(await code(writeOjsJob({ args: long }, { keys, dialect: 'js', compress: gzip }))).toBe('config')
    expect(await code(writeOjsJob({ args: long }, { keys, compress: deflate }))).toBe('config')
    expect(await code(writeOjsJob({ args: undefined }, { keys }))).toBe('not_serialisable')
    expect(await code(writeOjsJob({ args: long }, { keys, dialect: 'go' as 'spec' }))).toBe('config')
  })

  it('are refused wherever a byte of them changed', async () => {
    for (const [name, job] of Object.entries(VECTORS)) {
      const text = JSON.stringify(job)
      const data = /"([A-Za-z0-9+/]{40,}=*)"/.exec(text)![1]!
      for (let at = 0; at < data.length; at++) {
        const other = data[at] === 'A' ? 'B' : 'A'
        const changed = JSON.parse(text.replace(data, data.slice(0, at) + other + data.slice(at + 1)))
        const outcome = await readOjsJob(changed, { keys }).then(
          (read) => read.args,
          (error) => error,
        )
        expect([name, at, WaxsealError.is(outcome)]).toEqual([name, at, true])
      }
    }
  })
})

describe('values of OJS', () => {
  it('are complete in themselves', async () => {
    for (const value of [null, 1, 'text', { a: [1] }, long]) {
      const encoded = await writeOjsValue(value, { keys, compress: gzip })
      expect(encoded.metadata).toEqual({ encryption_key_id: 'key-1' })
      expect(await readOjsValue(encoded, { keys })).toEqual(value)
    }
    expect((await writeOjsValue(long, { keys, compress: gzip })).encoding).toBe('binary/encrypted+gzip')
    expect(await code(readOjsValue({ a: 1 }, { keys }))).toBe('malformed')
  })
})

describe('payloads of the codec server', () => {
  it('are read and answered in the dialect that they came in', async () => {
    expect(await readOjsPayload(PAYLOAD.request, { keys })).toEqual(PAYLOAD.response)
    for (const dialect of ['spec', 'codec-server'] as const) {
      const written = await writeOjsPayload(PAYLOAD.response, { keys, dialect })
      expect(Object.keys(written.metadata!)).toEqual(
        dialect === 'spec' ? ['encoding', 'encryption_key_id'] : ['ojs_codec', 'ojs_key_id'],
      )
      expect((await readOjsPayload(written, { keys })).data).toBe(PAYLOAD.response.data)
    }
    const spec = await writeOjsPayload(PAYLOAD.response, { keys })
    expect(await readOjsPayload(spec, { keys })).toEqual({ ...PAYLOAD.response, metadata: { encoding: 'json/plain' } })
  })

  it('are refused where their codec is not known or there is none', async () => {
    expect(await code(readOjsPayload(PAYLOAD.response, { keys }))).toBe('malformed')
    const other = { ...PAYLOAD.request, metadata: { ...PAYLOAD.request.metadata, ojs_codec: 'rot13' } }
    expect(await code(readOjsPayload(other, { keys }))).toBe('malformed')
  })
})

describe('paths of OJS', () => {
  const args = [{ card_number: '4242', list: [{ ssn: '1' }], 'a b': 1, nil: null }, 'x']
  const encode = async (value: unknown) => writeOjsValue(value, { keys })
  const decode = (encoded: unknown) => readOjsValue(encoded, { keys })

  it('are parsed', () => {
    expect(parseOjsPath('args[0].card_number')).toEqual([0, 'card_number'])
    expect(parseOjsPath('args[0]["a b"].x[12]')).toEqual([0, 'a b', 'x', 12])
    for (const wrong of ['', 'args', 'meta.x', 'args.', 'args[x]', 'args[0', 'args[0]x', 'args[-1]', 7])
      expect(() => parseOjsPath(wrong)).toThrow(expect.objectContaining({ code: 'config' }))
  })

  it('name the members that are encoded in place; no other changes', async () => {
    const paths = ['args[0].card_number', 'args[0].list[0].ssn', 'args[0]["a b"]', 'args[0].nil', 'args[0].absent', 'args[7]']
    const before = structuredClone(args)
    const encoded = await encodeOjsMembers(args, paths, encode)
    expect(args).toEqual(before)
    expect(encoded.paths).toEqual(paths.slice(0, 4))
    expect(JSON.stringify(encoded.args)).not.toContain('4242')
    expect(encoded.args).toMatchObject([{ card_number: { ojs_encoded: true } }, 'x'])
    expect(await decodeOjsMembers(encoded.args, encoded.paths, decode)).toEqual(args)
    expect([hasOjsPath(args, paths[0]!), hasOjsPath(args, paths[5]!)]).toEqual([true, false])
  })

  it('do not lead into one another, nor into prototypes', async () => {
    for (const paths of [
      ['args[0]', 'args[0].card_number'],
      ['args[0].nil', 'args[0].nil'],
    ])
      expect(await code(encodeOjsMembers(args, paths, encode))).toBe('config')
    expect((await encodeOjsMembers(args, ['args[0].constructor', 'args[0].__proto__', 'args.length'], encode)).paths).toEqual([])
  })

  it('may be many: whoever writes to a backend decides how many', async () => {
    const marked = Array.from({ length: 100_000 }, () => ({ ojs_encoded: true }))
    const listed = marked.map((_, at) => `args[${at}]`)
    expect(await decodeOjsMembers(marked, listed, async () => 1)).toHaveLength(marked.length)
    expect(await code(decodeOjsMembers(marked, listed.with(-1, 'args[0]'), async () => 1))).toBe('malformed')
  })

  it('are all of what is marked', async () => {
    const marked = await encode('secret')
    expect(await code(encodeOjsMembers([{ card: 1, other: [marked] }], ['args[0].card'], encode))).toBe('already_sealed')
    expect(await code(decodeOjsMembers([{ card: marked, other: [marked] }], ['args[0].card'], decode))).toBe('malformed')
    expect(await code(decodeOjsMembers([{ card: marked }], [], decode))).toBe('malformed')
  })

  it('that are listed must all be there and hold encoded members', async () => {
    for (const listed of ['args[0]', [7], ['args[9]'], ['args[0].card_number'], ['args[0]', 'args[0].nil']])
      expect(await code(decodeOjsMembers(args, listed, decode))).toBe('malformed')
  })
})
