import { payloadCodecContract } from '@waxseal/conformance/contracts'
import type { Payload } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { isTemporalProxy, isTemporalSample, temporalSampleCodec } from '../src/index.js'
import { asDecoded, edges, hex, inner, utf8, withData } from './payloads.js'

const keys = (id: string) => (id === 'test-key-id' ? utf8('test-key-test-key-test-key-test!') : undefined)
const writing = () => temporalSampleCodec({ keys, writeKeyId: 'test-key-id' })

payloadCodecContract({
  describe,
  it,
  harness: { name: 'temporalSampleCodec', create: writing, confidential: true, authenticated: true, foreign: 'passed' },
})

describe('the layout of Temporal samples', () => {
  // Made with the samples' own code, with the nonce 00 01 … 0b.
  const sealed: Payload = {
    metadata: { encoding: utf8('binary/encrypted'), 'encryption-key-id': utf8('test-key-id') },
    data: hex(
      '000102030405060708090a0bf92b89da276861d2657395a2a3f7f7d1e8a45622938592d067f5fa427fe8488160bd2f0d29d60950b6c84f496570fde39a7e4448e1d0b32f3f3dba',
    ),
  }
  const java: Payload = { ...sealed, metadata: { ...sealed.metadata, 'encryption-cipher': utf8('AES/GCM/NoPadding') } }
  const named = (id: string): Payload => ({ ...sealed, metadata: { ...sealed.metadata, 'encryption-key-id': utf8(id) } })

  it.each([
    ['TypeScript, Go, Python', sealed],
    ['Java', java],
  ])('opens what the samples for %s wrote', async (_, payload) => {
    expect(isTemporalSample(payload)).toBe(true)
    expect(isTemporalProxy(payload)).toBe(false)
    expect(await temporalSampleCodec({ keys }).decode([payload])).toEqual([asDecoded(inner)])
  })

  it('is written as they write it', async () => {
    const [written] = await writing().encode([inner])
    expect(written!.metadata).toEqual(sealed.metadata)
    expect(written!.data!.length).toBe(sealed.data!.length)
    expect(await writing().decode([written!])).toEqual([asDecoded(inner)])
  })

  it('keeps payloads whole, whatever is missing or odd in them', async () => {
    const codec = writing()
    expect(await codec.decode(await codec.encode(edges()))).toEqual(edges().map(asDecoded))
    expect(await codec.decode(edges())).toEqual(edges())
  })

  it.each([
    ['under a key that is not there', named('other'), 'key_not_found'],
    ['under a key whose id is empty', named(''), 'key_not_found'],
    ['without data', withData(sealed, undefined), 'malformed'],
    ['with less than a nonce and a tag', withData(sealed, sealed.data!.slice(0, 27)), 'malformed'],
    ['with a byte changed', withData(sealed, sealed.data!.with(20, sealed.data![20]! ^ 1)), 'open_failed'],
  ])('is refused %s', async (_, payload, code) => {
    await expect(temporalSampleCodec({ keys }).decode([inner, payload])).rejects.toMatchObject({ code })
  })

  it('is not written without a key to write with', async () => {
    await expect(temporalSampleCodec({ keys }).encode([inner])).rejects.toMatchObject({ code: 'sealing_disabled' })
    await expect(temporalSampleCodec({ keys, writeKeyId: 'gone' }).encode([inner])).rejects.toMatchObject({
      code: 'key_not_found',
    })
    const short = temporalSampleCodec({ keys: () => new Uint8Array(16), writeKeyId: 'short' })
    await expect(short.encode([inner])).rejects.toMatchObject({ code: 'config' })
    expect(() => temporalSampleCodec({} as never)).toThrow(expect.objectContaining({ code: 'config' }))
  })
})
