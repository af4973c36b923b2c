import { decodePayload, encodePayload, type Payload } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { isTemporalSample, temporalSampleCodec } from '../src/index.js'

const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
const keys = (id: string) => (id === 'test-key-id' ? utf8('test-key-test-key-test-key-test!') : undefined)

describe('the layout of Temporal samples', () => {
  const inner: Payload = { metadata: { encoding: utf8('json/plain') }, data: utf8('{"hello":"world"}') }
  // Made with the samples' own code, with the nonce 00 01 … 0b.
  const sealed: Payload = {
    metadata: { encoding: utf8('binary/encrypted'), 'encryption-key-id': utf8('test-key-id') },
    data: hex(
      '000102030405060708090a0bf92b89da276861d2657395a2a3f7f7d1e8a45622938592d067f5fa427fe8488160bd2f0d29d60950b6c84f496570fde39a7e4448e1d0b32f3f3dba',
    ),
  }

  it('opens what they wrote', async () => {
    expect(isTemporalSample(sealed)).toBe(true)
    expect(await temporalSampleCodec({ keys }).decode([sealed])).toEqual([decodePayload(encodePayload(inner))])
  })

  it('is written as they write it', async () => {
    const codec = temporalSampleCodec({ keys, writeKeyId: 'test-key-id' })
    const [written] = await codec.encode([inner])
    expect(written!.metadata).toEqual(sealed.metadata)
    expect(written!.data!.length).toBe(sealed.data!.length)
    expect(await codec.decode([written!])).toEqual([decodePayload(encodePayload(inner))])
  })

  it('is refused under a key that is not there, and where a byte changed', async () => {
    const codec = temporalSampleCodec({ keys })
    const other = { ...sealed, metadata: { ...sealed.metadata, 'encryption-key-id': utf8('other') } }
    await expect(codec.decode([other])).rejects.toMatchObject({ code: 'key_not_found' })
    const changed = sealed.data!.slice()
    changed[20]! ^= 1
    await expect(codec.decode([{ ...sealed, data: changed }])).rejects.toMatchObject({ code: 'open_failed' })
    await expect(codec.decode([{ ...sealed, data: changed.slice(0, 27) }])).rejects.toMatchObject({ code: 'malformed' })
    await expect(codec.encode([inner])).rejects.toMatchObject({ code: 'sealing_disabled' })
  })
})
