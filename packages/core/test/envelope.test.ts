import { deflateRawSync, gzipSync } from 'node:zlib'
import { itIf } from '@waxseal/test'
import { describe, expect, it } from 'vitest'
import { concatBytes, u32be } from '../src/format/bytes.ts'
import { deflate, gzip } from '../src/format/compression.ts'
import { canonicalContext, storedContext } from '../src/format/context.ts'
import { inspectEnvelope, looksSealed, parseEnvelope, writeEnvelope } from '../src/format/envelope.ts'
import { encodeLeb128 } from '../src/format/leb128.ts'
import { createDataKey } from '../src/keys/data-key.ts'
import { generateKey } from '../src/keys/key-text.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { wrapContext } from '../src/keys/service/wrap.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { SealedDocument } from '../src/sealer/sealer-types.ts'
import {
  bytes,
  context,
  jsonFrame,
  KEY,
  keys,
  localService,
  NOW,
  OTHER_KEY,
  outcome,
  SUITE_NAMES,
  sealRaw,
  tenantKeys,
  toBytes,
  toText,
  utf8,
} from './fixtures.ts'

const c256 = createSealer({ keys: tenantKeys })
const c20 = createSealer({ keys: tenantKeys, suite: 'chacha20-poly1305' })
const root = staticKeys([{ kid: 'root-key', key: OTHER_KEY }])
const provider = rootKeyProvider({ id: 'root', keys: root, suite: 'aes-256-gcm' })
// Of a million bad locators a minute none is throttled: here each is to fail on its own account.
const wrapped = createSealer({ keys: provider, limits: { unknownLocatorsPerMinute: 1_000_000 } })
const inline = { fields: ['/card'], form: 'inline' } as const

interface Sealed {
  readonly text: string
  readonly open: (envelope: never) => unknown
}

const FORMS: Record<string, () => Promise<Sealed>> = {
  'value, c256': async () => ({ text: await c256.seal({ a: 1 }, { context }), open: (e) => c256.open(e, { context }) }),
  'value, c20': async () => ({ text: await c20.seal({ a: 1 }, { context }), open: (e) => c20.open(e, { context }) }),
  bundle: async () => {
    const stored = await c256.sealFields({ card: '4111' }, { fields: ['/card'] }, { context })
    return { text: stored.$wax as string, open: (e) => c256.reseal(e, { context, form: 'bundle' }) }
  },
  inline: async () => ({
    text: (await c256.sealFields({ card: '4111' }, inline, { context })).card as string,
    open: (e: string | Uint8Array) =>
      c256.openFields({ card: typeof e === 'string' ? e : toText(e) } as SealedDocument<unknown>, inline, { context }),
  }),
  'stored context': async () => ({
    text: await c256.seal('x', { context: { app: 'b' }, storeContext: true }),
    open: (e) => c256.open(e, { context: { stored: 'any' } }),
  }),
  'wrapped key': async () => ({
    text: await wrapped.seal('x', { context, scope: 'a' }),
    open: (e) => wrapped.open(e, { context, scope: 'a' }),
  }),
  'wrapped key and stored context': async () => ({
    text: await wrapped.seal('x', { context: { app: 'b' }, storeContext: true }),
    open: (e) => wrapped.open(e, { context: { stored: { app: 'b' } } }),
  }),
  'a wrapped key itself': async () => {
    const call = { now: () => NOW }
    const blob = await provider.wrapKey(KEY, wrapContext('envelope', 'root', 0), call)
    return {
      text: toText(blob),
      open: async (e: string | Uint8Array) =>
        provider.unwrapKey(typeof e === 'string' ? toBytes(e) : e, wrapContext('envelope', 'root', 0), call),
    }
  },
}

/** Every change must be refused, by a WaxsealError; tells how many there were. */
async function allRefused(open: Sealed['open'], changed: Iterable<string | Uint8Array>): Promise<number> {
  let count = 0
  for (const envelope of changed) {
    count++
    if ((await outcome(() => open(envelope as never))) === 'ok') throw new Error(`opened: ${String(envelope)}`)
  }
  return count
}

function* flips(envelope: Uint8Array, step = 1): Generator<Uint8Array> {
  for (let bit = 0; bit < envelope.length * 8; bit += step) {
    const changed = envelope.slice()
    changed[bit >> 3]! ^= 1 << (bit & 7)
    yield changed
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** A spread of characters everywhere; where a part ends, so that bits may be left over, every one. */
function* replacements(text: string): Generator<string> {
  for (let i = 0; i < text.length; i++) {
    const end = text[i + 1] === undefined || text[i + 1] === '.'
    for (const character of end ? `${ALPHABET}=` : 'ABQgwxz0129-_.~+/= \n\u00e9')
      if (character !== text[i]) yield text.slice(0, i) + character + text.slice(i + 1)
  }
}

describe.each(Object.entries(FORMS))('%s', (_, make) => {
  it('opens, and converts into the other form and back', async () => {
    const { text, open } = await make()
    const binary = toBytes(text)
    expect(toText(binary)).toBe(text)
    expect(await outcome(() => open(text as never))).toBe('ok')
    expect(await outcome(() => open(binary as never))).toBe('ok')
  })

  it('every flipped bit is refused', async () => {
    const { text, open } = await make()
    const binary = toBytes(text)
    expect(await allRefused(open, flips(binary))).toBe(binary.length * 8)
  })

  it('every truncation and extension is refused', async () => {
    const { text, open } = await make()
    const binary = toBytes(text)
    await allRefused(
      open,
      Array.from(binary, (_, length) => binary.subarray(0, length)),
    )
    await allRefused(
      open,
      Array.from(text, (_, length) => text.slice(0, length)),
    )
    const more = [1, 4, 15, 16, 17, 16400, 16416].map((length) => concatBytes(binary, new Uint8Array(length)))
    await allRefused(open, [
      ...more,
      concatBytes(binary, binary.subarray(-16)),
      concatBytes(Uint8Array.of(0), binary),
      binary.subarray(1),
    ])
    await allRefused(
      open,
      ['A', 'AA', 'AAA', 'AAAA', '=', '==', '.', '.AA', ' ', '\n', '\0'].map((tail) => text + tail),
    )
    await allRefused(open, [` ${text}`, `\uFEFF${text}`, text.toUpperCase(), text.slice(1), `${text}${text}`])
  })

  it('every other character in any place is refused', async () => {
    const { text, open } = await make()
    expect(await allRefused(open, replacements(text))).toBeGreaterThan(text.length * 18)
  })
})

it('flipped bits in any chunk of a long envelope are refused', async () => {
  for (const sealer of [c256, c20]) {
    const sealed = await sealer.seal(bytes(40_000), { context, as: 'bytes' })
    await allRefused((e) => sealer.open(e, { context }), flips(sealed, 1999))
    const [first, second] = [sealed.subarray(-40_049, -23_649), sealed.subarray(-23_649, -7249)]
    const head = sealed.subarray(0, -40_049)
    await allRefused(
      (e) => sealer.open(e, { context }),
      [
        concatBytes(head, second, first, sealed.subarray(-7249)),
        concatBytes(head, first, sealed.subarray(-7249)),
        sealed.subarray(0, -7249),
      ],
    )
  }
})

describe('sizes of section 10', () => {
  const eight = createSealer({ keys: staticKeys([{ kid: 'k2345678', version: 9, key: KEY }]) })
  it.each([
    [16, 103, 140],
    [1024, 1111, 1484],
  ])('%i bytes or characters: %i bytes, %i characters', async (length, binary, characters) => {
    for (const value of [bytes(length), 'x'.repeat(length)]) {
      expect(await eight.seal(value, { context, as: 'bytes' })).toHaveLength(binary)
      expect(await eight.seal(value, { context })).toHaveLength(characters)
    }
  })

  it('wrapped by a blob of 167 bytes: 272 and 365', async () => {
    const service = createSealer({
      keys: localService('k2345678', KEY, { wrapKey: () => bytes(167) }),
    })
    expect(await service.seal(bytes(16), { context, as: 'bytes' })).toHaveLength(272)
    expect(await service.seal(bytes(16), { context })).toHaveLength(365)
  })

  it('a wrapped local key: 118 bytes', async () => {
    const local = rootKeyProvider({ id: 'r', keys: staticKeys([{ kid: 'k2345678', key: KEY }]) })
    expect(await local.wrapKey(OTHER_KEY, wrapContext('envelope', 'r', 0), { now: () => NOW })).toHaveLength(118)
  })
})

describe('what the locator and the suite say', () => {
  const two = createSealer({
    keys: staticKeys([
      { kid: 'k1', key: KEY },
      { kid: 'k1', version: 2, key: OTHER_KEY },
      { kid: 'k2', key: bytes(32, 7) },
    ]),
  })

  it.each([
    ['another configured kid', '.k1~1.', '.k2~1.', 'open_failed'],
    ['another configured version', '.k1~1.', '.k1~2.', 'open_failed'],
    ['an unknown kid', '.k1~1.', '.k9~1.', 'key_not_found'],
    ['an unknown version', '.k1~1.', '.k1~3.', 'key_not_found'],
    ['the other suite', '.c256.', '.c20.', 'open_failed'],
    ['an unknown suite', '.c256.', '.c512.', 'unsupported_suite'],
    ['the reserved suite', '.c256.', '.d256.', 'unsupported_suite'],
    ['letters out of order', '.c256.', '.c256xw.', 'unsupported_suite'],
    ['a wrapped key that is not there', '.c256.', '.c256w.', 'malformed'],
    ['the next version', 'wax1.', 'wax2.', 'unsupported_version'],
    ['a version far ahead', 'wax1.', `wax${'9'.repeat(50)}.`, 'unsupported_version'],
    ['no version', 'wax1.', 'wax.', 'plaintext_rejected'],
    ['version 0', 'wax1.', 'wax0.', 'plaintext_rejected'],
    ['a leading zero', '~1.', '~01.', 'malformed'],
    ['a version beyond 32 bits', '~1.', '~4294967296.', 'malformed'],
    ['the largest version', '~1.', '~4294967295.', 'key_not_found'],
    ['a sign', '~1.', '~+1.', 'malformed'],
    ['no version of the key', '~1.', '~.', 'malformed'],
    ['no tilde', '~1.', '1.', 'malformed'],
    ['two tildes', '~1.', '~1~1.', 'malformed'],
    ['no kid', '.k1~', '.~', 'malformed'],
    ['a kid in capitals', '.k1~', '.K1~', 'malformed'],
    ['a kid of 64 characters', '.k1~', `.${'k'.repeat(64)}~`, 'key_not_found'],
    ['a kid of 65 characters', '.k1~', `.${'k'.repeat(65)}~`, 'malformed'],
    ['an empty part', '~1.', '~1..', 'malformed'],
    ['a part more', '~1.', '~1.AAAA.', 'malformed'],
  ])('%s', async (_, from, to, expected) => {
    const text = (await two.seal('x', { context })) as string
    expect(text).toContain(from)
    expect(await outcome(() => two.open(text.replace(from, to), { context }))).toBe(expected)
  })

  it('a suite opens only where it is accepted', async () => {
    const strict = createSealer({ keys: tenantKeys, acceptSuites: ['aes-256-gcm'] })
    const sealed = await c20.seal('x', { context, as: 'bytes' })
    expect(await outcome(() => strict.open(sealed, { context }))).toBe('unsupported_suite')
    for (const [from, to] of [
      [sealed, 1],
      [await c256.seal('x', { context, as: 'bytes' }), 2],
    ] as const) {
      const relabelled = from.slice()
      relabelled[2] = to
      expect(await outcome(() => c256.open(relabelled, { context }))).toBe('open_failed')
    }
  })

  it('one key opens, never another that has the same name', async () => {
    const sealed = await c256.seal('x', { context })
    for (let i = 0; i < 8; i++)
      expect(
        await outcome(() => createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }).open(sealed, { context })),
      ).toBe('open_failed')
  })
})

describe('binary headers', () => {
  const body = bytes(72)
  const raw = (...parts: (number[] | string | Uint8Array)[]) =>
    concatBytes(...parts.map((part) => (typeof part === 'string' ? utf8(part) : Uint8Array.from(part))))
  const stored = (...pairs: string[]) =>
    concatBytes(u32be(pairs.length / 2), ...pairs.flatMap((text) => [u32be(utf8(text).length), utf8(text)]))
  const withStored = (context: Uint8Array) => raw([0xc1, 1, 1, 2, 1], 'k', [1], encodeLeb128(context.length), context, body)

  it.each<[string, Uint8Array, string]>([
    ['the least', raw([0xc1, 1, 1, 0, 1], 'k', [0], body), 'ok'],
    ['the largest version', raw([0xc1, 1, 2, 0, 1], 'k', [255, 255, 255, 255, 15], body), 'ok'],
    ['a version beyond 32 bits', raw([0xc1, 1, 1, 0, 1], 'k', [128, 128, 128, 128, 16], body), 'malformed'],
    ['a version of 6 bytes', raw([0xc1, 1, 1, 0, 1], 'k', [128, 128, 128, 128, 128, 0], body), 'malformed'],
    ['a version that is not minimal', raw([0xc1, 1, 1, 0, 1], 'k', [0x81, 0], body), 'malformed'],
    ['a zero that is not minimal', raw([0xc1, 1, 1, 0, 1], 'k', [0x80, 0], body), 'malformed'],
    ['another magic', raw([0xc2, 1, 1, 0, 1], 'k', [0], body), 'malformed'],
    ['magic alone', raw([0xc1]), 'malformed'],
    ['nothing', raw([]), 'malformed'],
    ['format version 0', raw([0xc1, 0, 1, 0, 1], 'k', [0], body), 'unsupported_version'],
    ['format version 2', raw([0xc1, 2, 1, 0, 1], 'k', [0], body), 'unsupported_version'],
    ['suite 0', raw([0xc1, 1, 0, 0, 1], 'k', [0], body), 'unsupported_suite'],
    ['suite 3', raw([0xc1, 1, 3, 0, 1], 'k', [0], body), 'unsupported_suite'],
    ['mode bit 2', raw([0xc1, 1, 1, 4, 1], 'k', [0], body), 'malformed'],
    ['mode bit 7', raw([0xc1, 1, 1, 128, 1], 'k', [0], body), 'malformed'],
    ['no kid', raw([0xc1, 1, 1, 0, 0], [0], body), 'malformed'],
    ['a kid of 64', raw([0xc1, 1, 1, 0, 64], 'k'.repeat(64), [0], body), 'ok'],
    ['a kid of 65', raw([0xc1, 1, 1, 0, 65], 'k'.repeat(65), [0], body), 'malformed'],
    ['a kid longer than the input', raw([0xc1, 1, 1, 0, 64], 'k'), 'malformed'],
    ['a kid in capitals', raw([0xc1, 1, 1, 0, 1], 'K', [0], body), 'malformed'],
    ['a kid with a dot', raw([0xc1, 1, 1, 0, 1], '.', [0], body), 'malformed'],
    ['a kid of byte 255', raw([0xc1, 1, 1, 0, 1, 255], [0], body), 'malformed'],
    ['w of 0', raw([0xc1, 1, 1, 1, 1], 'k', [1, 0], body), 'malformed'],
    ['w of 1', raw([0xc1, 1, 1, 1, 1], 'k', [1, 1], [9], body), 'ok'],
    ['w of 6144', raw([0xc1, 1, 1, 1, 1], 'k', [1], encodeLeb128(6144), bytes(6144), body), 'ok'],
    ['w of 6145', raw([0xc1, 1, 1, 1, 1], 'k', [1], encodeLeb128(6145), bytes(6145), body), 'malformed'],
    ['w of 2^32 - 1', raw([0xc1, 1, 1, 1, 1], 'k', [1], encodeLeb128(0xffffffff), body), 'malformed'],
    ['w that is not minimal', raw([0xc1, 1, 1, 1, 1], 'k', [1, 0x81, 0], [9], body), 'malformed'],
    ['w beyond the end', raw([0xc1, 1, 1, 1, 1], 'k', [1, 100], body), 'malformed'],
    ['x of 0', raw([0xc1, 1, 1, 2, 1], 'k', [1, 0], body), 'malformed'],
    ['x of 4096', withStored(stored('k', 'v'.repeat(4083))), 'ok'],
    ['x of 4097', withStored(stored('k', 'v'.repeat(4084))), 'malformed'],
    ['w and x', raw([0xc1, 1, 1, 3, 1], 'k', [1, 1, 9], [stored('k', 'v').length], stored('k', 'v'), body), 'ok'],
    ['a body of 71 bytes', raw([0xc1, 1, 1, 0, 1], 'k', [0], bytes(71)), 'malformed'],
    ['a 4-byte tag', raw([0xc1, 1, 1, 0, 1], 'k', [0], bytes(60)), 'malformed'],
    ['a body that ends with a whole chunk', raw([0xc1, 1, 1, 0, 1], 'k', [0], bytes(56 + 16400)), 'malformed'],
    ['the longest last chunk', raw([0xc1, 1, 1, 0, 1], 'k', [0], bytes(56 + 16399)), 'ok'],
    ['a second chunk of 15 bytes', raw([0xc1, 1, 1, 0, 1], 'k', [0], bytes(56 + 16415)), 'malformed'],
    ['an empty last chunk', raw([0xc1, 1, 1, 0, 1], 'k', [0], bytes(56 + 16416)), 'ok'],
    ['stored: no pair', withStored(stored()), 'malformed'],
    ['stored: 33 pairs', withStored(stored(...Array.from({ length: 33 }, (_, i) => [String(100 + i), '']).flat())), 'malformed'],
    ['stored: 32 pairs', withStored(stored(...Array.from({ length: 32 }, (_, i) => [String(100 + i), '']).flat())), 'ok'],
    ['stored: descending names', withStored(stored('b', '1', 'a', '2')), 'malformed'],
    ['stored: the same name twice', withStored(stored('a', '1', 'a', '2')), 'malformed'],
    ['stored: ascending by UTF-16 alone', withStored(stored('\u{1F600}', '', '\uFFFD', '')), 'malformed'],
    ['stored: a $ name', withStored(stored('$scope', 'a')), 'malformed'],
    ['stored: __proto__, a name like any other', withStored(stored('__proto__', 'x')), 'ok'],
    ['stored: bytes after it', withStored(raw(stored('a', '1'), [0])), 'malformed'],
    ['stored: cut short', withStored(stored('a', '1').subarray(0, -1)), 'malformed'],
    ['stored: a length of 2^32 - 1', withStored(raw([0, 0, 0, 1, 255, 255, 255, 255], 'a')), 'malformed'],
    ['stored: a count that is too large', withStored(raw([0, 0, 0, 2], stored('a', '1').subarray(4))), 'malformed'],
    ['stored: no UTF-8', withStored(raw([0, 0, 0, 1, 0, 0, 0, 1, 0xff, 0, 0, 0, 0])), 'malformed'],
  ])('%s', async (_, envelope, expected) => {
    expect(await outcome(() => c256.inspect(envelope))).toBe(expected)
    if (expected !== 'ok') return
    expect(toBytes(toText(envelope))).toEqual(envelope)
    expect(c256.inspect(toText(envelope))).toEqual({ ...c256.inspect(envelope), form: 'string', length: toText(envelope).length })
    const { context } = c256.inspect(envelope)
    if (context) expect(Object.getPrototypeOf(context)).toBe(Object.prototype)
  })

  it('what is neither a string nor bytes is no envelope', async () => {
    for (const value of [undefined, null, 1, {}, [], [0xc1], new ArrayBuffer(100), new DataView(new ArrayBuffer(100))]) {
      expect(await outcome(() => c256.inspect(value as never))).toBe('malformed')
      expect(await outcome(() => c256.open(value as never, { context }))).toBe('plaintext_rejected')
    }
  })

  it('describes an envelope without a key', async () => {
    const sealed = await wrapped.seal('x'.repeat(20_000), { context, storeContext: true, as: 'bytes' })
    expect(c256.inspect(sealed)).toEqual({
      version: 1,
      suite: 'aes-256-gcm',
      kid: 'root',
      keyVersion: 0,
      wrapped: true,
      wrappedBytes: 118,
      context,
      form: 'bytes',
      length: sealed.length,
      frameBytes: 20_001,
    })
  })
})

it('a wrapped key that somebody wrote into does not change what is read next', async () => {
  const sealer = createSealer({ keys: rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'r', key: generateKey() }]) }) })
  const sealed = await sealer.seal('x', { context })
  for (const form of ['string', 'bytes'] as const) {
    const text = writeEnvelope(parseEnvelope(sealed, 1e6), form)
    parseEnvelope(text, 1e6).locator.wrapped?.fill(0)
    expect(writeEnvelope(parseEnvelope(sealed, 1e6), form)).toEqual(text)
  }
})

describe('contexts', () => {
  type Pairs = Record<string, string>
  it.each<[string, Pairs | 'none', Pairs | 'none', string]>([
    ['the same in another order', { t: 'user', f: 'email' }, { f: 'email', t: 'user' }, 'ok'],
    ['shifted boundaries', { t: 'user', f: 'semail' }, { t: 'users', f: 'email' }, 'open_failed'],
    ['a shifted name', { ab: 'c' }, { a: 'bc' }, 'open_failed'],
    ['swapped values', { a: '1', b: '2' }, { a: '2', b: '1' }, 'open_failed'],
    ['a pair less', { a: '1', b: '2' }, { a: '1' }, 'open_failed'],
    ['a pair more', { a: '1' }, { a: '1', b: '' }, 'open_failed'],
    ['none', { a: '1' }, 'none', 'open_failed'],
    ['none as such', 'none', 'none', 'ok'],
    ['upper case', { a: 'x' }, { a: 'X' }, 'open_failed'],
    ['another normal form', { a: '\u00e9' }, { a: 'e\u0301' }, 'open_failed'],
    ['a byte-order mark', { a: 'x' }, { a: '\uFEFFx' }, 'open_failed'],
    ['names beyond the basic plane', { '\uFFFD': '1', '\u{1F600}': '2' }, { '\u{1F600}': '2', '\uFFFD': '1' }, 'ok'],
    ['a name __proto__', JSON.parse('{"__proto__":"x"}'), JSON.parse('{"__proto__":"x"}'), 'ok'],
    ['another value of __proto__', JSON.parse('{"__proto__":"x"}'), JSON.parse('{"__proto__":"y"}'), 'open_failed'],
    ['a name stored', { app: 'a', stored: 'any' }, { app: 'a', stored: 'any' }, 'ok'],
    ['a name stored alone, which asks for a stored context', { stored: 'x' }, { stored: 'x' }, 'config'],
    ['empty strings', { '': '' }, { '': '' }, 'ok'],
  ])('%s', async (_, writer, reader, expected) => {
    expect(await outcome(async () => c256.open(await c256.seal('x', { context: writer }), { context: reader }))).toBe(expected)
  })

  it.each<[string, unknown, string]>([
    ['no context', undefined, 'context_required'],
    ['null', null, 'context_required'],
    ['a string', 'app', 'context_required'],
    ['an array', ['a'], 'context_required'],
    ['no pair', {}, 'context_required'],
    ['inherited pairs', Object.create({ a: '1' }), 'context_required'],
    ['a number', { a: 1 }, 'config'],
    ['null', { a: null }, 'config'],
    ['undefined', { a: undefined }, 'config'],
    ['a $ name', { $scope: 'a' }, 'config'],
    ['an ill-formed value', { a: '\ud800' }, 'config'],
    ['an ill-formed name', { '\ud800': 'a' }, 'config'],
    ['33 pairs', Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`p${i}`, ''])), 'config'],
    ['64 KiB', { a: 'x'.repeat(65536) }, 'too_large'],
  ])('%s is refused on both sides', async (_, wrong, expected) => {
    const sealed = await c256.seal('x', { context })
    expect(await outcome(() => c256.seal('x', { context: wrong as never }))).toBe(expected)
    expect(await outcome(() => c256.open(sealed, { context: wrong as never }))).toBe(expected)
  })

  it('are encoded as section 5 says', () => {
    expect(Buffer.from(canonicalContext({ b: 'x', a: 'é' }, [['$scope', 's']])).toString('hex')).toBe(
      '00000003000000062473636f7065000000017300000001610000000' + '2c3a9000000016200000001' + '78',
    )
    expect(canonicalContext('none')).toEqual(bytes(4).fill(0))
  })

  it('are judged anew beside the one that was encoded last', async () => {
    await c256.seal('x', { context: { b: 'x' }, scope: 'a' })
    for (const wrong of [{ b: 'x', $scope: 'a' }, { b: 'x', undefined }, { b: { toString: () => 'x' } }])
      expect(await outcome(() => c256.seal('x', { context: wrong as never }))).toBe('config')
    await c256.seal('x', { context: 'none' })
    expect(await outcome(() => c256.seal('x', { context: {} }))).toBe('context_required')
    const sealed = await c256.seal('x', { context: { a: '1', b: '2' } })
    expect(await c256.open(sealed, { context: { b: '2', a: '1' } })).toBe('x')
    for (const other of [{ a: '1' }, { a: '2', b: '1' }, { a: '1', c: '2' }])
      expect(await outcome(() => c256.open(sealed, { context: other }))).toBe('open_failed')
  })

  it('may have members that open under another context while they are read', async () => {
    const inner = { app: 'shop', field: 'user' }
    const user = await c256.seal('u1', { context: inner })
    const opened: Promise<unknown>[] = []
    const lazy = () => ({
      app: 'shop',
      get user() {
        opened.push(c256.open(user, { context: inner }) as Promise<unknown>)
        return 'u1'
      },
    })
    for (let round = 0; round < 3; round++) {
      await c256.seal('before', { context: { app: 'shop', user: 'u1' } })
      const sealed = await c256.seal('x', { context: lazy() })
      expect(await c256.open(sealed, { context: { app: 'shop', user: 'u1' } })).toBe('x')
      expect(await outcome(() => c256.open(sealed, { context: inner }))).toBe('open_failed')
    }
    expect(new Set(await Promise.all(opened))).toEqual(new Set(['u1']))
  })

  it('have room for 32 pairs and for those that are added', async () => {
    const many = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`p${i}`, '']))
    expect(await c256.open(await c256.seal('x', { context: many, scope: 'a' }), { context: many, scope: 'a' })).toBe('x')
  })

  it('scopes bind as well', async () => {
    const sealed = await c256.seal('x', { context, scope: 'a' })
    expect(await outcome(() => c256.open(sealed, { context, scope: 'b' }))).toBe('key_not_found')
    expect(await outcome(() => c256.open(sealed, { context }))).toBe('key_not_found')
    const underRoot = await wrapped.seal('x', { context, scope: 'a' })
    expect(await outcome(() => wrapped.open(underRoot, { context, scope: 'b' }))).toBe('open_failed')
    for (const scope of ['', 1, '\ud800']) {
      expect(await outcome(() => c256.seal('x', { context, scope: scope as string }))).toBe('config')
      expect(await outcome(() => c256.open(sealed, { context, scope: scope as string }))).toBe('config')
    }
  })

  it('a stored one is taken only where it holds what is expected', async () => {
    const sealed = await c256.seal('x', { context, storeContext: true, scope: 'a' })
    const open = (expected: unknown) => c256.open(sealed, { context: { stored: expected } as never, scope: 'a', details: true })
    expect(await open({ app: 'billing' })).toEqual({ value: 'x', context })
    expect(await open('any')).toEqual({ value: 'x', context })
    expect(await outcome(() => open({ app: 'other' }))).toBe('open_failed')
    expect(await outcome(() => open({ other: 'billing' }))).toBe('open_failed')
    expect(await outcome(() => open({ toString: 'x' }))).toBe('open_failed')
    expect(await outcome(() => open({}))).toBe('context_required')
    expect(await outcome(() => open({ $scope: 'a' }))).toBe('config')
    expect(await outcome(async () => c256.open(await c256.seal('x', { context }), { context: { stored: 'any' } }))).toBe(
      'context_required',
    )
    expect(await outcome(() => c256.seal('x', { context: 'none', storeContext: true }))).toBe('context_required')
    expect(await outcome(() => c256.seal('x', { context: { stored: 'any' } }))).toBe('context_required')
    expect(await outcome(() => c256.seal('x', { context: { a: 'x'.repeat(4096) }, storeContext: true }))).toBe('too_large')
    const longest = { k: 'v'.repeat(4083) }
    expect(
      await c256.open(await c256.seal('x', { context: longest, storeContext: true }), { context: { stored: longest } }),
    ).toBe('x')
    expect(await outcome(() => c256.seal('x', { context: { k: 'v'.repeat(4084) }, storeContext: true }))).toBe('too_large')
    // Whoever supplies the context does not depend on the stored one, which may be stripped or added.
    const [version, , place, , body] = (sealed as string).split('.')
    expect(await c256.open(`${version}.c256.${place}.${body}`, { context, scope: 'a' })).toBe('x')
    const other = Buffer.from(storedContext({ app: 'other' })).toString('base64url')
    const forged = `${version}.c256x.${place}.${other}.${body}`
    expect(await c256.open(forged, { context, scope: 'a' })).toBe('x')
    expect(await outcome(() => c256.open(forged, { context: { stored: { app: 'other' } }, scope: 'a' }))).toBe('open_failed')
  })
})

describe('frames', () => {
  const padded = (...tail: number[]) => Uint8Array.of(0x41, 104, 105, ...tail)
  it.each<[string, Uint8Array, string]>([
    ['bytes', Uint8Array.of(0, 1), 'ok'],
    ['no byte', new Uint8Array(0), 'malformed'],
    ['a Temporal payload', Uint8Array.of(3), 'malformed'],
    ['content 4', Uint8Array.of(4), 'malformed'],
    ['compression 4', Uint8Array.of(0x20, 0), 'malformed'],
    ['bit 7', Uint8Array.of(0x80), 'malformed'],
    ['text that is no UTF-8', Uint8Array.of(1, 0xff), 'malformed'],
    ['text with an overlong form', Uint8Array.of(1, 0xc0, 0x80), 'malformed'],
    ['text with a surrogate', Uint8Array.of(1, 0xed, 0xa0, 0x80), 'malformed'],
    ['no JSON', jsonFrame('{'), 'malformed'],
    ['no JSON at all', jsonFrame(''), 'malformed'],
    ['JSON and more', jsonFrame('1 1'), 'malformed'],
    ['JSON with a byte-order mark', jsonFrame('\uFEFF1'), 'malformed'],
    ['JSON of 64 levels', jsonFrame('['.repeat(64) + ']'.repeat(64)), 'ok'],
    ['JSON of 65 levels', jsonFrame('['.repeat(65) + ']'.repeat(65)), 'too_large'],
    ['65 levels in a string', jsonFrame(JSON.stringify('[{"'.repeat(65))), 'ok'],
    ['65 levels behind an escaped quote', jsonFrame(`["\\\\",${'['.repeat(64)}${']'.repeat(64)}]`), 'too_large'],
    ['65 levels behind a quote in a string', jsonFrame(`["\\"",${'['.repeat(64)}${']'.repeat(64)}]`), 'too_large'],
    ['padding', padded(0x80, 0, 0), 'ok'],
    ['padding of one byte', padded(0x80), 'ok'],
    ['padding without 0x80', padded(0, 0), 'malformed'],
    ['padding of another byte', padded(0x80, 1), 'malformed'],
    ['padding and nothing else', Uint8Array.of(0x40), 'malformed'],
    ['no content but padding', Uint8Array.of(0x40, 0x80), 'ok'],
    ['deflate that is not configured', Uint8Array.of(9, 1, 0), 'unsupported_compression'],
  ])('%s', async (_, frame, expected) => {
    expect(await outcome(async () => c256.open(await sealRaw(frame), { context }))).toBe(expected)
  })

  it('keep a byte-order mark, and the order of equal JSON members', async () => {
    expect(await c256.open(await sealRaw(Uint8Array.of(1, 0xef, 0xbb, 0xbf)), { context })).toBe('\uFEFF')
    expect(await c256.open(await sealRaw(jsonFrame('{"a":1,"a":2}')), { context })).toEqual({ a: 2 })
  })

  const inflating = createSealer({ keys, compress: { algorithms: [deflate, gzip] } })
  it.each<[string, number[] | Uint8Array, string]>([
    ['the length it says', [9, 2, ...deflateRawSync('hi')], 'ok'],
    ['more than it says', [9, 1, ...deflateRawSync('hi')], 'too_large'],
    ['less than it says', [9, 3, ...deflateRawSync('hi')], 'malformed'],
    ['far less than it says', [9, ...encodeLeb128(16 * 1024 * 1024), ...deflateRawSync('hi')], 'malformed'],
    ['a byte after it', [9, 2, ...deflateRawSync('hi'), 0], 'malformed'],
    ['nothing', [9, 2], 'malformed'],
    ['no length', [9], 'malformed'],
    ['a length that is not minimal', [9, 0x82, 0, ...deflateRawSync('hi')], 'malformed'],
    ['a claim of 2^32 - 1', [9, ...encodeLeb128(0xffffffff), ...deflateRawSync('hi')], 'too_large'],
    ['a gzip member', [17, 2, ...gzipSync('hi')], 'ok'],
    ['two gzip members', [17, 4, ...gzipSync('hi'), ...gzipSync('hi')], 'malformed'],
    ['zstd that is not configured', [25, 2, 0], 'unsupported_compression'],
    ['padding, stripped before it inflates', [0x49, 2, ...deflateRawSync('hi'), 0x80, 0, 0], 'ok'],
  ])('inflate %s', async (_, frame, expected) => {
    expect(await outcome(async () => inflating.open(await sealRaw(Uint8Array.from(frame)), { context }))).toBe(expected)
  })
})

describe('limits', () => {
  const small = createSealer({
    keys,
    limits: { maxEnvelopeBytes: 200, maxPayloadBytes: 50 },
    compress: { algorithms: [deflate], minBytes: 1 },
  })
  it('are checked before anything is parsed', async () => {
    for (const [envelope, expected] of [
      [bytes(201, 0xc1), 'too_large'],
      [bytes(200, 0xc1), 'unsupported_version'],
      [`wax1.${'.'.repeat(263)}`, 'too_large'],
      [`wax1.${'.'.repeat(200)}`, 'unsupported_suite'],
    ] as const)
      expect(await outcome(() => small.open(envelope as string, { context }))).toBe(expected)
  })

  it('hold on both sides', async () => {
    expect(await small.open(await small.seal('x'.repeat(50), { context }), { context })).toHaveLength(50)
    expect(await outcome(() => small.seal('x'.repeat(51), { context }))).toBe('too_large')
    expect(await outcome(() => small.seal('é'.repeat(26), { context }))).toBe('too_large')
    expect(await outcome(async () => small.open(await sealRaw(concatBytes(Uint8Array.of(0), bytes(51))), { context }))).toBe(
      'too_large',
    )
    const member = createSealer({ keys, limits: { maxFieldBytes: 50 } })
    const stored = await c256.sealFields({ card: 'x'.repeat(51) }, inline, { context })
    expect(await outcome(() => member.openFields(stored, inline, { context }))).toBe('too_large')
  })

  const itMeasured = itIf('process' in globalThis, 'this runtime does not tell what memory is in use')
  itMeasured('a mebibyte that becomes a gibibyte takes no more memory than the limit', async () => {
    // A mebibyte of zeros, flushed to a byte boundary, over and over: zeros refer back to zeros, so copies of it fit together.
    const block = deflateRawSync(Buffer.alloc(1024 * 1024), { finishFlush: 2 })
    const bomb = concatBytes(...Array.from({ length: 1024 }, () => block), Uint8Array.of(3, 0))
    expect(bomb.length).toBeLessThan(1.2 * 1024 * 1024)
    const sealer = createSealer({ keys, compress: { algorithms: [deflate, gzip] } })
    const before = process.resourceUsage().maxRSS
    for (const suite of SUITE_NAMES)
      for (const [claim, expected] of [
        [2 ** 30, 'too_large'],
        [16 * 1024 * 1024, 'too_large'],
      ] as const) {
        const frame = concatBytes(Uint8Array.of(8), Uint8Array.from(encodeLeb128(claim)), bomb)
        expect(await outcome(async () => sealer.open(await sealRaw(frame, { suite }), { context }))).toBe(expected)
      }
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(192)
  })
})

describe('an envelope', () => {
  it.each<[string, Uint8Array]>([
    ['no pair', Uint8Array.of(0, 0, 0, 0)],
    ['a name cut short', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 9, 97)],
    ['no context', utf8('anything')],
  ])('store %s: malformed, also for a caller who supplies the context', async (_, stored) => {
    const sealed = parseEnvelope(await sealRaw(jsonFrame(1), { stored: storedContext({ a: 'b' }) }), 1000)
    expect(await c256.open(writeEnvelope(sealed, 'string') as string, { context })).toBe(1)
    for (const form of ['string', 'bytes'] as const) {
      const envelope = writeEnvelope({ ...sealed, stored }, form)
      expect(await outcome(() => c256.open(envelope as string, { context }))).toBe('malformed')
      expect(await outcome(() => c256.inspect(envelope))).toBe('malformed')
    }
  })

  it.each([
    [0, 'malformed'],
    [1, 'ok'],
    [6144, 'ok'],
    [6145, 'malformed'],
  ])('hold a wrapped key of %i bytes: %s', async (length, expected) => {
    const sealed = parseEnvelope(await sealRaw(jsonFrame(1)), 1000)
    for (const form of ['string', 'bytes'] as const) {
      const envelope = writeEnvelope({ ...sealed, locator: { ...sealed.locator, wrapped: bytes(length) } }, form)
      expect(await outcome(() => c256.inspect(envelope))).toBe(expected)
    }
  })

  it('are read up to the very limit', async () => {
    let reached = 0
    for (let length = 1; length < 9; length++) {
      const text = await sealRaw(bytes(length))
      for (let limit = 80; limit < 120; limit++) {
        const most = Math.ceil((limit * 4) / 3)
        reached += text.length === most ? 1 : 0
        expect(await outcome(() => parseEnvelope(text, limit))).toBe(text.length > most ? 'too_large' : 'ok')
      }
    }
    expect(reached).toBeGreaterThan(0)
  })

  it('store contexts that are read the same however often and however many', async () => {
    const texts = await Promise.all(
      Array.from({ length: 600 }, (_, i) => c256.seal('x', { context: { app: 'b', n: String(i % 300) }, storeContext: true })),
    )
    for (const [i, text] of texts.entries()) {
      const seen = c256.inspect(text)
      expect(seen.context).toEqual({ app: 'b', n: String(i % 300) })
      expect(writeEnvelope(parseEnvelope(text, 1000), 'string')).toBe(text)
      expect(await c256.open(text, { context: { stored: { n: String(i % 300) } } })).toBe('x')
    }
    const part = texts[0]!.split('.')[3]!
    // Bits that base64url leaves unused, of a text that was read before.
    const other = texts[0]!.replace(`.${part}.`, `.${part.slice(0, -1)}${part.length % 4 === 0 ? '=' : '-'}.`)
    for (let again = 0; again < 2; again++) expect(await outcome(() => parseEnvelope(other, 1000))).toBe('malformed')
  })

  it('name keys by texts alone', async () => {
    for (const kid of [undefined, null, ['k1'], 1])
      expect(await outcome(() => createDataKey({ kid: kid as never, key: bytes(32) }))).toBe('config')
  })

  it('begin with their prefix: it is none that holds one further on', () => {
    for (const text of ['waxwax1.c256', 'wax wax1.', 'wax\nwax1.']) expect(looksSealed(text)).toBe(false)
    expect(looksSealed('wax1.')).toBe(true)
  })

  it.each([1, 16_360, 16_370, 16_383, 16_384, 32_750, 40_000])('of a frame of %i bytes tell its length', async (length) => {
    const info = c256.inspect(await sealRaw(bytes(length)))
    expect([info.frameBytes, info.wrapped, info.wrappedBytes]).toEqual([length, false, 0])
  })
})

describe('what an envelope says of itself', () => {
  it('is told without keys, as a sealer tells it', async () => {
    for (const as of ['string', 'bytes'] as const) {
      const sealed = await c256.seal('value', { context, as, storeContext: true })
      expect(inspectEnvelope(sealed)).toEqual(c256.inspect(sealed))
    }
    for (const [what, code] of [
      ['wax1.c256.k1~1.AAAA', 'malformed'],
      ['wax2.c256', 'unsupported_version'],
      [new Uint8Array([0xc1, 2, 1, 0, 1]), 'unsupported_version'],
      [new Uint8Array(0), 'malformed'],
    ] as const)
      expect(() => inspectEnvelope(what)).toThrow(expect.objectContaining({ code }))
  })

  it('is told of a long one by its beginning', async () => {
    const sealed = await c256.seal(new Uint8Array(100_000), { context, as: 'bytes', storeContext: true })
    expect(inspectEnvelope(sealed.subarray(0, 16_384), { bytes: sealed.length })).toEqual(c256.inspect(sealed))
    expect(() => inspectEnvelope(sealed.subarray(0, 16_384), { bytes: 50 })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    )
    expect(() => inspectEnvelope(sealed.subarray(0, 8), { bytes: sealed.length })).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    )
  })
})
