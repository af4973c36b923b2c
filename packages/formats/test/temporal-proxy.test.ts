import type { Payload } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { isTemporalProxy, isTemporalSample, temporalProxyCodec } from '../src/index.js'
import { asDecoded, edges, hex, inner, utf8, withData } from './payloads.js'

const KEY_URI = 'awskms:///arn:aws:kms:eu-west-1:111122223333:key/1234'
const dataKey = Uint8Array.from({ length: 32 }, (_, i) => i)

// AES-256-GCM of node:crypto over the payload, data key 00 01 … 1f, nonce 00 01 … 0b.
const sealed: Payload = {
  metadata: {
    encoding: utf8('binary/encrypted'),
    'encryption-key-id': utf8(KEY_URI),
    'encryption-dek': utf8('d3JhcHBlZCBkYXRhIGtleQ=='),
  },
  data: hex(
    '000102030405060708090a0b4d14dc13a08ba174e928f9eca3e3121eecb8a8449c1a36122a769ea7750c6cde6e3294ded8ae60f4108602336cb411ea01969e26f584a08f0f0289',
  ),
}

/** Without one member of the metadata, or with another value of it. */
const changed = (name: string, value?: string): Payload => {
  const { [name]: _, ...metadata } = sealed.metadata!
  return { ...sealed, metadata: value === undefined ? metadata : { ...metadata, [name]: utf8(value) } }
}

describe('the layout of temporal-proxy', () => {
  const codec = temporalProxyCodec({ unwrapKey: () => dataKey })

  it('opens with the key that the key service unwraps', async () => {
    const asked: unknown[] = []
    const asking = temporalProxyCodec({
      unwrapKey: async (uri, wrapped) => {
        asked.push([uri, new TextDecoder().decode(wrapped)])
        return dataKey
      },
    })
    expect(isTemporalProxy(sealed)).toBe(true)
    expect(isTemporalSample(sealed)).toBe(false)
    expect(await asking.decode([sealed])).toEqual([asDecoded(inner)])
    expect(asked).toEqual([[KEY_URI, 'wrapped data key']])
  })

  it('passes what is not in it, without asking the key service', async () => {
    const asking = temporalProxyCodec({ unwrapKey: () => expect.unreachable() })
    const others = [...edges(), changed('encryption-dek'), changed('encryption-key-id'), changed('encoding', 'binary/plain')]
    expect(await asking.decode(others)).toEqual(others)
  })

  it.each([
    ['whose wrapped key is no base64', changed('encryption-dek', '%%%'), 'malformed'],
    ['without data', withData(sealed, undefined), 'malformed'],
    ['with a byte changed', withData(sealed, sealed.data!.with(30, sealed.data![30]! ^ 128)), 'open_failed'],
  ])('refuses a payload %s', async (_, payload, code) => {
    await expect(codec.decode([payload])).rejects.toMatchObject({ code })
  })

  it.each([0, 16, 31, 33])(
    'takes what is unwrapped to %s bytes for a payload that does not open, as whoever wrote it chose',
    async (length) => {
      const other = temporalProxyCodec({ unwrapKey: () => new Uint8Array(length) })
      await expect(other.decode([sealed])).rejects.toMatchObject({ code: 'open_failed', retryable: false })
    },
  )

  it('hands on the error of the key service, and refuses options that do not fit', async () => {
    const down = new Error('the key service is down')
    const failing = temporalProxyCodec({ unwrapKey: () => Promise.reject(down) })
    await expect(failing.decode([sealed])).rejects.toBe(down)
    const none = temporalProxyCodec({ unwrapKey: () => undefined as never })
    await expect(none.decode([sealed])).rejects.toMatchObject({ code: 'config' })
    expect(() => temporalProxyCodec({} as never)).toThrow(expect.objectContaining({ code: 'config' }))
  })
})
