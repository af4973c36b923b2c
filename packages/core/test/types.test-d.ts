// Checked by the compiler, never run.
import { expectTypeOf } from 'vitest'
import type {
  KeySource,
  OpenedDocument,
  OpenedValue,
  Sealed,
  SealedBytes,
  SealedDocument,
  Sealer,
  Settled,
} from '../src/index.ts'
import { createSealer, fieldPolicy, staticKeys, WaxsealError, type WaxsealErrorCode } from '../src/index.ts'
import { multi, rootKeyProvider } from '../src/keys.ts'

interface Card {
  readonly number: string
  readonly month: number
}

declare const card: Card
declare const keys: KeySource
const context = { app: 'billing', job: 'invoice' }
const sealer = createSealer({ keys })

// What was sealed as T opens as T.
const text = await sealer.seal(card, { context })
const binary = await sealer.seal(card, { context, as: 'bytes' })
expectTypeOf(text).toEqualTypeOf<Sealed<Card>>()
expectTypeOf(binary).toEqualTypeOf<SealedBytes<Card>>()
expectTypeOf(await sealer.open(text, { context })).toEqualTypeOf<Card>()
expectTypeOf(await sealer.open(binary, { context })).toEqualTypeOf<Card>()
expectTypeOf(sealer.openSync(sealer.sealSync(card, { context }), { context })).toEqualTypeOf<Card>()
expectTypeOf(sealer.sealSync(card, { context, as: 'bytes' })).toEqualTypeOf<SealedBytes<Card>>()
expectTypeOf(await sealer.open(text, { context, details: true })).toEqualTypeOf<OpenedValue<Card>>()
expectTypeOf(await sealer.reseal(text, { context })).toEqualTypeOf<Sealed<Card>>()
expectTypeOf(await sealer.rewrap(binary)).toEqualTypeOf<SealedBytes<Card>>()
// A sealed value is a string or bytes wherever one is stored.
expectTypeOf(text).toExtend<string>()
expectTypeOf(binary).toExtend<Uint8Array>()
// What was read from a store is named by its reader.
expectTypeOf(await sealer.open<Card>('wax1.…', { context })).toEqualTypeOf<Card>()

// Batches.
expectTypeOf(await sealer.sealMany([{ value: card, context }])).toEqualTypeOf<Sealed<Card>[]>()
expectTypeOf(await sealer.sealMany([{ value: card, context }], { onError: 'settle' })).toEqualTypeOf<Settled<Sealed<Card>>[]>()
expectTypeOf(await sealer.openMany([{ sealed: text, context }])).toEqualTypeOf<Card[]>()
expectTypeOf(await sealer.openMany([{ sealed: text, context }], { onError: 'settle' })).toEqualTypeOf<Settled<Card>[]>()

// Documents.
const policy = fieldPolicy({ fields: ['/number'] })
const stored = await sealer.sealFields(card, policy, { context })
expectTypeOf(stored).toEqualTypeOf<SealedDocument<Card>>()
expectTypeOf(await sealer.openFields(stored, policy, { context })).toEqualTypeOf<Card>()
expectTypeOf(await sealer.openFields(stored, policy, { context, details: true })).toEqualTypeOf<OpenedDocument<Card>>()
expectTypeOf(await sealer.resealFields(stored, policy, { context })).toEqualTypeOf<SealedDocument<Card>>()

// Streams.
expectTypeOf(sealer.sealStream({ context })).toEqualTypeOf<TransformStream<Uint8Array, Uint8Array>>()

// The context is required wherever something is bound to its place.
// @ts-expect-error: no options
sealer.seal(card)
// @ts-expect-error: no context
sealer.seal(card, {})
// @ts-expect-error: no context
sealer.open(text, {})
// @ts-expect-error: no context
sealer.sealSync(card, { scope: 'a' })
// @ts-expect-error: no context
sealer.openSync(text, {})
// @ts-expect-error: no context
sealer.sealMany([{ value: card }])
// @ts-expect-error: no context
sealer.openMany([{ sealed: text }])
// @ts-expect-error: no context
sealer.sealFields(card, policy, {})
// @ts-expect-error: no context
sealer.openFields(stored, policy, {})
// @ts-expect-error: no context
sealer.sealStream({})
// @ts-expect-error: no context
sealer.openStream({})
// @ts-expect-error: no context
sealer.reseal(text, {})

// Values of a context are strings, and the stored one serves to open alone.
// @ts-expect-error: a number
sealer.seal(card, { context: { id: 1 } })
// @ts-expect-error: undefined
sealer.seal(card, { context: { id: undefined } })
sealer.seal(card, { context: 'none' })
sealer.open(text, { context: { stored: { app: 'billing' } } })
sealer.open(text, { context: { stored: 'any' } })
// @ts-expect-error: sealing needs the context itself
sealer.sealStream({ context: { stored: {} } })

// Options are closed.
// @ts-expect-error: no keys
createSealer({})
// @ts-expect-error: another suite
createSealer({ keys, suite: 'aes-128-gcm' })
// @ts-expect-error: a window stands on a call, a field or a queue, never on a sealer
createSealer({ keys, plaintext: { allowUntil: new Date() } })
// @ts-expect-error: a source, not a provider
rootKeyProvider({ id: 'root', keys: multi({ id: 'm', providers: [] }) })
// @ts-expect-error: a state
staticKeys([{ kid: 'k1', state: 'retired' }])

const error: unknown = undefined
if (WaxsealError.is(error)) expectTypeOf(error.code).toEqualTypeOf<WaxsealErrorCode>()
expectTypeOf<Sealer[typeof Symbol.asyncDispose]>().toEqualTypeOf<() => Promise<void>>()
