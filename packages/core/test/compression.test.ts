import { itIf } from '@waxseal/test'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as native from '#zlib'
import * as script from '../src/backend/zlib-web.ts'
import { WaxsealError } from '../src/errors.ts'
import { concatBytes } from '../src/format/bytes.ts'
import { type Compression, deflate, gzip, zstd } from '../src/format/compression.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
const bytes = (text: string) => new TextEncoder().encode(text)

const letter = bytes('Sealed letters stay sealed; the courier never reads the letter. '.repeat(4))
const squares = bytes(Array.from({ length: 60 }, (_, i) => i * i).join(' '))

// Made with Python's zlib and gzip modules and with the zstd command.
const known = {
  fixedCodes: hex(
    '0b4e4dcc494d51c8492d29492d2a56282e49ac5428068b592b9464a42a24e7971665a61629e4a59601c9a2d4c49462b03844839e42f010d70f00',
  ),
  dynamicCodes: hex(
    '158ec101c0300802576104516b74ffc50a2f1205bc00d13870901f6ad087692cc10830a5dddaca71b2c8939f740f952dbfd2f2754bb7f1e5e17b83916fa44fffa7f96a7ff2ddb85741861a4855d19d4c95b37ca57deef3dd31c098e48988db661061862968e28c435634b283225322c7afe7d97a7bf29513a57e438bbcd457bdfc01',
  ),
  gzipWithName: hex(
    '1f8b080800f1536502ff6c65747465722e747874000b4e4dcc494d51c8492d29492d2a56282e49ac5428068b592b9464a42a24e7971665a61629e4a59601c9a2d4c49462b03844839e42f010d70f000d252a8f00010000',
  ),
  gzipWithAllFields: hex(
    '1f8b081e000000000003050065787472616e2e747874006e6f746500ef840b4e4dcc494d51c8492d29492d2a56282e49ac5428068b592b9464a42a24e7971665a61629e4a59601c9a2d4c49462b03844839e42f010d70f000d252a8f00010000',
  ),
  zstdSingleSegment: hex(
    '28b52ffd640000c5010042830a10c0eb406b8983646bb9157abc41173b010435e79551d3654d748f9722ac39c3b18d1fcffd8b588a46450300bd21501c55e95e3b997b28262c',
  ),
  zstdWindow: hex(
    '28b52ffd045805020004035365616c6564206c657474657273207374617920733b2074686520636f7572696572206e657665722072656164732e200400bd2150a46a423b6fbc76de017b28262c',
  ),
}

const forAll = <T>(values: fc.Arbitrary<T>, check: (value: T) => unknown, numRuns = 100) =>
  fc.assert(
    fc.property(values, (value) => {
      check(value)
    }),
    { numRuns },
  )

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return WaxsealError.is(error) ? error.code : `not ours: ${error}`
  }
  return 'nothing thrown'
}

const edited = (data: Uint8Array, changes: Record<number, number>): Uint8Array => {
  const out = data.slice()
  for (const [at, value] of Object.entries(changes)) out[Number(at) < 0 ? out.length + Number(at) : Number(at)] = value
  return out
}

const hasZstd = native.zstd !== undefined
const itZstd = itIf(hasZstd, 'this runtime has no zstd')
const itMeasured = itIf('process' in globalThis, 'this runtime does not tell what memory is in use')
const algorithms: Compression[] = hasZstd ? [deflate, gzip, zstd] : [deflate, gzip]

// What the values of every wax frame may look like: noise, repetition, and mixtures of both.
const content = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc
    .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(200)), { maxLength: 20 })
    .map((runs) => concatBytes(...runs.flatMap(([run, times]) => Array.from({ length: times }, () => run)))),
)

describe.each(algorithms)('$name', (algorithm) => {
  it('gives back what it compressed', () => {
    forAll(content, (data) => expect(algorithm.decompress(algorithm.compress(data), data.length)).toEqual(data))
  })

  it('returns plain bytes that share no memory with others', () => {
    for (const length of [0, 1, 5000, 100_000]) {
      const packed = algorithm.compress(new Uint8Array(length))
      const out = algorithm.decompress(packed, length)
      for (const result of [packed, out]) {
        expect(Object.getPrototypeOf(result)).toBe(Uint8Array.prototype)
        expect(result.buffer.byteLength).toBeLessThanOrEqual(2 * result.length)
      }
    }
  })

  it('refuses a length that is not the content’s', () => {
    const packed = algorithm.compress(letter)
    expect(codeOf(() => algorithm.decompress(packed, letter.length + 1))).toBe('malformed')
    expect(codeOf(() => algorithm.decompress(packed, letter.length - 1))).toBe('too_large')
    expect(codeOf(() => algorithm.decompress(packed, 0))).toBe('too_large')
    expect(codeOf(() => algorithm.decompress(algorithm.compress(Uint8Array.of(7)), 0))).toBe('too_large')
    expect(codeOf(() => algorithm.decompress(algorithm.compress(new Uint8Array()), 1))).toBe('malformed')
  })

  it('refuses every truncation', () => {
    const packed = algorithm.compress(letter)
    for (let end = 0; end < packed.length; end++)
      expect(codeOf(() => algorithm.decompress(packed.subarray(0, end), letter.length))).toBe('malformed')
  })

  it('refuses what stands before or after, a second stream too', () => {
    const packed = algorithm.compress(letter)
    const empty = algorithm.compress(new Uint8Array())
    for (const other of [Uint8Array.of(0), Uint8Array.of(255), empty, packed]) {
      expect(codeOf(() => algorithm.decompress(concatBytes(packed, other), letter.length))).toBe('malformed')
      if (other.length > 1)
        expect(codeOf(() => algorithm.decompress(concatBytes(packed, other), 2 * letter.length))).toBe('malformed')
    }
    expect(codeOf(() => algorithm.decompress(concatBytes(Uint8Array.of(0), packed), letter.length))).toMatch('malformed')
    expect(codeOf(() => algorithm.decompress(concatBytes(empty, packed), letter.length))).toMatch('malformed')
  })

  it('throws nothing but WaxsealError for any bytes and any damage', () => {
    const packed = algorithm.compress(letter)
    const check = (data: Uint8Array) =>
      expect(['malformed', 'too_large', 'nothing thrown']).toContain(codeOf(() => algorithm.decompress(data, letter.length)))
    forAll(fc.uint8Array({ maxLength: 100 }), check)
    forAll(fc.tuple(fc.nat(packed.length - 1), fc.nat(255)), ([at, value]) => check(edited(packed, { [at]: value })), 500)
  })

  itMeasured('stops a bomb at the claimed length with little memory', () => {
    const bomb = algorithm.compress(new Uint8Array(64 * 1024 * 1024))
    const before = memory()
    expect(codeOf(() => algorithm.decompress(bomb, 256 * 1024))).toBe('too_large')
    expect(memory() - before).toBeLessThan(8 * 1024 * 1024)
  })

  itMeasured('allocates nothing for a length that is only claimed', () => {
    const packed = algorithm.compress(letter)
    const before = memory()
    for (let i = 0; i < 20; i++) expect(codeOf(() => algorithm.decompress(packed, 2 ** 32 - 1))).toBe('malformed')
    expect(memory() - before).toBeLessThan(16 * 1024 * 1024)
  })

  it('is frozen and names its code of the specification', () => {
    expect(Object.isFrozen(algorithm)).toBe(true)
    expect(algorithm.code).toBe({ deflate: 1, gzip: 2, zstd: 3 }[algorithm.name])
  })
})

let bomb: Uint8Array | undefined

function gibibyteBomb(): Uint8Array {
  bomb ??= native.rawDeflate(new Uint8Array(1024 * 1024 * 1024))
  expect(bomb.length).toBeLessThan(1.1 * 1024 * 1024)
  return bomb
}

function memory(): number {
  const { external, arrayBuffers, heapUsed } = process.memoryUsage()
  return Math.max(external, arrayBuffers) + heapUsed
}

describe.each([
  ['node', native],
  ['web', script],
] as const)('deflate of the %s backend', (_, { rawDeflate, rawInflate, crc32 }) => {
  it('reads known streams of fixed codes, dynamic codes and stored blocks', () => {
    expect(rawInflate(known.fixedCodes, letter.length)).toEqual(letter)
    expect(rawInflate(known.dynamicCodes, squares.length)).toEqual(squares)
    expect(rawInflate(hex('010300fcff616263'), 3)).toEqual(bytes('abc'))
    expect(rawInflate(hex('000300fcff616263010000ffff'), 3)).toEqual(bytes('abc'))
    expect(rawInflate(hex('0300'), 0)).toEqual(new Uint8Array())
  })

  it.each([
    ['no data', ''],
    ['a block of type 3', '07'],
    ['a stored length without its complement', '010300fcfe616263'],
    ['a stored block that is cut short', '010300fcff6162'],
    ['a distance before the beginning', '4b04120000'],
    ['the length symbol 286', '1b03'],
    ['no last block', '000300fcff616263'],
    ['too many code words', 'fdff'],
    ['more bytes after the stream', '030000'],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => rawInflate(hex(text), 1000))).toBe('malformed')
  })

  it('stops at the limit, exactly', () => {
    expect(codeOf(() => rawInflate(known.fixedCodes, letter.length - 1))).toBe('too_large')
    expect(codeOf(() => rawInflate(hex('010300fcff616263'), 2))).toBe('too_large')
    expect(rawInflate(known.fixedCodes, letter.length + 1)).toEqual(letter)
  })

  itMeasured('stops a mebibyte that would become a gibibyte', () => {
    const packed = gibibyteBomb()
    const before = memory()
    expect(codeOf(() => rawInflate(packed, 16 * 1024 * 1024))).toBe('too_large')
    expect(memory() - before).toBeLessThan(80 * 1024 * 1024)
  })

  it('computes CRC-32', () => {
    expect(crc32(bytes('123456789'))).toBe(0xcbf43926)
    expect(crc32(new Uint8Array())).toBe(0)
  })

  it('compresses what the other backend reads', () => {
    const other = rawInflate === native.rawInflate ? script : native
    forAll(content, (data) => expect(other.rawInflate(rawDeflate(data), data.length)).toEqual(data))
  })
})

it('both backends read and refuse the same streams', () => {
  const outcome = (run: (data: Uint8Array, maxLength: number) => Uint8Array, data: Uint8Array) => {
    try {
      return Buffer.from(run(data, 4000)).toString('base64')
    } catch (error) {
      return (error as WaxsealError).code
    }
  }
  const level = fc.constantFrom(known.fixedCodes, known.dynamicCodes)
  const packed = fc.oneof(level, content.map(native.rawDeflate), content.map(script.rawDeflate))
  const damage = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 2 })
  const streams = fc.tuple(packed, damage, fc.uint8Array({ maxLength: 2 }))
  const compare = ([stream, changes, tail]: [Uint8Array, [number, number][], Uint8Array]) => {
    const data = concatBytes(stream, tail)
    for (const [at, value] of changes) if (at < data.length) data[at] = value
    const [first, second] = [outcome(native.rawInflate, data), outcome(script.rawInflate, data)]
    // Damage behind the limit is seen by the one that reads ahead in larger steps.
    const refused = [first, second].every((code) => code === 'too_large' || code === 'malformed')
    if (!refused) expect(second).toBe(first)
  }
  forAll(streams, compare, 3000)
})

it('both backends compute the same CRC-32', () => {
  forAll(fc.uint8Array({ maxLength: 500 }), (data) => expect(script.crc32(data)).toBe(native.crc32(data)))
})

describe('gzip members', () => {
  it('reads name, extra field, comment and header checksum', () => {
    expect(gzip.decompress(known.gzipWithName, letter.length)).toEqual(letter)
    expect(gzip.decompress(known.gzipWithAllFields, letter.length)).toEqual(letter)
  })

  it('writes a header that is always the same', () => {
    expect(Buffer.from(gzip.compress(letter).subarray(0, 10)).toString('hex')).toBe('1f8b08000000000000ff')
    expect(gzip.compress(letter)).toEqual(gzip.compress(letter))
  })

  it.each([
    ['a first magic byte', known.gzipWithName, { 0: 0x1e }],
    ['a second magic byte', known.gzipWithName, { 1: 0x8c }],
    ['another method', known.gzipWithName, { 2: 7 }],
    ['a reserved flag', known.gzipWithName, { 3: 0x28 }],
    ['a wrong header checksum', known.gzipWithAllFields, { 28: 0 }],
    ['a changed header under a checksum', known.gzipWithAllFields, { 4: 1 }],
    ['an extra field that is longer than the data', known.gzipWithAllFields, { 11: 255 }],
    ['a wrong CRC-32', known.gzipWithName, { [-8]: 0 }],
    ['a wrong length', known.gzipWithName, { [-4]: 1 }],
  ])('refuses %s', (_, member, changes) => {
    expect(codeOf(() => gzip.decompress(edited(member, changes), letter.length))).toBe('malformed')
  })

  it('refuses a name without an end', () => {
    expect(codeOf(() => gzip.decompress(hex('1f8b080800000000000361626364656667686970'), 1))).toBe('malformed')
  })
})

describe('zstd frames', () => {
  const raw = (header: string, size: number, content = 'ab'.repeat(size)) =>
    hex(`28b52ffd${header}${Buffer.of((size << 3) | 1, size >> 5, size >> 13).toString('hex')}${content}`)

  itZstd('reads known frames, their checksums verified', () => {
    for (const frame of [known.zstdSingleSegment, known.zstdWindow]) {
      expect(zstd.decompress(frame, letter.length)).toEqual(letter)
      expect(codeOf(() => zstd.decompress(edited(frame, { [-1]: 0 }), letter.length))).toBe('malformed')
    }
    expect(zstd.decompress(raw('2003', 3), 3)).toEqual(hex('ababab'))
    expect(zstd.decompress(raw('0058', 3), 3)).toEqual(hex('ababab'))
    // A run-length block: one byte, 1,000 times.
    expect(zstd.decompress(hex('28b52ffd0058431f00ab'), 1000)).toEqual(new Uint8Array(1000).fill(0xab))
  })

  itZstd('reads a window of 8 MiB and refuses a larger one', () => {
    expect(zstd.decompress(raw('0068', 3), 3)).toEqual(hex('ababab'))
    expect(codeOf(() => zstd.decompress(raw('0069', 3), 3))).toBe('malformed')
    expect(codeOf(() => zstd.decompress(raw('0070', 3), 3))).toBe('malformed')
    // A single segment is a window as large as its content.
    expect(codeOf(() => zstd.decompress(raw('a001008000', 3), 3))).toBe('malformed')
    expect(codeOf(() => zstd.decompress(raw('e00000000001000000', 3), 3))).toBe('malformed')
  })

  itZstd('refuses dictionaries, reserved bits, reserved blocks and skippable frames', () => {
    for (const frame of [raw('015801', 3), raw('010058', 3), raw('0858', 3), hex('28b52ffd0058070000'), hex('502a4d1800000000')])
      expect(codeOf(() => zstd.decompress(frame, 3))).toBe('malformed')
    expect(codeOf(() => zstd.decompress(concatBytes(hex('502a4d1800000000'), raw('0058', 3)), 3))).toBe('malformed')
    expect(codeOf(() => zstd.decompress(concatBytes(raw('0058', 3), hex('502a4d1800000000')), 3))).toBe('malformed')
  })
})
