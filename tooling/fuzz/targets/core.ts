import { backend as node } from '../../../packages/core/src/backend/node.ts'
import { backend as web } from '../../../packages/core/src/backend/web.ts'
import * as script from '../../../packages/core/src/backend/zlib-web.ts'
import { decodeEntries, encodeEntries } from '../../../packages/core/src/document/entries.ts'
import { escapeToken, parsePointer } from '../../../packages/core/src/document/pointer.ts'
import { compileSelector, select } from '../../../packages/core/src/document/selector.ts'
import { canonicalJson } from '../../../packages/core/src/format/canonical-json.ts'
import { parseStoredContext, storedContext } from '../../../packages/core/src/format/context.ts'
import { looksSealed, parseEnvelope, writeEnvelope } from '../../../packages/core/src/format/envelope.ts'
import { contentValue, decodeFrame, encodeFrame } from '../../../packages/core/src/format/frame.ts'
import { parseJson } from '../../../packages/core/src/format/json.ts'
import { decodeLeb128, encodeLeb128 } from '../../../packages/core/src/format/leb128.ts'
import { FORM } from '../../../packages/core/src/format/suites.ts'
import { decodePayload, deflate, encodePayload, fieldPolicy, gzip, parseKey, zstd } from '../../../packages/core/src/index.ts'
import { wrapContext } from '../../../packages/core/src/keys.ts'
import type { SealedDocument } from '../../../packages/core/src/sealer/sealer-types.ts'
import { expect, expectCleanPrototype, type Target } from '../target.ts'
import * as samples from './core-samples.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

/** JSON.parse of V8 13.6 (Node 24) takes a name that is one escaped character for a backslash, where a like object had that name. */
const misread = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, member]) => (name.length === 1 && JSON.stringify(name).length > 3) || misread(member))

const same = (a: Uint8Array | string, b: Uint8Array | string): boolean =>
  typeof a === 'string' || typeof b === 'string' ? a === b : Buffer.compare(a, b) === 0

const algorithms = [deflate, gzip, zstd]
const LIMIT = 1 << 20
const inflating = (name: 'deflate' | 'gzip' | 'zstd'): Target => ({
  name: `${name}, inflated`,
  samples: samples.compressed[name],
  run: (input: Uint8Array) => {
    const algorithm = algorithms.find((known) => known.name === name)!
    expect(algorithm.decompress(input, 360).length === 360, 'the output has the length that was asked for')
  },
})

const openDocument = (name: keyof typeof samples.documents): Target => {
  const policy = name === 'array' ? { fields: ['/0/card'] } : samples.policies[name]
  return {
    name: `document, ${name}`,
    samples: [samples.documents[name]],
    run: async (input: SealedDocument<unknown>) => {
      const before = JSON.stringify(input)
      try {
        await samples.sealer.openFields(input, policy, { context: samples.context })
      } finally {
        expect(JSON.stringify(input) === before, 'the caller’s document is as it was')
        expectCleanPrototype()
      }
    },
  }
}

export const targets: readonly Target[] = [
  {
    name: 'envelope, parsed',
    samples: samples.envelopes,
    run: (input: string | Uint8Array) => {
      const envelope = parseEnvelope(input, LIMIT)
      const [text, binary] = [writeEnvelope(envelope, 'string'), writeEnvelope(envelope, 'bytes')]
      expect(same(typeof input === 'string' ? text : binary, input), 'what was parsed is written as it was')
      expect(same(writeEnvelope(parseEnvelope(binary, LIMIT), 'string'), text), 'both forms are the same envelope')
      expect(looksSealed(input), 'an envelope looks sealed')
      samples.sealer.inspect(input)
    },
  },
  {
    name: 'envelope, opened',
    samples: samples.envelopes,
    fresh: true,
    run: (input: string | Uint8Array) => {
      const opener = parseEnvelope(input, LIMIT).locator.wrapped ? samples.wrapping : samples.sealer
      opener.openSync(input as string, { context: samples.context })
      const envelope = parseEnvelope(input, LIMIT)
      // Only the stored context may differ: it is not what the caller's context is checked against.
      const known = samples.envelopes.some((sample) => same(parseEnvelope(sample, LIMIT).body, envelope.body))
      expect(known, 'what opens was sealed')
    },
  },
  {
    name: 'stream',
    samples: samples.streams,
    fresh: true,
    run: async (input: Uint8Array) => {
      const source = new Blob([input as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array>
      for await (const _ of source.pipeThrough(samples.sealer.openStream({ context: samples.context })));
      expect(
        samples.streams.some((sample) => same(sample, input)),
        'a stream that ends was sealed',
      )
    },
  },
  {
    name: 'wrapped key',
    samples: [await samples.provider.wrapKey(new Uint8Array(32), wrapContext('envelope', 'two', 0), samples.call)],
    run: (input: Uint8Array) => samples.provider.unwrapKey(input, wrapContext('envelope', 'two', 0), samples.call),
  },
  {
    name: 'frame',
    samples: samples.frames,
    run: (input: Uint8Array) => {
      const { content, data } = decodeFrame(input, LIMIT, algorithms)
      expect(data.length <= LIMIT, 'content is within the limit')
      const value = contentValue({ content, data })
      if (content === 0) expect(same(value as Uint8Array, data), 'bytes are bytes')
    },
  },
  {
    name: 'frame, sealed',
    samples: samples.frames,
    run: (input: Uint8Array) => samples.sealer.openSync(samples.sealFrame(input, FORM.value), { context: samples.context }),
  },
  {
    name: 'bundle, decoded',
    samples: samples.bundles.map((bundle) => utf8(JSON.stringify(bundle))),
    run: (input: Uint8Array) => {
      const entries = decodeEntries(decodeFrame(new Uint8Array(Buffer.concat([Uint8Array.of(2), input])), LIMIT, []))
      const again = decodeEntries(decodeFrame(encodeFrame(2, encodeEntries(entries), { limit: LIMIT }), LIMIT, []))
      expect(JSON.stringify(again) === JSON.stringify(entries), 'a bundle is written as it was read')
    },
  },
  {
    name: 'bundle, restored',
    samples: samples.bundles,
    run: async (input: unknown) => {
      const frame = utf8(`\u0002${JSON.stringify(input) ?? ''}`)
      const { $wax: _, ...clear } = samples.documents.bundle as Record<string, unknown>
      const stored = Object.freeze({ ...clear, $wax: samples.sealFrame(frame, FORM.bundle) }) as SealedDocument<{
        list: unknown[]
      }>
      try {
        const opened = await samples.sealer.openFields(stored, { fields: [] }, { context: samples.context, details: true })
        if (!opened.restored.includes('/list')) expect(opened.value.list.length === 2, 'no array grows')
      } finally {
        expectCleanPrototype()
      }
    },
  },
  {
    name: 'inline field',
    // Text or JSON: the kind of content is in the lowest bits.
    samples: samples.frames.filter(([kind = 0]) => (kind & 7) !== 0),
    run: (input: Uint8Array) => {
      const card = samples.sealFrame(input, FORM.inline, [['$at', '/card']])
      return samples.sealer.openFields(
        { card } as SealedDocument<unknown>,
        { fields: ['/card'], form: 'inline' },
        { context: samples.context },
      )
    },
  },
  openDocument('bundle'),
  openDocument('groups'),
  openDocument('inline'),
  openDocument('array'),
  {
    name: 'document, sealed and opened',
    samples: samples.plainDocuments,
    run: async (input: unknown) => {
      if (misread(input)) return
      for (const [policyName, policy] of Object.entries(samples.policies)) {
        const stored = await samples.sealer.sealFields(input, policy, { context: samples.context })
        const opened = await samples.sealer.openFields(stored, policy, { context: samples.context })
        const [before, after] = [canonicalJson(input), canonicalJson(opened)]
        expect(
          before === after,
          `what was sealed comes back (${policyName}): ${before} became ${after}, stored ${JSON.stringify(stored)}`,
        )
      }
    },
  },
  {
    name: 'policy',
    samples: [...Object.values(samples.policies), { fields: ['/**/a', '/*'], preview: { '/a': 'end' }, pad: { block: 32 } }],
    run: (input: never) => fieldPolicy(input),
  },
  {
    name: 'pointer',
    samples: ['/a/0/~0~1', '/list/12/é', ''],
    run: (input: string) => {
      const tokens = parsePointer(input)
      expect(tokens.map((token) => `/${escapeToken(token)}`).join('') === input, 'a pointer is written as it was read')
    },
  },
  {
    name: 'selector',
    samples: ['/a/*/b', '/**/note', '/list/0', '/**/**/*'],
    run: (input: string) => select(samples.plainDocuments[0], compileSelector(input), (pointer) => parsePointer(pointer)),
  },
  {
    name: 'stored context',
    samples: [storedContext(samples.context), storedContext({ '': '', é: '\u{1F600}', __proto__: 'x' })],
    run: (input: Uint8Array) => expect(same(storedContext(parseStoredContext(input)), input), 'a stored context is canonical'),
  },
  {
    name: 'LEB128',
    samples: [0, 127, 128, 16384, 0xffffffff].map((value) => Uint8Array.from(encodeLeb128(value))),
    run: (input: Uint8Array) => {
      const { value, end } = decodeLeb128(input, 0)
      expect(same(Uint8Array.from(encodeLeb128(value)), input.slice(0, end)), 'LEB128 is minimal')
    },
  },
  {
    name: 'base64url',
    samples: ['', 'AA', 'AAA', 'AAAA', 'QUJDREVGR0g', '-_-_'],
    run: (input: string) => {
      const [a, b] = [node.fromBase64url(input), web.fromBase64url(input)]
      expect((a === undefined) === (b === undefined) && (!a || same(a, b!)), 'both backends read the same')
      if (a) expect(node.toBase64url(a) === input, 'base64url is canonical')
    },
  },
  {
    name: 'UTF-8',
    samples: [utf8('héllo \u{1F600}\uFEFF'), Uint8Array.of(0xed, 0xa0, 0x80), Uint8Array.of(0xf0, 0x90, 0x80, 0x80)],
    run: (input: Uint8Array) => expect(node.decodeText(input) === web.decodeText(input), 'both backends read the same'),
  },
  {
    name: 'JSON',
    samples: ['{"a":[1,"\\u00e9\\"[{",{"b":null}]}', '[[[[["]"]]]]]', '"\\\\"', '-1.5e300'],
    run: (input: string) => {
      const value = parseJson(utf8(input))
      if (misread(value)) return
      expect(JSON.stringify(parseJson(utf8(JSON.stringify(value)))) === JSON.stringify(value), 'JSON comes back')
    },
  },
  {
    name: 'payload protobuf',
    samples: [
      encodePayload({ metadata: { encoding: utf8('json/plain'), __proto__: utf8('x') }, data: utf8('{}') }),
      encodePayload({ data: new Uint8Array(200), externalPayloads: [{ sizeBytes: 2n ** 40n }] }),
    ],
    run: (input: Uint8Array) => {
      const encoded = encodePayload(decodePayload(input))
      expect(same(encodePayload(decodePayload(encoded)), encoded), 'what was read is written alike')
      expectCleanPrototype()
    },
  },
  inflating('deflate'),
  inflating('gzip'),
  inflating('zstd'),
  {
    name: 'deflate, both inflaters',
    samples: samples.compressed.deflate,
    run: (input: Uint8Array) => {
      const [a, b] = [
        (data: Uint8Array) => deflate.decompress(data, 360),
        (data: Uint8Array) => script.rawInflate(data, 360),
      ].map((inflate) => {
        try {
          return inflate(input)
        } catch {
          return undefined
        }
      })
      if (a || b?.length === 360) expect(a !== undefined && b !== undefined && same(a, b), 'both inflaters give the same')
      script.rawInflate(input, 360)
    },
  },
  {
    name: 'key text',
    samples: [
      Buffer.alloc(32, 7).toString('base64'),
      Buffer.alloc(32, 0xf7).toString('base64url'),
      Buffer.alloc(32, 7).toString('hex'),
    ],
    run: (input: string) => expect(parseKey(input).length === 32, 'a key is 32 bytes'),
  },
]
