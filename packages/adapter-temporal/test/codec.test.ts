import { deflateSync, gzipSync } from 'node:zlib'
import { temporal } from '@temporalio/proto'
import { payloadCodecContract } from '@waxseal/conformance/contracts'
import { decodePayload, encodePayload, generateKey, type Payload, SEALED_ENCODING, staticKeys, WaxsealError } from '@waxseal/core'
import { createTestSealer } from '@waxseal/core/testing'
import { temporalSampleCodec } from '@waxseal/formats'
import { describe, expect, it } from 'vitest'
import { contextOf, type TemporalCodecOptions, temporalCodec, UnreadablePayloadError } from '../src/index.js'

const utf8 = (text: string) => new TextEncoder().encode(text)
const encodingOf = (payload: Payload | undefined) => new TextDecoder().decode(payload?.metadata?.encoding)
const json = (value: unknown): Payload => ({ metadata: { encoding: utf8('json/plain') }, data: utf8(JSON.stringify(value)) })
const compressed = (payload: Payload, encoding = 'binary/zlib'): Payload => ({
  metadata: { encoding: utf8(encoding) },
  data: (encoding === 'binary/gzip' ? gzipSync : deflateSync)(encodePayload(payload)),
})

const NOW = Date.UTC(2026, 0, 1)
const key = generateKey()
const sealer = createTestSealer({ keys: staticKeys([{ kid: 'k1', key }]), now: () => NOW })
const codec = (options: Partial<TemporalCodecOptions> = {}) =>
  temporalCodec({ sealer, app: 'shop', namespace: 'default', ...options })
const window = { allowUntil: new Date(NOW + 86_400_000) }
const unreadable = (code: string) => expect.objectContaining({ name: 'UnreadablePayloadError', code })

const theirs = utf8('test-key-test-key-test-key-test!')
const sample = { keys: (id: string) => (id === 'theirs' ? theirs : undefined), writeKeyId: 'theirs' }
const proxy = { unwrapKey: () => theirs }
const bySample = async (payload: Payload): Promise<Payload> => (await temporalSampleCodec(sample).encode([payload]))[0]!
const byProxy = async (payload: Payload): Promise<Payload> => {
  const { metadata, data } = await bySample(payload)
  return { metadata: { ...metadata, 'encryption-dek': utf8(btoa('wrapped')) }, data }
}

payloadCodecContract({
  describe,
  it,
  harness: {
    name: 'temporalCodec',
    create: () => codec({ storeContext: false }),
    confidential: true,
    authenticated: true,
    foreign: 'refused',
  },
})
payloadCodecContract({
  describe,
  it,
  harness: {
    name: "temporalCodec that writes the samples' layout",
    create: () => codec({ sample, write: 'sample' }),
    confidential: true,
    authenticated: true,
    foreign: 'refused',
  },
})

describe('the codec for Temporal', () => {
  it('seals under the context of its application and namespace, which the envelope shows', async () => {
    const [sealed] = await codec().encode([json(1)])
    expect(encodingOf(sealed)).toBe(SEALED_ENCODING)
    expect(sealer.inspect(sealed!.data!).context).toEqual(contextOf('default', { app: 'shop' }))
    const [bare] = await codec({ storeContext: false }).encode([json(1)])
    expect(sealer.inspect(bare!.data!).context).not.toEqual(contextOf('default', { app: 'shop' }))
    expect(await codec().decode([bare!])).toEqual([json(1)])
  })

  it('adds to a payload what the README says', async () => {
    for (const [storeContext, added] of [
      [true, 160],
      [false, 110],
    ] as const)
      for (const pieces of [0, 1, 64]) {
        const payload = { ...json(''), data: new Uint8Array(pieces * 16_384) }
        const [sealed] = await codec({ app: 'billing', storeContext }).encode([payload])
        const growth = encodePayload(sealed!).length - encodePayload(payload).length - 16 * pieces
        expect(growth).toBeGreaterThan(added - 10)
        expect(growth).toBeLessThan(added + 10)
      }
  })

  it('refuses any change, or is not moved by it: the context that is stored is not the one that counts', async () => {
    const [sealed] = await codec().encode([json(1)])
    let ignored = 0
    for (let at = 0; at < sealed!.data!.length; at++) {
      const changed = { ...sealed, data: sealed!.data!.with(at, sealed!.data![at]! ^ 4) }
      const opened = await codec()
        .decode([changed])
        .catch(() => undefined)
      if (opened) ignored++
      expect(opened ?? [json(1)]).toEqual([json(1)])
    }
    expect(ignored).toBeLessThan('appshopnamespacedefault'.length + 1)
  })

  it.each([
    ['another namespace', { namespace: 'other' }],
    ['another application', { app: 'other' }],
    ['another key', { sealer: createTestSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }) }],
  ])('refuses what was sealed for %s', async (_, options) => {
    await expect(codec().decode(await codec(options).encode([json(1)]))).rejects.toEqual(unreadable('open_failed'))
  })

  it('refuses a key that is not there, for good', async () => {
    const others = createTestSealer({ keys: staticKeys([{ kid: 'k2', key: generateKey() }]) })
    await expect(codec().decode(await codec({ sealer: others }).encode([json(1)]))).rejects.toEqual(unreadable('key_not_found'))
  })

  it('keeps references to payloads that lie elsewhere', async () => {
    const { Payload: Message } = temporal.api.common.v1
    const payload = Message.decode(encodePayload({ ...json({}), externalPayloads: [{ sizeBytes: 300_000_000_000n }] }))
    const [opened] = await codec().decode(await codec().encode([payload]))
    expect(decodePayload(Message.encode(opened!).finish()).externalPayloads).toEqual([{ sizeBytes: 300_000_000_000n }])
  })

  it('gives back what another codec compressed before it, as it was', async () => {
    const payload = compressed(json(1), 'binary/gzip')
    const [opened] = await codec().decode(await codec().encode([payload]))
    expect(encodingOf(opened)).toBe('binary/gzip')
  })
})

describe('payloads in clear', () => {
  it('are refused without a window, and after it', async () => {
    for (const plaintext of [undefined, { allowUntil: new Date(NOW - 1) }])
      await expect(codec({ plaintext }).decode([json(1)])).rejects.toEqual(unreadable('plaintext_rejected'))
  })

  it('are read while the window is open, compressed ones too', async () => {
    let read = 0
    const reading = codec({ plaintext: { ...window, onPlaintext: () => read++ } })
    expect(await reading.decode([json(1), compressed(json(2)), ...(await codec().encode([json(3)]))])).toEqual(
      [1, 2, 3].map(json),
    )
    expect(read).toBe(2)
  })

  it('are only those that nobody encrypted', async () => {
    const reading = codec({ plaintext: window })
    for (const payload of [await bySample(json(1)), await byProxy(json(1))])
      await expect(reading.decode([payload])).rejects.toEqual(unreadable('key_not_found'))
  })

  it('are written where that is asked for, as they are', async () => {
    const payloads = [json(1), {}]
    expect(await codec({ write: 'plaintext' }).encode(payloads)).toEqual(payloads)
  })
})

describe('payloads of others', () => {
  const reading = codec({ sample, proxy })

  it.each(['binary/zlib', 'binary/gzip'])('are read in every layout, %s inside and outside of it', async (encoding) => {
    for (const write of [bySample, byProxy]) {
      const inside = await write(compressed(json('inside'), encoding))
      const outside = compressed(await write(json('outside')), encoding)
      expect(await reading.decode([await write(json('bare')), inside, outside])).toEqual(['bare', 'inside', 'outside'].map(json))
    }
  })

  it('are read beside sealed ones, and those sealed however they are written', async () => {
    const [sealed] = await codec().encode([json(1)])
    const writing = codec({ sample, write: 'sample' })
    const [written] = await writing.encode([json(2)])
    expect(encodingOf(written)).toBe('binary/encrypted')
    expect(await writing.decode([sealed!, written!])).toEqual([json(1), json(2)])
  })

  it('are refused without their keys', async () => {
    for (const [payload, options] of [
      [await bySample(json(1)), { proxy }],
      [await byProxy(json(1)), { sample }],
    ] as const)
      await expect(codec(options).decode([payload])).rejects.toEqual(unreadable('key_not_found'))
  })

  it('are refused where they say too little to be of anybody', async () => {
    const { metadata, data } = await byProxy(json(1))
    for (const name of ['encryption-key-id', 'encoding']) {
      const { [name]: _, ...rest } = metadata!
      await expect(reading.decode([{ metadata: rest, data }])).rejects.toEqual(unreadable('plaintext_rejected'))
    }
  })

  it('are inflated four times at most, and to no more than 16 MiB', async () => {
    const times = (n: number) => Array.from({ length: n }).reduce<Payload>((payload) => compressed(payload), json(1))
    expect(await reading.decode([await bySample(times(4))])).toEqual([json(1)])
    await expect(reading.decode([await bySample(times(5))])).rejects.toEqual(unreadable('malformed'))
    await expect(codec({ plaintext: window }).decode([times(5)])).rejects.toEqual(unreadable('malformed'))
    const bomb = compressed({ data: new Uint8Array(17 * 1024 * 1024) })
    for (const payload of [bomb, await bySample(bomb)])
      await expect(reading.decode([payload])).rejects.toEqual(unreadable('too_large'))
  })
})

describe('an error', () => {
  it('that may pass is the error of the key service itself', async () => {
    const [written] = await codec({ sample, write: 'sample' }).encode([json(1)])
    const down = new WaxsealError('provider_unavailable', 'the key service is down')
    const failing = codec({ sample: { keys: () => Promise.reject(down) } })
    await expect(failing.decode([written!])).rejects.toBe(down)
  })

  it('that is the payload’s own says no more than a code', async () => {
    const error = (await codec()
      .decode([json('secret')])
      .catch((caught: unknown) => caught)) as UnreadablePayloadError
    expect(error).toBeInstanceOf(UnreadablePayloadError)
    expect(error.constructor.name).toBe(error.name)
    expect(error.message).toBe('a payload does not open (plaintext_rejected)')
    expect(error.cause).toBeUndefined()
  })
})

describe('an open-only sealer', () => {
  it('reads and does not write', async () => {
    const openOnly = createTestSealer({ keys: staticKeys([{ kid: 'k1', key }]), mode: 'open-only' })
    expect(await codec({ sealer: openOnly }).decode(await codec().encode([json(1)]))).toEqual([json(1)])
    await expect(codec({ sealer: openOnly }).encode([json(1)])).rejects.toMatchObject({ code: 'sealing_disabled' })
    expect(await codec({ sealer: openOnly, write: 'plaintext' }).encode([json(1)])).toEqual([json(1)])
  })
})

it.each<[string, object]>([
  ['no sealer', { sealer: undefined }],
  ['no application', { app: '' }],
  ['no namespace', { namespace: undefined }],
  ['another way to write', { write: 'clear' }],
  ['a way to write without its key', { write: 'sample', sample: { keys: sample.keys } }],
  ['a patience that is no number', { patienceMs: Number.NaN }],
  ['keys that are no function', { sample: { keys: {} } }],
])('options with %s are refused', (_, options) => {
  expect(() => codec(options as Partial<TemporalCodecOptions>)).toThrow(expect.objectContaining({ code: 'config' }))
})

it('the scope says whose key seals', async () => {
  const tenants = createTestSealer({
    keys: staticKeys([
      { kid: 'tenant-a', key: generateKey(), scope: 'a' },
      { kid: 'tenant-b', key: generateKey(), scope: 'b' },
    ]),
  })
  const [sealed] = await codec({ sealer: tenants, scope: 'b' }).encode([json(1)])
  expect(tenants.inspect(sealed!.data!).kid).toBe('tenant-b')
  await expect(codec({ sealer: tenants, scope: 'c' }).encode([json(1)])).rejects.toMatchObject({ code: 'key_not_found' })
})
