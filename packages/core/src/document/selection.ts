import { fail } from '../errors.js'
import { type Flow, wait } from '../flow.js'
import { compareUtf8 } from '../format/bytes.js'
import { checkDisjoint, type Entry, MAX_POINTERS } from './entries.js'
import { covers, parsePointer, valueAt } from './pointer.js'
import type { FieldPolicy } from './policy.js'
import type { Preview } from './preview.js'
import { type Selector, select } from './selector.js'

/** What a policy selects in a document, by group in the policy's order: outermost members only, ascending; no two groups overlap. */
export function* selectEntries(document: unknown, policy: FieldPolicy, prefix: string): Flow<Entry[][]> {
  // First what must be waited for, so that nothing can change between selecting and replacing.
  const detected = yield* detect(document, policy, prefix)
  const found = policy.groups.map(({ selectors, ascending = selectors }) => {
    const entries = new Map<string, Entry>()
    for (const selector of ascending)
      select(document, selector, (pointer, value) => entries.set(prefix + pointer, entryOf(prefix, pointer, value, selector)))
    return entries
  })
  if (policy.detector) {
    const target = found[policy.groups.findIndex(({ name }) => name === policy.detectorGroup)]!
    for (const pointer of detected) {
      if (!found.some((group) => covers(group, pointer)))
        target.set(pointer, { pointer, tokens: parsePointer(pointer), value: valueAt(document, pointer.slice(prefix.length)) })
    }
  }
  const groups = found.map((group, index) => {
    const entries = [...group.values()]
    if (policy.groups[index]!.ascending && !policy.detector) return entries
    const outermost = entries.filter(({ pointer }) => !covers(group, pointer, false))
    return outermost.sort((a, b) => compareUtf8(a.pointer, b.pointer))
  })
  for (const { length } of groups)
    if (length > MAX_POINTERS) fail('too_large', `a group selects ${length} fields, at most ${MAX_POINTERS} are allowed`)
  if (groups.length > 1)
    checkDisjoint(groups.flat(), () => fail('config', 'two groups select the same field, or one inside another'))
  return groups
}

/** An exact selector's tokens are those of what it finds, unless the document's root has been wrapped. */
const entryOf = (prefix: string, found: string, value: unknown, { exact, tokens }: Selector): Entry => {
  const pointer = prefix + found
  return { pointer, tokens: exact && prefix === '' ? tokens : parsePointer(pointer), value }
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
