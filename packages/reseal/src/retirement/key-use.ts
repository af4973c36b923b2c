import { WaxsealError } from '@waxseal/core'
import { inlineEnvelopes, isObject, looksSealed, sealedStrings } from '../engine/envelopes.js'
import type { ResealSealer } from '../engine/renewal.js'
import type { Cursor, Page, PageRequest, ResealItem, ResealTarget } from '../engine/target.js'
import { type KeyRef, keysOf, mayBeSame } from './key-ref.js'

/** How much of a target needs a key. */
export interface KeyUse {
  readonly target: string
  /** Items that name the key. */
  readonly needed: number
  /** Items that claim to be sealed and cannot be read: they may need it. */
  readonly unreadable: number
  /** Whether the target holds more than it can show. */
  readonly partial: boolean
  /** Ids of the first few items that count. */
  readonly ids: readonly string[]
}

type Need = 'needed' | 'unreadable' | 'none'

/** A string form that is stored as bytes, as text. */
function textIn(sealed: unknown): unknown {
  if (!(sealed instanceof Uint8Array) || String.fromCharCode(...sealed.subarray(0, 3)) !== 'wax') return sealed
  return new TextDecoder().decode(sealed)
}

async function needOf(sealer: Pick<ResealSealer, 'inspect'>, item: ResealItem, key: KeyRef): Promise<Need> {
  const { sealed, policy } = item
  const needOfEnvelope = (envelope: string | Uint8Array): Need => {
    try {
      return keysOf(sealer, envelope).some((named) => mayBeSame(named, key)) ? 'needed' : 'none'
    } catch (error) {
      if (WaxsealError.is(error)) return 'unreadable'
      throw error
    }
  }
  if (!isObject(sealed)) {
    // A document that is no document cannot be judged.
    if (policy) return 'unreadable'
    if (sealed === null) return 'none'
    // Neither text nor bytes: the target shows something else than what it holds.
    if (typeof sealed !== 'string' && !(sealed instanceof Uint8Array)) return 'unreadable'
    const text = textIn(sealed)
    return looksSealed(text) ? needOfEnvelope(text) : 'none'
  }
  // Clear members may hold envelopes too. What looks like one there and is none, anybody may have written: it needs no key.
  if (sealedStrings(sealed).some((text) => needOfEnvelope(text) === 'needed')) return 'needed'
  if (policy?.form !== 'inline')
    return sealedStrings(sealed.$wax).some((text) => needOfEnvelope(text) === 'unreadable') ? 'unreadable' : 'none'
  return inlineEnvelopes(item, sealer.inspect).then(
    () => 'none',
    () => 'unreadable',
  )
}

/** Looks at all of a target that may need the key, and counts by parsing. */
export async function keyUseOf(
  sealer: Pick<ResealSealer, 'inspect'>,
  target: ResealTarget,
  key: KeyRef,
  read: (request: PageRequest) => Promise<Page<ResealItem>>,
  options: { readonly pageSize: number; readonly sampleIds: number },
): Promise<KeyUse> {
  let [needed, unreadable] = [0, 0]
  const ids: string[] = []
  let after: Cursor | null = null
  do {
    const page: Page<ResealItem> = await read({
      after,
      until: null,
      limit: options.pageSize,
      narrow: { on: [key], unknown: true },
    })
    for (const item of page.items) {
      const need = await needOf(sealer, item, key)
      if (need === 'none') continue
      if (need === 'needed') needed++
      else unreadable++
      if (ids.length < options.sampleIds) ids.push(item.id)
    }
    after = page.next
  } while (after !== null)
  return { target: target.name, needed, unreadable, partial: target.partial ?? false, ids }
}
