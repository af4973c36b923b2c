import { type Sealer, WaxsealError } from '@waxseal/core'
import { type KeyRef, keysOf, mayBeSame } from '../retirement/key-ref.js'
import { envelopesOf, type HeldEnvelope, withStrings } from './envelopes.js'
import type { ResealItem } from './target.js'

export type RenewalMode =
  /** Open and seal anew under the current key. */
  | 'reseal'
  /** Wrap the data key anew; the ciphertext stays. */
  | 'rewrap'

/** What the engine needs of a sealer. */
export type ResealSealer = Pick<Sealer, 'inspect' | 'needsReseal' | 'reseal' | 'resealFields' | 'rewrap' | 'warm'>

/** Thrown for what carries no wrapped key that could be wrapped anew. */
export class NotWrapped extends Error {}

/** Decides what is stale, and makes what takes its place. */
export function createRenewal(sealer: ResealSealer, mode: RenewalMode, from: readonly KeyRef[] | undefined) {
  /** Loads the current key of the scope where it is not at hand: only of scopes that are met. */
  async function needs({ envelope, scope }: HeldEnvelope): Promise<false | 'key' | 'suite'> {
    try {
      return sealer.needsReseal(envelope, { scope })
    } catch (error) {
      if (!WaxsealError.is(error) || error.code !== 'key_not_resident') throw error
      await sealer.warm({ scopes: [scope] })
      return sealer.needsReseal(envelope, { scope })
    }
  }

  async function isStale(held: HeldEnvelope): Promise<boolean> {
    if (!from) return mode === 'rewrap' ? (await needs(held)) === 'key' : (await needs(held)) !== false
    const named = keysOf(sealer, held.envelope).some((key) => from.some((old) => mayBeSame(key, old)))
    // A data key that is wrapped is another one each time; a named key is the same again.
    return named && (sealer.inspect(held.envelope).wrapped || (await needs(held)) !== false)
  }

  async function rewrapped(item: ResealItem, stale: readonly HeldEnvelope[], signal?: AbortSignal): Promise<unknown> {
    const anew = new Map<string, string>()
    for (const { envelope, scope } of stale) {
      if (!sealer.inspect(envelope).wrapped) throw new NotWrapped()
      const next = await sealer.rewrap(envelope, { scope, signal })
      if (!item.policy) return next
      anew.set(envelope as string, next as string)
    }
    const document = item.sealed as { readonly $wax?: unknown }
    if (item.policy?.form === 'inline') return withStrings(document, anew)
    return { ...document, $wax: withStrings(document.$wax, anew) }
  }

  /** The envelopes of an item that are to be made anew. */
  async function staleOf(item: ResealItem): Promise<readonly HeldEnvelope[]> {
    if (item.context === undefined) throw new WaxsealError('context_required', 'the context of this item is not known')
    const held = await envelopesOf(item, sealer.inspect)
    if (!held) throw new WaxsealError('plaintext_rejected', 'an envelope is expected here, and this is none')
    const stale: HeldEnvelope[] = []
    for (const each of held) if (await isStale(each)) stale.push(each)
    return stale
  }

  async function renewed(item: ResealItem, stale: readonly HeldEnvelope[], signal?: AbortSignal): Promise<unknown> {
    if (mode === 'rewrap') return rewrapped(item, stale, signal)
    const { sealed, scope, scopes, policy, form } = item
    const context = item.context!
    if (!policy) return sealer.reseal(sealed as string | Uint8Array, { context, scope, form, signal })
    const names = stale.map(({ group }) => group).filter((group) => group !== '')
    const groups = names.length > 0 ? names : undefined
    return sealer.resealFields(sealed as Record<string, unknown>, policy, { context, scope, scopes, groups, signal })
  }

  return {
    /** What is to be stored in the place of an item; undefined where it is current. Throws what makes it impossible to tell. */
    async nextOf(item: ResealItem, signal?: AbortSignal): Promise<unknown> {
      if (item.seal && mode === 'reseal' && !from) return item.seal()
      const stale = await staleOf(item)
      return stale.length > 0 ? renewed(item, stale, signal) : undefined
    },
  }
}

export type Renewal = ReturnType<typeof createRenewal>
