import { compareUtf8 } from '../bytes.js'
import { fail } from '../errors.js'
import { type Flow, wait } from '../flow.js'
import { covers, valueAt } from '../pointer.js'
import type { FieldPolicy } from '../policy.js'
import type { Preview } from '../preview.js'
import { select } from '../selector.js'
import { checkDisjoint, type Entry, MAX_POINTERS } from './entries.js'

/** What a policy selects in a document, by group in the policy's order: outermost members only, ascending; no two groups overlap. */
export function* selectEntries(document: unknown, policy: FieldPolicy, prefix: string): Flow<Entry[][]> {
  // First what must be waited for, so that nothing can change between selecting and replacing.
  const detected = yield* detect(document, policy, prefix)
  const found = policy.groups.map(({ selectors }) => {
    const entries = new Map<string, unknown>()
    for (const selector of selectors) select(document, selector, (pointer, value) => entries.set(prefix + pointer, value))
    return entries
  })
  if (policy.detector) {
    const target = found[policy.groups.findIndex(({ name }) => name === policy.detectorGroup)]!
    for (const pointer of detected) {
      if (!found.some((group) => covers(group, pointer))) target.set(pointer, valueAt(document, pointer.slice(prefix.length)))
    }
  }
  const groups = found.map((group) => {
    const outermost = [...group].filter(([pointer]) => !covers(group, pointer, false)).sort(([a], [b]) => compareUtf8(a, b))
    if (outermost.length > MAX_POINTERS)
      fail('too_large', `a group selects ${outermost.length} fields, at most ${MAX_POINTERS} are allowed`)
    return outermost
  })
  if (groups.length > 1)
    checkDisjoint(groups.flat(), () => fail('config', 'two groups select the same field, or one inside another'))
  return groups
}

/** Pointers of what the detector finds. */
export function* detect(document: unknown, policy: FieldPolicy, prefix: string): Flow<string[]> {
  if (!policy.detector) return []
  return [...(yield* wait(policy.detector.detectDocument(document)))].map(({ pointer }) => {
    if (pointer === '') fail('config', 'the detector names the root: seal the value instead')
    return prefix + pointer
  })
}

/** Which selected members show a preview instead of the placeholder. */
export function selectPreviews(document: unknown, policy: FieldPolicy, prefix: string): ReadonlyMap<string, Preview> {
  const previews = new Map<string, Preview>()
  for (const [selector, kind] of policy.previews) select(document, selector, (pointer) => previews.set(prefix + pointer, kind))
  return previews
}
