// Seals through every surface that there is and opens through every way to open, so that contexts, key derivation and scopes
// never drift apart. A new surface, or a new way to open, is a row here.
import { expect, it } from 'vitest'
import { SEALED_ENCODING, sealingCodec } from '../src/codec/sealing-codec.ts'
import type { FieldPolicyOptions } from '../src/document/policy.ts'
import { parseEnvelope } from '../src/format/envelope.ts'
import { multi } from '../src/keys/multi-provider.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { Keys } from '../src/keys/types.ts'
import { createSealer } from '../src/sealer/sealer.ts'
import type { SealedDocument, Sealer, SealerOptions } from '../src/sealer/sealer-types.ts'
import {
  aesIsSync,
  bytes,
  collect,
  KEY,
  OTHER_KEY,
  outcome,
  SUITE_NAMES,
  shown,
  streamOf,
  toBytes,
  toText,
  utf8,
} from './fixtures.ts'

interface Call {
  readonly context: Record<string, string>
  readonly scope?: string | undefined
}
type Envelope = string | Uint8Array
type Row<I, O> = readonly [name: string, run: (sealer: Sealer, input: I, call: Call) => Promise<O> | O]

const data = bytes(20_000)
const sync = ({ suite }: { suite: string }) => aesIsSync || suite === 'chacha20-poly1305'
const member = (stored: unknown, name: string) => (stored as Record<string, string>)[name]!
const document = { id: 7, secret: { card: '4111' }, list: [{ no: 1, note: 'x' }] }
const policies: Record<string, FieldPolicyOptions> = {
  bundle: { fields: ['/secret', '/list/*/note'] },
  authenticated: { fields: ['/secret'], authenticate: 'all' },
  groups: { groups: { a: ['/secret'], b: ['/list/*/note'] } },
  inline: { fields: ['/secret', '/list/*/note'], form: 'inline', elementIds: { '/list': 'no' } },
}

/** Surfaces whose result is a bare envelope of a value of bytes. */
const sealing = (suite: string): Row<Uint8Array, Envelope>[] => [
  ['seal', (sealer, value, call) => sealer.seal(value, call)],
  ['seal, bytes', (sealer, value, call) => sealer.seal(value, { ...call, as: 'bytes' })],
  ['seal, context stored', (sealer, value, call) => sealer.seal(value, { ...call, storeContext: true })],
  ['sealMany', async (sealer, value, call) => (await sealer.sealMany([{ ...call, value }]))[0]!],
  ['sealStream', (sealer, value, call) => collect(streamOf(value).pipeThrough(sealer.sealStream(call)))],
  [
    'seal, ifSealed',
    async (sealer, value, call) =>
      sealer.seal(await sealer.seal(value, call), { ...call, ifSealed: 'verify' }) as Promise<string>,
  ],
  ['reseal', async (sealer, value, call) => sealer.reseal((await sealer.seal(value, call)) as string, call)],
  ['string to bytes', async (sealer, value, call) => toBytes(await sealer.seal(value, call))],
  ['bytes to string', async (sealer, value, call) => toText(await sealer.seal(value, { ...call, as: 'bytes' }))],
  ...(sync({ suite })
    ? ([['sealSync', (sealer, value, call) => sealer.sealSync(value, call)]] satisfies Row<Uint8Array, Envelope>[])
    : []),
]

const opening = (suite: string): Row<Envelope, unknown>[] => [
  ['open', (sealer, sealed, call) => sealer.open(sealed as string, call)],
  ['open, details', async (sealer, sealed, call) => (await sealer.open(sealed as string, { ...call, details: true })).value],
  ['openMany', async (sealer, sealed, call) => (await sealer.openMany([{ ...call, sealed: sealed as string }]))[0]],
  [
    'openMany, settled',
    async (sealer, sealed, call) => {
      const [result] = await sealer.openMany([{ ...call, sealed: sealed as string }], { onError: 'settle' })
      if (result!.status === 'rejected') throw result!.reason
      return result!.value
    },
  ],
  [
    'openStream',
    (sealer, sealed, call) =>
      collect(streamOf(typeof sealed === 'string' ? toBytes(sealed) : sealed).pipeThrough(sealer.openStream(call))),
  ],
  ['reseal, open', async (sealer, sealed, call) => sealer.open(await sealer.reseal(sealed as string, call), call)],
  ...(sync({ suite })
    ? ([
        [
          'openSync',
          async (sealer, sealed, call) => {
            await sealer.warm({ scopes: [], envelopes: [{ sealed, scope: call.scope }] })
            return sealer.openSync(sealed as string, call)
          },
        ],
      ] satisfies Row<Envelope, unknown>[])
    : []),
]

/** Surfaces of other forms: how each seals, the envelopes in what it stores, and every way to open it. */
const others: readonly {
  readonly name: string
  readonly seal: (sealer: Sealer, call: Call) => Promise<unknown>
  readonly envelopes: (stored: never) => Envelope[]
  readonly open: (sealer: Sealer, stored: never, call: Call) => Promise<unknown>
  readonly value: unknown
}[] = [
  ...Object.entries(policies).map(([name, policy]) => ({
    name,
    seal: (sealer: Sealer, call: Call) => sealer.sealFields(document, policy, call),
    envelopes: (stored: Record<string, unknown>) => {
      if (policy.form === 'inline') return [member(stored, 'secret'), member((stored.list as unknown[])[0], 'note')]
      return policy.groups ? [member(stored.$wax, 'a'), member(stored.$wax, 'b')] : [member(stored, '$wax')]
    },
    open: async (sealer: Sealer, stored: SealedDocument<unknown>, call: Call) => {
      const again = await sealer.resealFields(stored, policy, call)
      const kept = await sealer.sealFields(stored, policy, { ...call, ifSealed: 'verify' })
      expect(kept).toBe(stored)
      const [a, b] = await Promise.all(
        [again, stored].map((one) => sealer.openFields(one as SealedDocument<unknown>, policy, call)),
      )
      expect(a).toEqual(b)
      return b
    },
    value: document,
  })),
  {
    name: 'sealingCodec',
    seal: (sealer, call) => sealingCodec(sealer, call).encode([{ data }]),
    envelopes: ([stored]: [{ data: Uint8Array }]) => [stored.data],
    open: async (sealer, stored: never[], call) => shown((await sealingCodec(sealer, call).decode(stored))[0]!.data),
    value: shown(data),
  },
]

const root = (kid: string, key: Uint8Array) => staticKeys([{ kid, key }])
const scope = 'tenant:a'
const KEYS: Record<string, () => Keys> = {
  named: () => [root('k1', KEY), staticKeys([{ kid: 'tenant-a', key: OTHER_KEY, scope }])],
  'named, of a scope': () =>
    staticKeys([
      { kid: 'k1', key: KEY },
      { kid: 'tenant-a', key: OTHER_KEY, scope },
    ]),
  wrapped: () => rootKeyProvider({ id: 'root', keys: root('r1', KEY), suite: 'chacha20-poly1305' }),
  'wrapped by two': () =>
    multi({
      id: 'two',
      providers: ['east', 'west'].map((id, i) =>
        rootKeyProvider({ id, keys: root(id, bytes(32, i)), suite: 'chacha20-poly1305' }),
      ),
    }),
}

it.each(SUITE_NAMES.flatMap((suite) => Object.keys(KEYS).map((kind) => [suite, kind] as const)))(
  '%s, keys %s',
  async (suite, kind) => {
    // Each side has keys of its own making: nothing passes through a cache.
    const make = (options: Partial<SealerOptions> = {}) => createSealer({ keys: KEYS[kind]!(), suite, ...options })
    const [writer, reader] = [make(), make()]
    for (const call of [{ context: { app: 'a', job: 'b' } }, { context: { app: 'a', job: 'b' }, scope }]) {
      // The first of several sources seals, and has no scopes.
      if (kind === 'named' && call.scope) {
        expect(await outcome(() => writer.seal('x', call))).toBe('scope_unsupported')
        continue
      }
      const elsewhere = { ...call, context: { app: 'a', job: 'c' } }
      await writer.warm({ scopes: [call.scope] })
      for (const [sealed, seal] of sealing(suite)) {
        const envelope = await seal(writer, data, call)
        for (const [opened, open] of opening(suite)) {
          expect(shown(await open(reader, envelope, call)), `${sealed}, ${opened}`).toBe(shown(data))
          expect(await outcome(() => open(reader, envelope, elsewhere)), `${sealed}, ${opened}`).toBe('open_failed')
          expect(await outcome(() => open(reader, envelope, { ...call, scope: 'tenant:b' }))).not.toBe('ok')
        }
        // A value passes for nothing else.
        const text = typeof envelope === 'string' ? envelope : toText(envelope)
        for (const [name, policy] of Object.entries(policies)) {
          const planted =
            name === 'inline'
              ? { secret: text, list: [] }
              : { ...document, $wax: policy.groups ? { $id: 'A'.repeat(22), a: text, b: text } : text }
          expect(
            await outcome(() => reader.openFields(planted as SealedDocument<unknown>, policy, call)),
            `${sealed}, ${name}`,
          ).toBe('open_failed')
        }
        const payload = { metadata: { encoding: utf8(SEALED_ENCODING) }, data: toBytes(text) }
        expect(await outcome(() => sealingCodec(reader, call).decode([payload]))).toBe('malformed')
      }
      for (const { name, seal, envelopes, open, value } of others) {
        const stored = await seal(writer, call)
        expect(await open(reader, stored as never, call), name).toEqual(value)
        expect(await outcome(() => open(reader, stored as never, elsewhere)), name).not.toBe('ok')
        for (const envelope of envelopes(stored as never)) {
          expect(parseEnvelope(envelope, 1e6).suite.suite).toBe(suite)
          for (const [opened, run] of opening(suite))
            expect(await outcome(() => run(reader, envelope, call)), `${name}, ${opened}`).toBe(
              name === 'sealingCodec' ? 'malformed' : 'open_failed',
            )
        }
      }
      // A wrapped key under a new wrap opens the same ciphertext.
      if (kind.startsWith('wrapped')) {
        const envelope = await writer.seal(data, call)
        const again = await reader.rewrap(envelope, { scope: call.scope })
        expect(again).not.toBe(envelope)
        for (const [, open] of opening(suite)) expect(shown(await open(make(), again, call))).toBe(shown(data))
      }
    }
  },
)
