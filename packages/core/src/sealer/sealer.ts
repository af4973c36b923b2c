import { openBundles, resealBundles, sealBundles, verifyBundles } from '../document/bundle.js'
import { checkGroups, type DocumentCall } from '../document/call.js'
import { holdsSealed, openInline, resealInline, sealInline, verifyInline } from '../document/inline.js'
import { type FieldPolicy, policyOf } from '../document/policy.js'
import { fail, WaxsealError } from '../errors.js'
import { type Flow, type MaybePromise, settle, settleSync, throwIfAborted } from '../flow.js'
import type { Context, StoredContext } from '../format/context.js'
import { describeEnvelope, parseEnvelope, writeEnvelope } from '../format/envelope.js'
import { isPlainObject } from '../format/json.js'
import { FORM } from '../format/suites.js'
import { assertOpen, isStored, keyCall, openFrame, type Place, type SealerCore, sealFrame, suiteOf } from './sealer-core.js'
import { createCore, type Injected } from './sealer-options.js'
import type { Sealer, SealerOptions, Settled } from './sealer-types.js'
import { openingStream, sealingStream } from './stream.js'
import { openValue, sealValue, type ValueCall, verified } from './value.js'

const cores = new WeakMap<Sealer, SealerCore>()

/** The inside of a sealer, for the other parts of this package. */
export const coreOf = (sealer: Sealer): SealerCore =>
  cores.get(sealer) ?? fail('config', 'a sealer made by createSealer of this package is needed')

/**
 * Makes a sealer. Safe at module scope: reads and draws nothing before its first use. `config` for options that do not fit,
 * `fips_unavailable` where the FIPS profile cannot be had.
 *
 * @example
 * const sealer = createSealer({ keys: envKeys() })
 * const sealed = await sealer.seal({ card: '4111…' }, { context: { app: 'billing', job: 'invoice' } })
 */
export const createSealer = (options: SealerOptions): Sealer => createSealerWith(options, {})

export function createSealerWith(options: SealerOptions, injected: Injected): Sealer {
  const core = createCore(options, injected)

  /** Every operation goes through here: refused once closed or aborted, begun at once, awaited where it must be. */
  function run<T>(flow: Flow<T>, signal?: AbortSignal): MaybePromise<T> {
    assertOpen(core)
    throwIfAborted(signal)
    return settle(flow, signal)
  }

  function runSync<T>(flow: Flow<T>, signal?: AbortSignal): T {
    assertOpen(core)
    throwIfAborted(signal)
    return settleSync(flow)
  }

  async function many<I extends { readonly signal?: AbortSignal | undefined }, T>(
    items: readonly I[],
    onError: string | undefined,
    flow: (item: I) => Flow<T>,
  ) {
    if (onError !== 'settle') return Promise.all(items.map(async (item) => run(flow(item), item.signal)))
    const results = await Promise.allSettled(items.map(async (item) => run(flow(item), item.signal)))
    for (const result of results) if (result.status === 'rejected' && !WaxsealError.is(result.reason)) throw result.reason
    return results as Settled<T>[]
  }

  const openOnly = function* (sealed: unknown, call: ValueCall, sync = false): Flow<unknown> {
    return (yield* openValue(core, sealed, call, sync)).value
  }

  const closeAll = async () => {
    core.state.closed = true
    await core.keyring.close()
  }

  const sealer = {
    seal: async (value: unknown, call: ValueCall) => run(sealValue(core, value, called(call), false), call.signal),
    open: async (sealed: unknown, call: ValueCall & { details?: true }) =>
      run<unknown>(called(call).details ? openValue(core, sealed, call, false) : openOnly(sealed, call), call.signal),
    sealSync: (value: unknown, call: ValueCall) => runSync(sealValue(core, value, called(call), true), call.signal),
    openSync: (sealed: unknown, call: ValueCall) => runSync(openOnly(sealed, called(call), true), call.signal),
    sealMany: (items: readonly (ValueCall & { value: unknown })[], call?: { onError?: string }) =>
      many(items, call?.onError, (item) => sealValue(core, item.value, item, false)),
    openMany: (items: readonly (ValueCall & { sealed: unknown })[], call?: { onError?: string }) =>
      many(items, call?.onError, (item) => openOnly(item.sealed, item)),
    async sealFields(document: unknown, fields: Parameters<typeof policyOf>[0], given: DocumentCall & { ifSealed?: 'verify' }) {
      const policy = policyOf(fields)
      const call = ownCall(given)
      checkGroups(call, policy)
      const inline = policy.form === 'inline'
      if (call.ifSealed === 'verify' && claimsSealed(document, policy)) {
        if (isStored(call.context)) fail('context_required', 'sealing needs the context itself')
        await run(verified((inline ? verifyInline : verifyBundles)(core, document, policy, call)), call.signal)
        return document
      }
      return run((inline ? sealInline : sealBundles)(core, document, policy, call), call.signal)
    },
    async openFields(document: unknown, fields: Parameters<typeof policyOf>[0], given: DocumentCall & { details?: true }) {
      const policy = policyOf(fields)
      const call = ownCall(given)
      checkGroups(call, policy)
      const opened = await run((policy.form === 'inline' ? openInline : openBundles)(core, document, policy, call), call.signal)
      if (!call.details) return opened.value
      const { value, restored, unopened, context } = opened
      return { value, restored, unopened, context }
    },
    async resealFields(document: unknown, fields: Parameters<typeof policyOf>[0], given: DocumentCall) {
      const policy = policyOf(fields)
      const call = ownCall(given)
      checkGroups(call, policy)
      return run((policy.form === 'inline' ? resealInline : resealBundles)(core, document, policy, call), call.signal)
    },
    sealStream: (call: Parameters<Sealer['sealStream']>[0]) => sealingStream(core, ownCall(call)),
    openStream: (call: Parameters<Sealer['openStream']>[0]) => openingStream(core, ownCall(call)),
    async warm({ scopes = [undefined], envelopes = [] }: Parameters<Sealer['warm']>[0] = {}) {
      if (core.sealing) for (const scope of scopes) await run(core.keyring.current(scope, keyCall(core)))
      for (const { sealed, scope } of envelopes) await run(core.keyring.resolve(parse(sealed).locator, scope, keyCall(core)))
    },
    inspect: (envelope: string | Uint8Array) => describeEnvelope(parse(envelope), envelope),
    needsReseal(envelope: string | Uint8Array, { scope }: { scope?: string } = {}) {
      const { locator, suite } = parse(envelope)
      const key = runSync(core.keyring.current(scope, keyCall(core)))
      const sameMode = (key.wrapped === undefined) === (locator.wrapped === undefined)
      if (key.kid !== locator.kid || key.version !== locator.version || !sameMode) return 'key'
      return suite === suiteOf(core, key) ? false : 'suite'
    },
    async reseal(envelope: string | Uint8Array, call: Parameters<Sealer['reseal']>[1]) {
      const { context, scope, signal, form = 'value' } = ownCall(call)
      if (form !== 'value' && form !== 'bundle') fail('config', "form is 'value' or 'bundle'")
      return run(resealFrame(core, envelope, { context, scope, signal, form: FORM[form] }), signal)
    },
    async rewrap(envelope: string | Uint8Array, { scope, signal }: { scope?: string; signal?: AbortSignal } = {}) {
      const parsed = parse(envelope)
      const locator = await run(core.keyring.rewrap(parsed.locator, scope, keyCall(core, signal)), signal)
      return writeEnvelope({ ...parsed, locator }, typeof envelope === 'string' ? 'string' : 'bytes')
    },
    close: closeAll,
    // A runtime without the symbol would get a member named undefined.
    ...(Symbol.asyncDispose ? { [Symbol.asyncDispose]: closeAll } : {}),
  }

  const parse = (envelope: unknown) => parseEnvelope(envelope, core.limits.maxEnvelopeBytes)
  const frozen = Object.freeze(sealer) as unknown as Sealer
  cores.set(frozen, core)
  return frozen
}

/** The options of a call: without them there is no context. */
const called = <T>(call: T): T =>
  typeof call === 'object' && call !== null ? call : fail('context_required', 'a call needs { context }')

/** The caller's options and context as they are now, for calls that wait more than once. */
function ownCall<T extends { readonly context: Context | StoredContext }>(call: T): T {
  const { context } = called(call)
  return { ...call, context: typeof context === 'object' && context !== null ? { ...context } : context }
}

/** Seals anew what an envelope opens to, in the same form. */
function* resealFrame(core: SealerCore, envelope: string | Uint8Array, place: Place): Flow<string | Uint8Array> {
  const opened = yield* openFrame(core, place, envelope)
  const as = typeof envelope === 'string' ? 'string' : 'bytes'
  return yield* sealFrame(core, { ...place, context: opened.context }, () => opened.frame, as, opened.stored)
}

/** Whether a document claims to be sealed, so that `ifSealed: 'verify'` has something to verify. */
const claimsSealed = (document: unknown, policy: FieldPolicy): boolean =>
  policy.form === 'inline' ? holdsSealed(document, policy) : isPlainObject(document) && Object.hasOwn(document, '$wax')
