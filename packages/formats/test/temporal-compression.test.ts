import { deflateSync, gzipSync } from 'node:zlib'
import { encodePayload, type Payload } from '@waxseal/core'
import { itIf } from '@waxseal/test'
import { describe, expect, it } from 'vitest'
import { isTemporalCompressed, temporalCompressionCodec } from '../src/index.js'
import { asDecoded, edges, inner, utf8, withData } from './payloads.js'

const codec = temporalCompressionCodec()
const compress = { 'binary/zlib': deflateSync, 'binary/gzip': gzipSync }
type Encoding = keyof typeof compress

const compressed = (encoding: Encoding, payload: Payload): Payload => ({
  metadata: { encoding: utf8(encoding) },
  data: compress[encoding](encodePayload(payload)),
})

describe.each(Object.keys(compress) as Encoding[])('a payload of %s', (encoding) => {
  const payload = compressed(encoding, inner)

  it('is inflated', async () => {
    expect(isTemporalCompressed(payload)).toBe(true)
    expect(await codec.decode([payload, inner, payload])).toEqual([asDecoded(inner), inner, asDecoded(inner)])
  })

  it.each([
    ['without data', undefined],
    ['that is cut short', payload.data!.subarray(0, -5)],
    ['that is no such stream', utf8('{"hello":"world"}')],
    ['that holds no payload', compress[encoding](utf8('{"hello":"world"}'))],
  ])('is refused %s', async (_, data) => {
    await expect(codec.decode([withData(payload, data)])).rejects.toMatchObject({ code: 'malformed' })
  })

  const itStrict = itIf(
    !globalThis.process?.versions?.node?.startsWith('20.'),
    'DecompressionStream of Node 20 ignores what follows',
  )
  itStrict('is refused with a byte more', async () => {
    const data = Buffer.concat([payload.data!, Buffer.of(0)])
    await expect(codec.decode([withData(payload, data)])).rejects.toMatchObject({ code: 'malformed' })
  })

  it('is refused where it inflates to more than the limit', async () => {
    const bomb = compressed(encoding, { data: new Uint8Array(17 * 1024 * 1024) })
    expect(bomb.data!.length).toBeLessThan(20_000)
    await expect(codec.decode([bomb])).rejects.toMatchObject({ code: 'too_large' })
    const size = encodePayload(inner).length
    await expect(temporalCompressionCodec({ maxBytes: size - 1 }).decode([payload])).rejects.toMatchObject({ code: 'too_large' })
    expect(await temporalCompressionCodec({ maxBytes: size }).decode([payload])).toEqual([asDecoded(inner)])
  })
})

it('passes what is not compressed', async () => {
  const others = [...edges(), { metadata: { encoding: utf8('binary/zstd') }, data: utf8('x') }]
  expect(others.some(isTemporalCompressed)).toBe(false)
  expect(await codec.decode(others)).toEqual(others)
})
