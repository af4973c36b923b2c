import { describe, expect, it, vi } from 'vitest'
import { chain, compressionCodec, type PayloadCodec } from '../src/codec/codec.ts'
import { encodePayload, type Payload } from '../src/codec/payload.ts'
import { SEALED_ENCODING, sealingCodec } from '../src/codec/sealing-codec.ts'
import { deflate, gzip } from '../src/format/compression.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import { createTestSealer } from '../src/testing.ts'
import { bytes, context, inDays, NOW, outcome, tenantKeys, utf8 } from './fixtures.ts'

const sealer = createTestSealer({ keys: tenantKeys, now: () => NOW })
const codec = sealingCodec(sealer, { context })
const payload = (text = '{"card":"4111"}'): Payload => ({
  metadata: { encoding: utf8('json/plain'), type: utf8('Card') },
  data: utf8(text),
})
const encodingOf = ({ metadata }: Payload) => new TextDecoder().decode(metadata!.encoding)

/** A codec of somebody else, as the contract allows: it names what it does, and passes on what it did not do. */
const shift = (name: string, log: string[] = []): PayloadCodec => ({
  async encode(payloads) {
    log.push(`encode ${name}`)
    return payloads.map((inner) => ({ metadata: { encoding: utf8(name) }, data: encodePayload(inner).map((byte) => byte ^ 1) }))
  },
  async decode(payloads) {
    log.push(`decode ${name}`)
    const { decodePayload } = await import('../src/codec/payload.ts')
    return payloads.map((outer) => (encodingOf(outer) === name ? decodePayload(outer.data!.map((byte) => byte ^ 1)) : outer))
  },
})

describe('chain', () => {
  it('encodes in order, decodes in reverse, foreign codecs included', async () => {
    const log: string[] = []
    const chained = chain(shift('binary/a', log), codec, shift('binary/b', log))
    const encoded = await chained.encode([payload(), payload('2')])
    expect(encoded.map(encodingOf)).toEqual(['binary/b', 'binary/b'])
    expect(await chained.decode(encoded)).toEqual([payload(), payload('2')])
    expect(log).toEqual(['encode binary/a', 'encode binary/b', 'decode binary/b', 'decode binary/a'])
  })

  it('of none changes nothing', async () => {
    const payloads = [payload()]
    expect(await chain().encode(payloads)).toEqual(payloads)
    expect(await chain().decode(payloads)).toEqual(payloads)
  })
})

describe('sealingCodec', () => {
  it('seals whole payloads, each on its own, metadata included', async () => {
    const payloads = [payload(), {}, { metadata: null, data: null }, { data: bytes(40_000) }, payload()]
    const sealed = await codec.encode(payloads)
    expect(sealed.map(encodingOf)).toEqual(payloads.map(() => SEALED_ENCODING))
    expect(Object.keys(sealed[0]!.metadata!)).toEqual(['encoding'])
    expect(sealed[0]!.data).not.toEqual(sealed[4]!.data)
    for (const { data } of sealed) {
      expect(sealer.inspect(data!).form).toBe('bytes')
      expect(Buffer.from(data!).includes('json/plain')).toBe(false)
    }
    const opened = await codec.decode(sealed)
    expect(opened[0]).toEqual(payload())
    expect(opened[1]).toEqual({ metadata: {}, data: new Uint8Array(0) })
    expect(opened[3]!.data).toEqual(bytes(40_000))
  })

  it('holds content that no other way opens, and opens no other content', async () => {
    const [sealed] = await codec.encode([payload()])
    expect(await outcome(() => sealer.open(sealed!.data!, { context }))).toBe('malformed')
    for (const value of ['x', bytes(5), { a: 1 }, encodePayload(payload())]) {
      const data = await sealer.seal(value, { context, as: 'bytes' })
      expect(await outcome(() => codec.decode([{ metadata: sealed!.metadata, data }]))).toBe('malformed')
    }
  })

  it.each<[string, (sealed: Payload) => Payload, string]>([
    ['a payload in clear', () => payload(), 'plaintext_rejected'],
    ['no metadata', ({ data }) => ({ data }), 'plaintext_rejected'],
    ['another encoding', ({ data }) => ({ metadata: { encoding: utf8('binary/plain') }, data }), 'plaintext_rejected'],
    ['no data', ({ metadata }) => ({ metadata }), 'plaintext_rejected'],
    ['data in clear', ({ metadata }) => ({ metadata, data: utf8('{}') }), 'plaintext_rejected'],
    ['an envelope cut short', ({ metadata, data }) => ({ metadata, data: data!.subarray(0, -1) }), 'open_failed'],
    ['metadata that others added', ({ metadata, data }) => ({ metadata: { ...metadata, host: utf8('x') }, data }), 'ok'],
  ])('opens %s: %#', async (_, change, expected) => {
    const [sealed] = await codec.encode([payload()])
    expect(await outcome(() => codec.decode([change(sealed!)]))).toBe(expected)
  })

  it('keeps to context, scope, limits and compression of its sealer', async () => {
    const [sealed] = await sealingCodec(sealer, { context, scope: 'a', storeContext: true }).encode([payload()])
    expect(sealer.inspect(sealed!.data!)).toMatchObject({ kid: 'tenant-a', context })
    expect(await outcome(() => codec.decode([sealed!]))).toBe('key_not_found')
    expect(await outcome(() => sealingCodec(sealer, { context: { app: 'other' }, scope: 'a' }).decode([sealed!]))).toBe(
      'open_failed',
    )
    const small = createSealer({ keys: tenantKeys, limits: { maxPayloadBytes: 100 } })
    expect(await outcome(() => sealingCodec(small, { context }).encode([payload('x'.repeat(100))]))).toBe('too_large')
    const packing = createSealer({ keys: tenantKeys, compress: { algorithms: [deflate] } })
    const [packed] = await sealingCodec(packing, { context }).encode([payload('x'.repeat(10_000))])
    expect(packed!.data!.length).toBeLessThan(300)
    expect(await sealingCodec(packing, { context }).decode([packed!])).toEqual([payload('x'.repeat(10_000))])
    expect(await outcome(() => sealingCodec({ ...sealer }, { context }))).toBe('config')
  })

  it('lets plaintext through in a window, and counts it', async () => {
    const onPlaintext = vi.fn()
    const open = sealingCodec(sealer, { context, plaintext: { allowUntil: inDays(1), onPlaintext } })
    const foreign = { metadata: { encoding: utf8('binary/encrypted') }, data: bytes(3) }
    const mixed = [payload(), foreign, (await codec.encode([payload()]))[0]!]
    expect(await open.decode(mixed)).toEqual([payload(), foreign, payload()])
    expect(onPlaintext).toHaveBeenCalledTimes(2)
    expect(await outcome(() => open.decode([{ metadata: { encoding: utf8(SEALED_ENCODING) }, data: utf8('x') }]))).toBe(
      'plaintext_rejected',
    )
    const closed = sealingCodec(sealer, { context, plaintext: { allowUntil: inDays(-1) } })
    expect(await outcome(() => closed.decode([payload()]))).toBe('plaintext_rejected')
  })
})

describe('compressionCodec', () => {
  const large = payload('x'.repeat(5000))

  it('compresses what is large and gets smaller, and decodes only that', async () => {
    const packing = compressionCodec()
    const noise = { data: crypto.getRandomValues(new Uint8Array(5000)) }
    const encoded = await packing.encode([large, payload(), noise])
    expect(encodingOf(encoded[0]!)).toBe('binary/gzip')
    expect(encoded[0]!.data!.length).toBeLessThan(200)
    expect(encoded.slice(1)).toEqual([payload(), noise])
    expect(await packing.decode(encoded)).toEqual([large, payload(), noise])
    expect(encodingOf((await compressionCodec({ minBytes: 10 }).encode([payload('x'.repeat(100))]))[0]!)).toBe('binary/gzip')
  })

  it('stands before sealing in a chain', async () => {
    const chained = chain(compressionCodec(), codec)
    const [sealed] = await chained.encode([large])
    expect(encodingOf(sealed!)).toBe(SEALED_ENCODING)
    expect(sealed!.data!.length).toBeLessThan(400)
    expect(await chained.decode([sealed!])).toEqual([large])
  })

  it('inflates no further than its limit and what is claimed', async () => {
    const [{ data }] = (await compressionCodec().encode([large])) as [{ data: Uint8Array }]
    const decode = (packed: Uint8Array, maxBytes?: number) =>
      outcome(() =>
        compressionCodec(maxBytes ? { maxBytes } : {}).decode([{ metadata: { encoding: utf8('binary/gzip') }, data: packed }]),
      )
    const claiming = (length: number) => {
      const changed = data.slice()
      new DataView(changed.buffer).setUint32(changed.length - 4, length, true)
      return changed
    }
    expect(await decode(data, 6000)).toBe('ok')
    expect(await decode(data, 5000)).toBe('too_large')
    expect(await decode(claiming(100))).toBe('too_large')
    expect(await decode(claiming(6000))).toBe('malformed')
    expect(await decode(claiming(0xffffffff))).toBe('too_large')
    expect(await decode(bytes(0))).toBe('malformed')
    expect(await decode(gzip.compress(bytes(5)))).toBe('malformed')
    expect(await decode(data.subarray(0, 17))).toBe('malformed')
  })
})
