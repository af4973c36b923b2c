import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backend } from '#backend'
import { backend as web } from '../src/backend/web.ts'
import { decodeEntries, encodeEntries } from '../src/document/entries.ts'
import { escapeToken, parsePointer } from '../src/document/pointer.ts'
import type { FieldPolicyOptions } from '../src/document/policy.ts'
import { compareUtf8, utf8Decode, utf8Encode } from '../src/format/bytes.ts'
import { deflate, gzip } from '../src/format/compression.ts'
import { canonicalContext, parseStoredContext, storedContext } from '../src/format/context.ts'
import { decodeHeader, encodeHeader } from '../src/format/envelope.ts'
import { contentOf, contentValue, decodeFrame, encodeFrame } from '../src/format/frame.ts'
import { decodeLeb128, encodeLeb128 } from '../src/format/leb128.ts'
import type { Padding } from '../src/format/padding.ts'
import { SUITES } from '../src/format/suites.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { SealedDocument } from '../src/sealer/sealer-types.ts'
import { deepFreeze, keys, misreadable, outcome, SUITE_NAMES, tenantKeys, toBytes, toText } from './fixtures.ts'

const NUM_RUNS = 200
const forAll = async <T>(values: fc.Arbitrary<T>, check: (value: T) => unknown, numRuns = NUM_RUNS) =>
  fc.assert(
    fc.asyncProperty(values, async (value) => {
      await check(value)
    }),
    { numRuns },
  )

// Any well-formed string, names like __proto__ and $wax among them.
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '$wax', '$doc', 'wax1.x', '~0/', '[s:a]', ''),
)
const memberName = text.filter((name) => !misreadable({ [name]: 0 }))
const data = fc.uint8Array({ maxLength: 200 })
const json = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(text, fc.boolean(), fc.constant(null), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(memberName, tie('json'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).json
const context = fc.dictionary(
  text.filter((name) => !name.startsWith('$')),
  text,
  { minKeys: 1, maxKeys: 6, noNullPrototype: true },
)
const pad = fc.oneof(
  fc.constantFrom<Padding[]>('none', 'padme'),
  fc.record({ block: fc.integer({ min: 1, max: 300 }) }),
) as fc.Arbitrary<Padding>
const suite = fc.constantFrom(...SUITE_NAMES)
/** What JSON makes of a value: -0 is 0. */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))

const sealers = Object.fromEntries(
  SUITE_NAMES.map((name) => [
    name,
    createSealer({ keys: tenantKeys, suite: name, compress: { algorithms: [deflate, gzip], minBytes: 100 } }),
  ]),
) as Record<(typeof SUITE_NAMES)[number], ReturnType<typeof createSealer>>

describe('round trips', () => {
  it('arbitrary values under arbitrary contexts', () =>
    forAll(
      fc.record({
        value: fc.oneof(json, text, data),
        context,
        suite,
        pad: fc.option(pad, { nil: undefined }),
        storeContext: fc.boolean(),
        scope: fc.constantFrom(undefined, 'a', 'b'),
        as: fc.constantFrom('string', 'bytes'),
      }),
      async ({ value, suite: name, ...call }) => {
        const sealed = await sealers[name].seal(value, call as typeof call & { as: 'string' })
        const opened = await sealers[name].open(sealed, { context: call.context, scope: call.scope })
        expect(opened).toEqual(value instanceof Uint8Array ? value : asJson(value))
        const other = call.as === 'string' ? toBytes(sealed) : toText(sealed as unknown as Uint8Array)
        expect(await sealers[name].open(other as string, { context: call.context, scope: call.scope })).toEqual(opened)
        if (call.storeContext) expect(sealers[name].inspect(sealed).context).toEqual(call.context)
      },
    ))

  it('no other context opens', () =>
    forAll(fc.tuple(context, context), async ([mine, theirs]) => {
      const same = Buffer.compare(canonicalContext(mine), canonicalContext(theirs)) === 0
      const sealed = await sealers['chacha20-poly1305'].seal('x', { context: mine })
      expect(await outcome(() => sealers['chacha20-poly1305'].open(sealed, { context: theirs }))).toBe(
        same ? 'ok' : 'open_failed',
      )
    }))

  it('any flipped bit, truncation or inserted byte is refused', () =>
    forAll(
      fc.record({
        value: fc.oneof(json, text, data),
        suite,
        at: fc.nat(),
        bit: fc.nat(7),
        as: fc.constantFrom('flip', 'cut', 'insert'),
      }),
      async ({ value, suite: name, at, bit, as }) => {
        const sealed = await sealers[name].seal(value, { context: { a: 'b' }, as: 'bytes' })
        const i = at % sealed.length
        const changed =
          as === 'flip'
            ? sealed.map((byte, j) => (j === i ? byte ^ (1 << bit) : byte))
            : as === 'cut'
              ? sealed.subarray(0, i)
              : Uint8Array.of(...sealed.subarray(0, i), bit, ...sealed.subarray(i))
        const code = await outcome(() => sealers[name].open(changed, { context: { a: 'b' } }))
        // A byte may be inserted beside its like, but never without a trace.
        expect(code).not.toBe('ok')
      },
    ))

  it('arbitrary documents under arbitrary policies', () => {
    // Selectors made of names that occur, so that they select something.
    const name = fc.constantFrom('a', 'b', 'c/d', '0', '1', '$doc', '')
    const value = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        json,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(name, tie('node'), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).node
    const selector = fc
      .array(fc.oneof(name.map(escapeToken), fc.constantFrom('*', '**')), { minLength: 1, maxLength: 3 })
      .map((tokens) => `/${tokens.join('/')}`)
    const fields = fc.array(selector, { maxLength: 3 })
    const options = { authenticate: fc.constantFrom(undefined, 'all' as const, ['/a', '/b/0']), pad, placeholder: text }
    const policy: fc.Arbitrary<FieldPolicyOptions> = fc.oneof(
      fc.record({ fields, ...options }),
      fc.record({ groups: fc.dictionary(fc.constantFrom('pii', 'pci', 'x-1'), fields, { minKeys: 1 }), ...options }),
      fc.record({ fields, form: fc.constant('inline' as const), pad }),
    )
    let sealedSome = 0
    return forAll(
      fc.record({ document: value, policy, suite }),
      async ({ document, policy: fieldPolicy, suite: sealing }) => {
        const call = { context: { app: 'x' } }
        const before = JSON.stringify(document)
        let stored: SealedDocument<unknown>
        try {
          stored = await sealers[sealing].sealFields(deepFreeze(document), fieldPolicy, call)
        } catch (error) {
          // Overlapping groups, arrays without ids, members that may not be there.
          expect(['config', 'already_sealed', 'not_serialisable', 'document_changed', 'too_large']).toContain(
            (error as { code: string }).code,
          )
          return
        }
        expect(JSON.stringify(document)).toBe(before)
        // The stored document goes through JSON, as every store takes it.
        const back = asJson(stored)
        const opened = await sealers[sealing].openFields(back as SealedDocument<unknown>, fieldPolicy, { ...call, details: true })
        expect(opened.value).toEqual(asJson(document))
        if (opened.restored.length > 0) sealedSome++
        expect(
          await outcome(() =>
            sealers[sealing].openFields(back as SealedDocument<unknown>, fieldPolicy, { context: { app: 'y' } }),
          ),
        ).toBe(fieldPolicy.form === 'inline' && opened.restored.length === 0 ? 'ok' : 'open_failed')
      },
      300,
    ).then(() => expect(sealedSome).toBeGreaterThan(15))
  })
})

describe('decoding undoes encoding, and nothing else decodes', () => {
  it('LEB128', () =>
    forAll(fc.tuple(fc.nat(0xffffffff), data), ([value, tail]) => {
      const encoded = Uint8Array.of(...encodeLeb128(value), ...tail)
      expect(decodeLeb128(encoded, 0)).toEqual({ value, end: encodeLeb128(value).length })
    }))

  it('LEB128 of arbitrary bytes is minimal or refused', () =>
    forAll(fc.uint8Array({ maxLength: 7 }), async (bytes) => {
      if ((await outcome(() => decodeLeb128(bytes, 0))) !== 'ok') return
      const { value, end } = decodeLeb128(bytes, 0)
      expect(encodeLeb128(value)).toEqual([...bytes.subarray(0, end)])
    }))

  it('base64url', () =>
    forAll(data, (bytes) => {
      const encoded = backend.toBase64url(bytes)
      expect(encoded).toBe(web.toBase64url(bytes))
      expect(new Uint8Array(backend.fromBase64url(encoded)!)).toEqual(bytes)
    }))

  it('base64url of arbitrary text is canonical or refused, by both backends alike', () => {
    const characters = fc.constantFrom(...'ABYZabyz0189-_+/=. \n\u00e9\u{1F600}')
    const almost = fc.oneof(
      fc.string({ unit: characters, maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...'AQgwBCD-_048'), maxLength: 12 }),
      text,
    )
    return forAll(
      almost,
      (encoded) => {
        const [a, b] = [backend.fromBase64url(encoded), web.fromBase64url(encoded)]
        expect(a && [...a]).toEqual(b && [...b])
        if (a) expect(backend.toBase64url(a)).toBe(encoded)
      },
      2000,
    )
  })

  it('contexts', () =>
    forAll(context, async (pairs) => {
      const encoded = storedContext(pairs)
      expect(parseStoredContext(encoded)).toEqual(pairs)
      expect(canonicalContext(Object.fromEntries(Object.entries(pairs).reverse()))).toEqual(encoded)
    }))

  it('stored contexts of arbitrary bytes are canonical or refused', () =>
    forAll(fc.tuple(context, fc.nat(), fc.nat(255)), async ([pairs, at, byte]) => {
      const changed = storedContext(pairs).slice()
      changed[at % changed.length] = byte
      if ((await outcome(() => parseStoredContext(changed))) !== 'ok') return
      expect(storedContext(parseStoredContext(changed))).toEqual(changed)
    }))

  it('headers', () => {
    const locator = fc.record({
      kid: fc.stringMatching(/^[a-z0-9-]{1,64}$/),
      version: fc.nat(0xffffffff),
      wrapped: fc.option(fc.uint8Array({ minLength: 1 }), { nil: undefined }),
    })
    return forAll(
      fc.record({
        suite: fc.constantFrom(...SUITES),
        locator,
        stored: fc.option(context.map(storedContext), { nil: undefined }),
      }),
      (header) => {
        const encoded = encodeHeader(header)
        const context = header.stored && parseStoredContext(header.stored)
        expect(decodeHeader(encoded)).toEqual({ ...header, context, end: encoded.length })
      },
    )
  })

  it('frames', () =>
    forAll(
      fc.record({
        value: fc.oneof(json, text, data),
        pad: fc.option(pad, { nil: undefined }),
        compress: fc.constantFrom(undefined, deflate, gzip),
      }),
      ({ value, pad: padding, compress }) => {
        const { content, data: encoded } = contentOf(value)
        const frame = encodeFrame(content, encoded, {
          limit: 1e6,
          pad: padding,
          compress: compress && { algorithm: compress, minBytes: 1 },
        })
        expect(contentValue(decodeFrame(frame, 1e6, [deflate, gzip]))).toEqual(
          value instanceof Uint8Array ? value : asJson(value),
        )
      },
    ))

  it('pointers', () =>
    forAll(fc.array(text), (tokens) => {
      const pointer = tokens.map((token) => `/${escapeToken(token)}`).join('')
      expect(parsePointer(pointer)).toEqual(tokens)
    }))

  it('bundles', () =>
    forAll(fc.uniqueArray(fc.tuple(text, json), { selector: ([name]) => name, maxLength: 8 }), (members) => {
      const entries = members
        .filter(([name]) => name !== '$wax')
        .map(([name, value]) => ({ pointer: `/${escapeToken(name)}`, tokens: [name], value: asJson(value) }))
        .sort((a, b) => compareUtf8(a.pointer, b.pointer))
      const frame = encodeFrame(2, encodeEntries(entries), { limit: 1e6 })
      expect(decodeEntries(decodeFrame(frame, 1e6, []))).toEqual(entries)
    }))

  it('UTF-8, whose order is that of its bytes', () =>
    forAll(fc.tuple(text, text), ([a, b]) => {
      expect(utf8Decode(utf8Encode(a))).toBe(a)
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(utf8Encode(a), utf8Encode(b)))
    }))
})

it('arbitrary input is refused by a WaxsealError and opens nothing', () => {
  const sealer = createSealer({ keys })
  const forged = fc.oneof(
    text,
    data,
    data.map((bytes) => Uint8Array.of(0xc1, 1, 1, 0, 2, 0x6b, 0x31, 1, ...bytes)),
    text.map((tail) => `wax1.c256.k1~1.${tail}`),
    json,
  )
  return forAll(forged, async (input) => {
    for (const run of [
      () => sealer.inspect(input as string),
      () => sealer.open(input as string, { context: { a: 'b' } }),
      () => sealer.openFields(input as SealedDocument<unknown>, { fields: [] }, { context: { a: 'b' } }),
      () => sealer.openFields({ $wax: input } as SealedDocument<unknown>, { fields: [] }, { context: { a: 'b' } }),
      () => sealer.openFields({ $wax: input } as SealedDocument<unknown>, { groups: { a: [] } }, { context: { a: 'b' } }),
    ])
      expect(await outcome(run)).not.toBe('ok')
  })
})
