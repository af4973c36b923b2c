// Checks that could be changed without another test noticing (docs/mutation.md).
import { afterEach, describe, expect, it, vi } from 'vitest'
import { backend } from '#backend'
import type { MessageCipher } from '../src/backend/types.ts'
import { decodeEntries } from '../src/document/entries.ts'
import { editDocument, escapeToken, lookUp, MISSING, member, valueAt } from '../src/document/pointer.ts'
import { compileSelector, select } from '../src/document/selector.ts'
import { settle } from '../src/flow.ts'
import { openChunks, sealedLength } from '../src/format/chunks.ts'
import type { Compression } from '../src/format/compression.ts'
import { storedContext } from '../src/format/context.ts'
import { expand } from '../src/format/derive.ts'
import { openEnvelope, sealEnvelope } from '../src/format/engine.ts'
import { looksSealed, parseEnvelope, writeEnvelope } from '../src/format/envelope.ts'
import { CONTENT, decodeFrame, encodeFrame } from '../src/format/frame.ts'
import { parseJson } from '../src/format/json.ts'
import { decodeLeb128 } from '../src/format/leb128.ts'
import { type Padding, paddedLength } from '../src/format/padding.ts'
import { FORM, suiteByName } from '../src/format/suites.ts'
import { createDataKey, type DataKey } from '../src/keys/data-key.ts'
import { createKeyring } from '../src/keys/keyring.ts'
import { createLocatorGuard, type LocatorGuard } from '../src/keys/locator-guard.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { KeyProvider, KeyProviderDriver, KeySource } from '../src/keys/types.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import {
  aesIsSync,
  bytes,
  collect,
  context,
  jsonFrame,
  KEY,
  keys,
  localService,
  NOW,
  outcome,
  sealRaw,
  streamOf,
  utf8,
} from './fixtures.ts'

const sealer = createSealer({ keys })
const erased = (list: readonly Uint8Array[]) => list.map((part) => part.every((byte) => byte === 0))

afterEach(() => {
  vi.restoreAllMocks()
})

describe('envelopes', () => {
  it.each<[string, Uint8Array]>([
    ['no pair', Uint8Array.of(0, 0, 0, 0)],
    ['a name cut short', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 9, 97)],
    ['no context', utf8('anything')],
  ])('store %s: malformed, also for a caller who supplies the context', async (_, stored) => {
    const sealed = parseEnvelope(await sealRaw(jsonFrame(1), { stored: storedContext({ a: 'b' }) }), 1000)
    expect(await sealer.open(writeEnvelope(sealed, 'string') as string, { context })).toBe(1)
    for (const form of ['string', 'bytes'] as const) {
      const envelope = writeEnvelope({ ...sealed, stored }, form)
      expect(await outcome(() => sealer.open(envelope as string, { context }))).toBe('malformed')
      expect(await outcome(() => sealer.inspect(envelope))).toBe('malformed')
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
      expect(await outcome(() => sealer.inspect(envelope))).toBe(expected)
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

  it('name keys by texts alone', async () => {
    for (const kid of [undefined, null, ['k1'], 1])
      expect(await outcome(() => createDataKey({ kid: kid as never, key: bytes(32) }))).toBe('config')
  })

  it('begin with their prefix: it is none that holds one further on', () => {
    for (const text of ['waxwax1.c256', 'wax wax1.', 'wax\nwax1.']) expect(looksSealed(text)).toBe(false)
    expect(looksSealed('wax1.')).toBe(true)
  })

  it.each([1, 16_360, 16_370, 16_383, 16_384, 32_750, 40_000])('of a frame of %i bytes tell its length', async (length) => {
    const info = sealer.inspect(await sealRaw(bytes(length)))
    expect([info.frameBytes, info.wrapped, info.wrappedBytes]).toEqual([length, false, 0])
  })
})

describe('a frame', () => {
  const packed = (length: number) => {
    const seen: Uint8Array[] = []
    const algorithm: Compression = {
      name: 'deflate',
      code: 1,
      compress(data) {
        seen.push(data)
        return new Uint8Array(length)
      },
      decompress: (data) => data,
    }
    return { algorithm, seen }
  }
  const isPacked = (frame: Uint8Array) => (frame[0]! >> 3) & 7

  it.each([
    [94, 1],
    [95, 0],
    [100, 0],
    [104, 0],
  ])('of 100 bytes that pack into %i: compression %i', (length, code) => {
    const { algorithm } = packed(length)
    expect(isPacked(encodeFrame(CONTENT.bytes, bytes(100), { limit: 1000, compress: { algorithm, minBytes: 10 } }))).toBe(code)
  })

  it('is compressed from minBytes on', () => {
    const { algorithm } = packed(1)
    const codes = [99, 100].map((length) =>
      isPacked(encodeFrame(CONTENT.bytes, bytes(length), { limit: 1000, compress: { algorithm, minBytes: 100 } })),
    )
    expect(codes).toEqual([0, 1])
  })

  it('leaves no copy of a text behind that was compressed, and does not touch the bytes of the caller', () => {
    const { algorithm, seen } = packed(1)
    const own = bytes(100, 1)
    encodeFrame(CONTENT.text, 'x'.repeat(100), { limit: 1000, compress: { algorithm, minBytes: 10 } })
    encodeFrame(CONTENT.bytes, own, { limit: 1000, compress: { algorithm, minBytes: 10 } })
    expect(erased(seen)).toEqual([true, false])
    expect(own).toEqual(bytes(100, 1))
  })

  it('opens up to the very limit', async () => {
    expect(decodeFrame(bytes(101), 100, []).data.length).toBe(100)
    expect(await outcome(() => decodeFrame(bytes(102), 100, []))).toBe('too_large')
  })

  it('of unknown content is malformed before it is looked into', async () => {
    for (const content of [4, 5, 6, 7]) expect(await outcome(() => decodeFrame(Uint8Array.of(content), 0, []))).toBe('malformed')
  })
})

describe('lengths', () => {
  it('of five LEB128 bytes at most, of which the last must be there', async () => {
    for (const wrong of [[128, 128, 128, 128, 128, 1], [128], [255, 255, 255, 255], []])
      expect(await outcome(() => decodeLeb128(Uint8Array.from(wrong), 0, 2 ** 40))).toBe('malformed')
  })

  it.each<[number, Padding, number]>([
    [0, { block: 65_536 }, 65_536],
    [65_535, { block: 65_536 }, 65_536],
    [0, 'padme', 1],
    [1, 'padme', 2],
    [8, 'padme', 10],
    [1000, 'padme', 1024],
    [1024, 'padme', 1088],
  ])('%i padded by %o: %i', (length, pad, padded) => {
    expect(paddedLength(length, pad)).toBe(padded)
  })

  it('padding that is none of them is refused', async () => {
    for (const pad of [null, {}, { block: 65_537 }, { block: 0 }])
      expect(await outcome(() => paddedLength(1, pad as never))).toBe('config')
  })
})

it('a bundle names no field twice, and nothing but texts', async () => {
  const frame = (list: unknown) => decodeFrame(jsonFrame(list), 1000, [])
  expect(decodeEntries(frame(['/a', 1, '/b', 2])).length).toBe(2)
  for (const list of [
    ['/a', 1, '/a', 1],
    [1, 1],
    [['/a'], 1],
  ])
    expect(await outcome(() => decodeEntries(frame(list)))).toBe('malformed')
})

describe('what is erased', () => {
  it('both blocks of a derivation', () => {
    const blocks: Uint8Array[] = []
    const okm = expand(() => blocks[blocks.push(bytes(64, 1)) - 1]!, 76, utf8('info'))
    expect(okm.length).toBe(76)
    expect(erased(blocks)).toEqual([true, true])
    expect(erased([okm])).toEqual([false])
  })

  it.each([[undefined], [1], [2]])('the parts of a message whose chunk %s is forged', async (forged) => {
    const parts: Uint8Array[] = []
    const cipher: MessageCipher = {
      encrypt: () => {},
      decrypt: (_, sealed) => (parts.length === forged ? undefined : parts[parts.push(bytes(sealed.length - 16, 1)) - 1]),
    }
    const plaintext = await settle(openChunks(cipher, bytes(12), new Uint8Array(sealedLength(40_000))))
    expect(plaintext?.length).toBe(forged === undefined ? 40_000 : undefined)
    expect(erased(parts)).toEqual(parts.map(() => true))
    expect(parts.length).toBe(forged ?? 3)
  })

  it.runIf(aesIsSync)('message keys and frames, whether the envelope opens or not', async () => {
    const seen: Uint8Array[] = []
    const header = { suite: suiteByName('aes-256-gcm')!, locator: { kid: 'k1', version: 1 } }
    // 76 bytes come out of the memory that derivations use; of these the first 32 are the key.
    const alloc = backend.alloc
    vi.spyOn(backend, 'alloc').mockImplementation((length) => {
      const out = alloc(length)
      if (length === 76) seen.push(out.subarray(0, 32))
      return out
    })
    const prk = backend.hmac('sha512', bytes(32))
    const binding = { prk, form: FORM.value, canonical: utf8('context') }
    const frame = bytes(10, 1)
    const sealed = await settle(sealEnvelope(header, binding, frame, (length) => bytes(length), 'bytes'))
    const envelope = parseEnvelope(sealed, 1000)
    expect(await settle(openEnvelope(envelope, binding))).toEqual(bytes(10, 1))
    expect(await outcome(() => settle(openEnvelope(envelope, { ...binding, canonical: utf8('other') })))).toBe('open_failed')
    expect(erased([...seen, frame])).toEqual([true, true, true, true])
  })
})

describe('a keyring', () => {
  const call = { now: () => NOW }
  const ring = (list: readonly (KeySource | KeyProvider)[]) => createKeyring(list, { unknownLocatorsPerMinute: 1000 })
  const source = (key: DataKey | null): KeySource => ({ kind: 'source', current: () => key!, resolve: () => key })
  const other = createDataKey({ kid: 'k2', key: bytes(32, 7) })
  const provider = (id: string, more: Partial<KeyProviderDriver> = {}): KeyProvider =>
    localService(id, KEY, { wrapKey: () => Uint8Array.of(1), unwrapKey: () => bytes(32, 9), ...more })

  it('takes sources and providers alone, any number of which list no keys', async () => {
    expect(await outcome(() => ring([keys, {} as KeySource]))).toBe('config')
    expect(await outcome(() => ring([source(null), source(null)]))).toBe('ok')
  })

  it('asks a provider for its own wrapped keys alone', async () => {
    const unwrapKey = vi.fn(() => bytes(32, 9))
    const one = ring([provider('mine', { unwrapKey })])
    const open = (kid: string, wrapped?: Uint8Array) =>
      outcome(() => settle(one.resolve({ kid, version: 0, wrapped }, undefined, call)))
    expect(await open('other', bytes(5))).toBe('key_not_found')
    expect(await open('mine')).toBe('key_not_found')
    expect(unwrapKey).not.toHaveBeenCalled()
    expect(await open('mine', bytes(5))).toBe('ok')
  })

  it('refuses a late key whose bytes or kid another source has, to open as to seal', async () => {
    const two = staticKeys([
      { kid: 'a', key: bytes(32, 3) },
      { kid: 'b', key: bytes(32, 7) },
    ])
    const named = staticKeys([{ kid: 'k2', key: bytes(32, 3) }])
    for (const held of [two, named]) {
      const one = ring([source(other), held])
      expect(await outcome(() => settle(one.resolve({ kid: 'k2', version: 1 }, undefined, call)))).toBe('config')
      expect(await outcome(() => settle(one.current(undefined, call)))).toBe('config')
    }
  })

  it('re-wraps in place at the newest provider and generation alone, and erases the key', async () => {
    const given: Uint8Array[] = []
    const wrapKey = (key: Uint8Array) => {
      given.push(key)
      return Uint8Array.of(2)
    }
    const rewrapKey = () => Uint8Array.of(3)
    const one = ring([provider('new', { version: 1, wrapKey, rewrapKey }), provider('old', { version: 1, rewrapKey })])
    const rewrap = (kid: string, version: number) =>
      settle(one.rewrap({ kid, version, wrapped: Uint8Array.of(1) }, undefined, call))
    expect((await rewrap('new', 1)).wrapped).toEqual(Uint8Array.of(3))
    for (const [kid, version] of [
      ['new', 0],
      ['old', 1],
    ] as const)
      expect(await rewrap(kid, version)).toEqual({ kid: 'new', version: 1, wrapped: Uint8Array.of(2) })
    expect(erased(given)).toEqual([true, true])
    const short = ring([provider('new', { unwrapKey: () => bytes(31) })])
    expect(await outcome(() => settle(short.rewrap({ kid: 'new', version: 1, wrapped: bytes(5) }, undefined, call)))).toBe(
      'open_failed',
    )
  })

  it('a stream opens under no empty scope', async () => {
    const sealed = (await sealer.seal(bytes(5), { context, as: 'bytes' })) as Uint8Array
    const stream = streamOf(sealed).pipeThrough(sealer.openStream({ context, scope: '' }))
    expect(await outcome(() => collect(stream))).toBe('config')
  })
})

describe('a guard of locators', () => {
  const key = createDataKey({ kid: 'k1', key: bytes(32, 1) })
  const ask = (guard: LocatorGuard, id: string, found: DataKey | null | Promise<DataKey | null> = key) =>
    outcome(() => settle(guard.resolve({ kid: id, version: 1 }, undefined, NOW, () => found)))

  it('does not count a known locator that is asked for again', async () => {
    const guard = createLocatorGuard(1)
    await ask(guard, 'known')
    const again = ask(guard, 'known', new Promise((resolve) => setTimeout(resolve, 0, key)))
    expect(await ask(guard, 'another')).toBe('ok')
    expect(await again).toBe('ok')
  })

  it('knows 4096 of them, then begins anew', async () => {
    const guard = createLocatorGuard(1)
    for (let i = 0; i < 4095; i++) await ask(guard, `known ${i}`)
    await ask(guard, 'unknown', null)
    for (const id of ['known 0', 'known 4094']) expect(await ask(guard, id)).toBe('ok')
    expect(await ask(guard, 'new')).toBe('throttled')
    const full = createLocatorGuard(1)
    for (let i = 0; i <= 4096; i++) await ask(full, `known ${i}`)
    await ask(full, 'unknown', null)
    expect(await ask(full, 'known 4096')).toBe('ok')
    expect(await ask(full, 'known 0')).toBe('throttled')
  })
})

describe('pointers and selectors', () => {
  it('escape tokens of nothing but what is escaped', () => {
    expect(['~', '/', '~/', '~1', 'a'].map(escapeToken)).toEqual(['~0', '~1', '~0~1', '~01', 'a'])
  })

  it('name array members of two digits, no part of a text and no __proto__', async () => {
    expect(
      member(
        Array.from({ length: 20 }, (_, i) => i),
        '10',
      ),
    ).toBe(10)
    for (const token of ['0', 'length']) expect(member('text', token)).toBe(MISSING)
    const document = JSON.parse('{"__proto__": {"a": 1}}')
    expect(lookUp(document, '/__proto__/a')).toBe(MISSING)
    expect(await outcome(() => valueAt(document, '/a'))).toBe('document_changed')
  })

  it('select nothing below a text', () => {
    const found: string[] = []
    for (const text of ['/a/*', '/a/**', '/a/*/*']) select({ a: 'text' }, compileSelector(text), (pointer) => found.push(pointer))
    expect(found).toEqual([])
  })

  it('hold three ** and no more', async () => {
    expect(await outcome(() => compileSelector('/**/a/**/b/**'))).toBe('ok')
    expect(await outcome(() => compileSelector('/**/a/**/b/**/c/**'))).toBe('config')
  })
})

describe('documents', () => {
  it('have 16 groups at most', async () => {
    const names = Array.from({ length: 16 }, (_, i) => `g${i}`)
    const policy = { groups: Object.fromEntries(names.map((name) => [name, [`/${name}`]])) }
    const document = Object.fromEntries(names.map((name) => [name, 1]))
    expect(await sealer.openFields(await sealer.sealFields(document, policy, { context }), policy, { context })).toEqual(document)
  })

  it('are authenticated as deep as they nest', async () => {
    let deep: unknown = 1
    for (let i = 0; i < 63; i++) deep = [deep]
    const document = { deep, card: 1 }
    const policy = { fields: ['/card'], authenticate: 'all' } as const
    expect(await sealer.openFields(await sealer.sealFields(document, policy, { context }), policy, { context })).toEqual(document)
  })
})

describe('the depth of JSON', () => {
  const parse = (text: string) => outcome(() => parseJson(utf8(text)))
  const nested = (open: string, close: string, levels: number, inside = '') => open.repeat(levels) + inside + close.repeat(levels)

  it('is that of nesting, however many brackets there are', async () => {
    expect(await parse(`[${Array(200).fill('{"a":[]}').join()}]`)).toBe('ok')
    expect(await parse(`[${Array(200).fill('[]').join()}]`)).toBe('ok')
  })

  it('is 64 at most', async () => {
    for (const [open, close, inside] of [
      ['[', ']', ''],
      ['{"a":', '}', '1'],
      ['[{"b":', '}]', '1'],
    ] as const) {
      const step = open.length > 5 ? 2 : 1
      expect(await parse(nested(open, close, 64 / step, inside))).toBe('ok')
      expect(await parse(nested(open, close, 64 / step + 1, inside))).toBe('too_large')
    }
    // What was closed does not count: 64 levels, closed, and 64 again.
    expect(await parse(`[${nested('[', ']', 63)},${nested('[', ']', 63)}]`)).toBe('ok')
    expect(await parse(`[${nested('[', ']', 63)},${nested('[', ']', 64)}]`)).toBe('too_large')
  })

  it('is not that of texts', async () => {
    const text = JSON.stringify('[{'.repeat(200))
    expect(await parse(text)).toBe('ok')
    expect(await parse(JSON.stringify({ 'a"[': `\\"${'['.repeat(200)}`, b: ['\\', '[[['] }))).toBe('ok')
    expect(await parse(`["${'['.repeat(100)}\\"",${nested('[', ']', 64)}]`)).toBe('too_large')
  })
})

describe('inline fields', () => {
  const inline = (fields: string[], elementIds?: Record<string, string>) => ({
    fields,
    form: 'inline' as const,
    ...(elementIds ? { elementIds } : {}),
  })
  const seal = (document: unknown, policy: ReturnType<typeof inline>) => sealer.sealFields(document, policy, { context })

  it('are the outermost of those selected', async () => {
    const policy = inline(['/a', '/a/b'])
    const sealed = await seal({ a: { b: 1 } }, policy)
    expect(sealed.a).toMatch(/^wax1\./)
    expect(await sealer.openFields(sealed, policy, { context })).toEqual({ a: { b: 1 } })
  })

  it('are at most 4,096', async () => {
    const document = (count: number) => ({ a: Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, 1])) })
    expect(await outcome(() => seal(document(4097), inline(['/a/*'])))).toBe('too_large')
    expect(await outcome(() => seal(document(4096), inline(['/a/*'])))).toBe('ok')
  })

  it('lie below the arrays whose elements have ids, and no others', async () => {
    const policy = inline(['/x/*/v', '/y/*/v'], { '/x': 'id' })
    expect(await outcome(() => seal({ x: [{ id: 'a', v: 1 }] }, policy))).toBe('ok')
    expect(await outcome(() => seal({ y: [{ id: 'a', v: 1 }] }, policy))).toBe('config')
    expect(await outcome(() => seal({ x: [{ id: 'a', v: { id: 1 } }] }, inline(['/x/*/v/id'], { '/x': 'id' })))).toBe('ok')
  })

  it('lie below elements whose ids are their own members', async () => {
    const policy = inline(['/x/*/v'], { '/x': 'id' })
    for (const element of [null, 'text', [], Object.create({ id: 'inherited' })])
      expect(await outcome(() => seal({ x: [{ id: 'a', v: 1 }, element] }, policy))).not.toBe('ok')
    expect(await outcome(() => seal({ x: [{ id: 'a', v: 1 }, null] }, policy))).toBe('document_changed')
    const inherited = inline(['/x/*/v'], { '/x': 'constructor' })
    expect(await outcome(() => seal({ x: [{ v: 1 }] }, inherited))).toBe('document_changed')
  })

  it('are sealed in documents that are JSON', async () => {
    expect(await outcome(() => seal({ a: 1, b: undefined, c: 1n }, inline(['/a'])))).toBe('not_serialisable')
  })

  it('are put back below nothing but objects', async () => {
    const edit = editDocument({ a: null, b: 'text' })
    for (const tokens of [
      ['a', 'x'],
      ['b', '0'],
      ['c', 'x'],
    ])
      expect(await outcome(() => edit.replace(tokens, 1))).toBe('document_changed')
  })
})

it('objects of another realm are plain', async () => {
  const foreign = JSON.parse('{"a":1}')
  Object.setPrototypeOf(foreign, Object.create(null))
  expect(await sealer.open(await sealer.seal(foreign, { context }), { context })).toEqual({ a: 1 })
})
