import { fail } from '../errors.js'
import type { Flow } from '../flow.js'
import type { Compression } from '../format/compression.js'
import { acceptStored, type Context, canonicalContext, type StoredContext, storedContext } from '../format/context.js'
import { openEnvelope, sealEnvelope } from '../format/engine.js'
import { looksSealed, parseEnvelope } from '../format/envelope.js'
import { type Form, type Suite, type SuiteRow, suiteByName } from '../format/suites.js'
import { checkScope, type DataKey, keyMaterial } from '../keys/data-key.js'
import { isTombstone, type Keyring } from '../keys/keyring.js'
import type { KeyCall } from '../keys/types.js'
import type { Clock, RandomBytes } from '../random.js'
import { type EventDraft, observed, type SealerEvent } from './events.js'
import type { LegacyReader } from './legacy.js'

export interface SealerLimits {
  /** Largest envelope in bytes of its binary form, checked before anything is parsed. Default 32 MiB. */
  readonly maxEnvelopeBytes: number
  /** Largest plaintext of a value, inflated, in bytes. Default 16 MiB. */
  readonly maxPayloadBytes: number
  /** Largest plaintext of a bundle or inline field in bytes. Default 256 KiB. */
  readonly maxFieldBytes: number
  /** Distinct key locators that a remote source did not know, per minute and scope. Default 1000. */
  readonly unknownLocatorsPerMinute: number
}

/** What every operation of one sealer shares. */
export interface SealerCore {
  readonly keyring: Keyring
  readonly random: RandomBytes
  readonly now: Clock
  readonly suite: SuiteRow
  readonly acceptSuites: readonly Suite[]
  readonly limits: SealerLimits
  readonly algorithms: readonly Compression[]
  /** Payloads from this many bytes on are compressed by the first algorithm; undefined: none are. */
  readonly compressFrom: number | undefined
  readonly sealing: boolean
  readonly state: { closed: boolean }
  readonly onShredded: OnShredded
  readonly onEvent: ((event: SealerEvent) => void) | undefined
  /** Of other systems' layouts, in the order in which they are asked. */
  readonly legacy: readonly LegacyReader[]
}

/** What opening a value gives whose key was destroyed: an error (default), null or a value of the caller's. */
export type OnShredded = 'throw' | 'null' | { readonly value: unknown }

/** Context, scope and the pairs that this call adds by itself. */
export interface Place {
  readonly context: Context | StoredContext
  readonly scope?: string | undefined
  readonly added?: readonly (readonly [string, string])[] | undefined
  readonly form: Form
  readonly sync?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** Tells the request for a stored context from a context that has a pair of that name. */
export const isStored = (context: Context | StoredContext): context is StoredContext => {
  const stored = (context as Partial<StoredContext> | null)?.stored
  return stored === 'any' ? Object.keys(context).length === 1 : typeof stored === 'object' && stored !== null
}

export const assertOpen = ({ state }: SealerCore): void => {
  if (state.closed) fail('closed', 'the sealer is closed')
}

export const keyCall = (core: SealerCore, signal?: AbortSignal, bytes?: number): KeyCall => ({
  now: core.now,
  acceptSuites: core.acceptSuites,
  signal,
  bytes,
})

/** The suite that a key seals with: its own, where it is for one alone. */
export function suiteOf(core: SealerCore, { suite }: DataKey): SuiteRow {
  const row = suite === undefined ? core.suite : suiteByName(suite)!
  if (!core.acceptSuites.includes(row.suite)) fail('unsupported_suite', `the key is for ${row.suite}, which is not accepted here`)
  return row
}

/** A key that is for one suite opens nothing of another. */
export function checkSuite(key: DataKey, { suite }: SuiteRow): void {
  if (key.suite !== undefined && key.suite !== suite) fail('unsupported_suite', `the key is not for ${suite}`)
}

const NONE: NonNullable<Place['added']> = []

function addedPairs({ scope, added = NONE }: Place) {
  checkScope(scope)
  return scope === undefined ? added : [...added, ['$scope', scope] as const]
}

/** Seals one frame under the current key of the scope. The frame is made before anything is waited for, and erased. */
export const sealFrame = (
  core: SealerCore,
  place: Place,
  makeFrame: () => Uint8Array,
  as: 'string' | 'bytes',
  store: boolean,
): Flow<string | Uint8Array> =>
  observed(core, 'seal', place.form, (event) => sealObserved(core, place, makeFrame, as, store, event))

// Functions of the module: a generator function made by the call would cost a hidden class, which only a full collection frees,
// a quarter of what sealing a small value costs.
function* sealObserved(
  core: SealerCore,
  place: Place,
  makeFrame: () => Uint8Array,
  as: 'string' | 'bytes',
  store: boolean,
  event: EventDraft,
): Flow<string | Uint8Array> {
  assertOpen(core)
  if (!core.sealing) fail('sealing_disabled', 'this sealer is open-only')
  if (isStored(place.context)) return fail('context_required', 'sealing needs the context itself')
  const canonical = canonicalContext(place.context, addedPairs(place))
  const stored = store ? storedContext(place.context) : undefined
  const frame = makeFrame()
  event.bytes = frame.length
  let key: DataKey
  let suite: SuiteRow
  try {
    key = yield* core.keyring.current(place.scope, keyCall(core, place.signal, frame.length))
    suite = suiteOf(core, key)
  } catch (error) {
    frame.fill(0)
    throw error
  }
  const header = { suite, locator: { kid: key.kid, version: key.version, wrapped: key.wrapped }, stored }
  event.header = header
  return yield* sealEnvelope(
    header,
    { prk: keyMaterial(key).enc, form: place.form, canonical, sync: place.sync },
    frame,
    core.random,
    as,
  )
}

/** What an opened envelope tells: its frame, and the context that was used. */
export interface OpenedFrame {
  readonly frame: Uint8Array
  readonly context: Context
  /** Whether the envelope stores its context. */
  readonly stored: boolean
}

/** Opens one envelope to its frame: parse all, look the key up once, derive, compare, decrypt. */
export const openFrame = (core: SealerCore, place: Place, input: unknown): Flow<OpenedFrame> =>
  observed(core, 'open', place.form, (event) => openObserved(core, place, input, event))

function* openObserved(core: SealerCore, place: Place, input: unknown, event: EventDraft): Flow<OpenedFrame> {
  assertOpen(core)
  if (!looksSealed(input)) fail('plaintext_rejected', 'an envelope is expected here, and this is none')
  const envelope = parseEnvelope(input, core.limits.maxEnvelopeBytes)
  if (!core.acceptSuites.includes(envelope.suite.suite)) fail('unsupported_suite', `${envelope.suite.suite} is not accepted here`)
  const context = isStored(place.context) ? acceptStored(envelope.context, place.context) : place.context
  const canonical = canonicalContext(context, addedPairs(place))
  const key = yield* core.keyring.resolve(envelope.locator, place.scope, keyCall(core, place.signal))
  checkSuite(key, envelope.suite)
  event.header = envelope
  event.bytes = envelope.body.length
  const frame = yield* openEnvelope(envelope, { prk: keyMaterial(key).enc, form: place.form, canonical, sync: place.sync })
  return { frame, context, stored: envelope.stored !== undefined }
}

export const SHREDDED: unique symbol = Symbol('shredded')

/** Runs a flow that opens; SHREDDED where its key was destroyed and the sealer has a value for that. */
export function* unlessShredded<T>(core: SealerCore, flow: Flow<T>): Flow<T | typeof SHREDDED> {
  try {
    return yield* flow
  } catch (error) {
    if (core.onShredded !== 'throw' && isTombstone(error)) return SHREDDED
    throw error
  }
}

export const shreddedValue = ({ onShredded }: SealerCore): unknown => (typeof onShredded === 'object' ? onShredded.value : null)
