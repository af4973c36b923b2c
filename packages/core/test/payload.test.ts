import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePayload, encodePayload, type Payload } from '../src/codec/payload.ts'
import { WaxsealError } from '../src/errors.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (text: string) => new TextEncoder().encode(text)
const nothing = new Uint8Array()

const malformed = (run: () => unknown): void => {
  let error: unknown
  try {
    run()
  } catch (thrown) {
    error = thrown
  }
  expect(WaxsealError.is(error) && error.code).toBe('malformed')
}

describe('known answers of Temporal’s SDKs', () => {
  it.each<[string, Payload, string]>([
    [
      'a JSON value',
      { metadata: { encoding: bytes('json/plain') }, data: bytes('{"hello":"world"}') },
      '0a160a08656e636f64696e67120a6a736f6e2f706c61696e12117b2268656c6c6f223a22776f726c64227d',
    ],
    ['no value', { metadata: { encoding: bytes('binary/null') } }, '0a170a08656e636f64696e67120b62696e6172792f6e756c6c'],
  ])('%s', (_, payload, expected) => {
    expect(toHex(encodePayload(payload))).toBe(expected)
    expect(decodePayload(hex(expected))).toEqual({ data: nothing, ...payload })
  })
})

describe('encodePayload', () => {
  it('leaves out what is empty', () => {
    for (const payload of [
      {},
      { metadata: null, data: null, externalPayloads: null },
      { metadata: {}, data: nothing, externalPayloads: [] },
    ])
      expect(encodePayload(payload)).toEqual(nothing)
  })

  it('writes the same bytes for every order of the metadata', () => {
    const one = encodePayload({ metadata: { a: bytes('1'), b: bytes('2'), aa: bytes('3') } })
    expect(encodePayload({ metadata: { aa: bytes('3'), b: bytes('2'), a: bytes('1') } })).toEqual(one)
    expect(toHex(one)).toBe('0a060a0161120131 0a070a026161120133 0a060a0162120132'.replaceAll(' ', ''))
  })

  it('writes lengths of more than one byte', () => {
    expect(toHex(encodePayload({ data: new Uint8Array(300) }).subarray(0, 3))).toBe('12ac02')
  })

  it('writes the sizes of external payloads', () => {
    const externalPayloads = [{ sizeBytes: 300 }, { sizeBytes: 0n }, { sizeBytes: 2n ** 63n - 1n }, { sizeBytes: -1 }]
    expect(toHex(encodePayload({ externalPayloads }))).toBe(
      '1a0308ac02 1a00 1a0a08ffffffffffffffff7f 1a0b08ffffffffffffffffff01'.replaceAll(' ', ''),
    )
  })

  it.each<[string, unknown]>([
    ['metadata that is text', { metadata: { encoding: 'json/plain' } }],
    ['metadata that is null', { metadata: { encoding: null } }],
    ['data that is text', { data: 'text' }],
    ['data that is an array', { data: [1, 2] }],
    ['a key with a lone surrogate', { metadata: { '\ud800': nothing } }],
    ['a size that is no integer', { externalPayloads: [{ sizeBytes: 1.5 }] }],
    ['a size that is text', { externalPayloads: [{ sizeBytes: 'x' }] }],
  ])('refuses %s', (_, payload) => malformed(() => encodePayload(payload as Payload)))
})

describe('decodePayload', () => {
  it('gives back what encodePayload wrote', () => {
    const metadata = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 300 }))
    const sizes = fc.array(fc.record({ sizeBytes: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }), {
      minLength: 1,
      maxLength: 3,
    })
    const payload = fc.record(
      { metadata, data: fc.uint8Array({ maxLength: 300 }), externalPayloads: sizes },
      { requiredKeys: ['metadata', 'data'] },
    )
    fc.assert(
      fc.property(payload, (value) => {
        const decoded = decodePayload(encodePayload(value))
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(value.metadata).sort())
        expect({ ...decoded, metadata: {} }).toEqual({ ...value, metadata: {} })
        expect(encodePayload(decoded)).toEqual(encodePayload(value))
      }),
    )
  })

  it('gives empty members for nothing', () => {
    expect(decodePayload(nothing)).toEqual({ metadata: {}, data: nothing })
    expect(decodePayload(hex('0a00'))).toEqual({ metadata: { '': nothing }, data: nothing })
  })

  it('counts the last of repeated fields and keys', () => {
    expect(decodePayload(hex('120161 120162')).data).toEqual(bytes('b'))
    expect(decodePayload(hex('0a060a0161120131 0a060a0161120132')).metadata).toEqual({ a: bytes('2') })
    expect(decodePayload(hex('0a090a01610a01621201 31')).metadata).toEqual({ b: bytes('1') })
  })

  it('skips unknown fields of every wire type, groups too', () => {
    const data = '120161'
    for (const unknown of [
      '2001',
      '20ffffffffffffffffff01',
      '210000000000000000',
      '2200',
      '22020a05',
      '2500000000',
      '2324',
      '23 2b 1201622c 24',
      'faffffff0f00',
    ])
      expect(decodePayload(hex(`${unknown}${data}${unknown}`))).toEqual({ metadata: {}, data: bytes('a') })
    expect(decodePayload(hex('0a08 0a0161 1801 120131')).metadata).toEqual({ a: bytes('1') })
    expect(decodePayload(hex('1a0410050807')).externalPayloads).toEqual([{ sizeBytes: 7n }])
  })

  it('reads varints that are longer than they need be', () => {
    expect(decodePayload(hex('9280008180808000 61')).data).toEqual(bytes('a'))
  })

  it('keeps a key named __proto__ as an own member and touches no prototype', () => {
    const metadata = Object.fromEntries([['__proto__', bytes('x')]])
    const decoded = decodePayload(encodePayload({ metadata }))
    expect(Object.getPrototypeOf(decoded.metadata)).toBe(Object.prototype)
    expect(Object.getOwnPropertyDescriptor(decoded.metadata, '__proto__')?.value).toEqual(bytes('x'))
  })

  it('returns copies', () => {
    const wire = encodePayload({ metadata: { a: bytes('1') }, data: bytes('2') })
    const decoded = decodePayload(wire)
    wire.fill(0)
    expect(decoded).toEqual({ metadata: { a: bytes('1') }, data: bytes('2') })
  })

  it.each([
    ['a field without content', '12'],
    ['data that is cut short', '120261'],
    ['a length that has no end', '12ff'],
    ['a length of eleven bytes', '128080808080808080808001'],
    ['a length beyond all memory', '12ffffffffffffffff7f61'],
    ['a fixed field that is cut short', '2100'],
    ['a 4-byte field that is cut short', '250000'],
    ['field number 0', '0201'],
    ['a field number beyond 2^29', '8280808010 00'],
    ['wire type 6', '26'],
    ['wire type 7', '27'],
    ['a group without an end', '23'],
    ['an end without a group', '24'],
    ['groups that cross', '232b242c'],
    ['data as a varint', '1001'],
    ['metadata as a fixed field', '0900000000000000 00'],
    ['metadata as a group', '0b0c'],
    ['external payloads as a varint', '1801'],
    ['a key that is a varint', '0a020801'],
    ['a value that is a varint', '0a021001'],
    ['a key that is not UTF-8', '0a030a01ff'],
    ['an entry whose key is longer than it', '0a030a0561'],
    ['a size that is text', '1a020a00'],
  ])('refuses %s', (_, text) => malformed(() => decodePayload(hex(text))))

  it('refuses every truncation inside a field, and throws nothing but WaxsealError', () => {
    const wire = encodePayload({
      metadata: { encoding: bytes('json/plain') },
      data: bytes('"x"'),
      externalPayloads: [{ sizeBytes: 1000 }],
    })
    const ends = [0, 24, 29, wire.length]
    for (let end = 0; end <= wire.length; end++) {
      if (ends.includes(end)) decodePayload(wire.subarray(0, end))
      else malformed(() => decodePayload(wire.subarray(0, end)))
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        try {
          decodePayload(noise)
        } catch (error) {
          expect(WaxsealError.is(error)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
