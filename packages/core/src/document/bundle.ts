import { backend } from '#backend'
import { fail } from '../errors.js'
import type { Flow } from '../flow.js'
import type { Context } from '../format/context.js'
import { CONTENT, decodeFrame, encodeFrame } from '../format/frame.js'
import { checkDepth, checkJson, isPlainObject } from '../format/json.js'
import { FORM } from '../format/suites.js'
import { admit } from '../sealer/migration.js'
import {
  isStored,
  openFrame,
  type SealerCore,
  SHREDDED,
  sealFrame,
  shreddedValue,
  unlessShredded,
} from '../sealer/sealer-core.js'
import { admitDocument } from './admit-document.js'
import type { DocumentCall, OpenedDocument } from './call.js'
import { checkDisjoint, decodeEntries, type Entry, encodeEntries } from './entries.js'
import { covers, editDocument, parsePointer } from './pointer.js'
import type { FieldPolicy } from './policy.js'
import { previewOf } from './preview.js'
import { detect, selectEntries, selectPreviews } from './selection.js'
import { select } from './selector.js'
import { bundlePairs, clearHash, DOC, decodeWax, encodeWax, type Root, type WaxMember, withoutWax } from './wax-member.js'

/** Seals the selected fields of a document into one envelope, or one a group (spec section 7). */
export function* sealBundles(core: SealerCore, document: unknown, policy: FieldPolicy, call: DocumentCall): Flow<unknown> {
  checkJson(document)
  const prefix = isPlainObject(document) ? '' : `/${DOC}`
  const root = prefix ? { [DOC]: document } : (document as Root)
  if (!prefix && (Object.hasOwn(root, '$wax') || Object.hasOwn(root, DOC)))
    fail('already_sealed', 'the document has a member $wax or $doc: it may be sealed already')
  const groups = yield* selectEntries(document, policy, prefix)
  const previews = selectPreviews(document, policy, prefix)
  const edit = editDocument(root)
  for (const entries of groups)
    for (const { pointer, tokens, value } of entries) {
      const kind = previews.get(pointer)
      edit.replace(tokens, kind ? previewOf(value, kind) : policy.placeholder)
    }
  const id = policy.grouped ? backend.toBase64url(core.random(16)) : ''
  const names = policy.groups.map(({ name }) => name)
  const clear = clearHash(edit.root, policy)
  const bundles = new Map<string, string>()
  // All frames before the first seal: what is sealed is what stands in the document now, however long a key takes.
  const frames = groups.map((entries) => bundleFrame(core, policy, entries))
  for (const [index, name] of names.entries())
    bundles.set(name, yield* sealBundle(core, name, frames[index]!, bundlePairs(names, name, id, clear), call))
  edit.root.$wax = encodeWax(policy.grouped, { id, bundles })
  return edit.root
}

const scopeOf = ({ scope, scopes }: DocumentCall, group: string): string | undefined =>
  scopes && Object.hasOwn(scopes, group) ? scopes[group] : scope

const placeOf = (call: DocumentCall, name: string, added: [string, string][]) => ({
  context: call.context,
  scope: scopeOf(call, name),
  added,
  form: FORM.bundle,
  signal: call.signal,
})

const bundleFrame = (core: SealerCore, policy: FieldPolicy, entries: readonly Entry[]): Uint8Array =>
  encodeFrame(CONTENT.json, encodeEntries(entries), { limit: core.limits.maxFieldBytes, pad: policy.pad })

function* sealBundle(
  core: SealerCore,
  name: string,
  frame: Uint8Array,
  added: [string, string][],
  call: DocumentCall,
): Flow<string> {
  return (yield* sealFrame(core, placeOf(call, name, added), () => frame, 'string', call.storeContext ?? false)) as string
}

interface OpenedGroups extends WaxMember {
  readonly clear: string | undefined
  readonly opened: ReadonlyMap<string, readonly Entry[]>
  /** Groups whose key was destroyed. */
  readonly shredded: readonly string[]
  /** Opened groups whose envelope stores its context. */
  readonly storing: ReadonlySet<string>
  readonly context: Context
}

function* openGroups(core: SealerCore, stored: Root, policy: FieldPolicy, call: DocumentCall): Flow<OpenedGroups> {
  checkDepth(stored)
  const { id, bundles } = decodeWax(stored.$wax, policy.grouped)
  const known = policy.groups.map(({ name }) => name)
  const clear = clearHash(stored, policy)
  const opened = new Map<string, Entry[]>()
  const shredded: string[] = []
  const storing = new Set<string>()
  let context: Context = 'none'
  for (const name of (policy.grouped && call.groups) || known) {
    const bundle = bundles.get(name) ?? fail('plaintext_rejected', 'the document lacks a group that was to be opened')
    const result = yield* unlessShredded(
      core,
      openFrame(core, placeOf(call, name, bundlePairs(bundles.keys(), name, id, clear)), bundle),
    )
    if (result === SHREDDED) {
      shredded.push(name)
      continue
    }
    context = result.context
    if (result.stored) storing.add(name)
    opened.set(name, decodeEntries(decodeFrame(result.frame, core.limits.maxFieldBytes, core.algorithms)))
    result.frame.fill(0)
  }
  checkDisjoint([...opened.values()].flat(), () => fail('malformed', 'sealed fields overlap'))
  return { id, bundles, clear, opened, shredded, storing, context }
}

/** Opens a document that `sealBundles` made: every pointer is checked before the first is written. */
export function* openBundles(core: SealerCore, document: unknown, policy: FieldPolicy, call: DocumentCall): Flow<OpenedDocument> {
  if (!isPlainObject(document) || !Object.hasOwn(document, '$wax')) {
    const partly = isPlainObject(document) && Object.hasOwn(document, DOC)
    const admitted = partly ? undefined : yield* admitDocument(core, document, policy, call)
    if (!admitted) return fail('plaintext_rejected', 'the document has no $wax')
    return { value: admitted.value, restored: [], unopened: [], context: isStored(call.context) ? 'none' : call.context }
  }
  const { opened, bundles, shredded, context } = yield* openGroups(core, document, policy, call)
  const stored = withoutWax(document)
  const wrapped = Object.hasOwn(stored, DOC)
  if (wrapped && Object.keys(stored).length > 1) fail('document_changed', 'members were added beside $doc')
  const entries = [...opened.values()].flat()
  // A copy is edited, and `replace` refuses what is not there: a pointer that leads nowhere ends all, and nothing was written.
  const edit = editDocument(stored)
  for (const { tokens, value } of entries) edit.replace(tokens, value)
  for (const pointer of shreddedFields(stored, policy, shredded, wrapped))
    edit.replace(parsePointer(pointer), shreddedValue(core))
  const root = () => (wrapped ? edit.root[DOC] : edit.root)
  const prefix = wrapped ? `/${DOC}` : ''
  for (const { pointer, selector, clear } of clearFields(root(), policy, opened, prefix)) {
    const admitted = yield* admit(core, policy.plaintext[selector], clear, call)
    if (!admitted) fail('field_not_sealed', `a member selected by the field ${selector} was not sealed`)
    else if (admitted.reader) edit.replace(parsePointer(pointer), admitted.value)
  }
  return {
    value: root(),
    restored: entries.map(({ pointer }) => pointer),
    unopened: [...bundles.keys()].filter((name) => !opened.has(name)),
    context,
  }
}

/** Where the value for shredded fields goes: the members that the fields of those groups select. */
function shreddedFields(stored: Root, policy: FieldPolicy, shredded: readonly string[], wrapped: boolean): string[] {
  const pointers = new Set<string>()
  for (const { name, selectors } of policy.groups)
    if (shredded.includes(name))
      for (const selector of selectors)
        select(wrapped ? stored[DOC] : stored, selector, (pointer) => pointers.add((wrapped ? `/${DOC}` : '') + pointer))
  return [...pointers].filter((pointer) => !covers(pointers, pointer, false))
}

interface ClearField {
  readonly pointer: string
  readonly selector: string
  readonly clear: unknown
}

/** The policy's fields hold for the reader too: what it selects and did not come out of that group's bundle. */
function clearFields(value: unknown, policy: FieldPolicy, opened: OpenedGroups['opened'], prefix: string): ClearField[] {
  const found: ClearField[] = []
  for (const { name, selectors } of policy.groups) {
    const entries = opened.get(name)
    if (!entries) continue
    const restored = new Set(entries.map(({ pointer }) => pointer))
    for (const selector of selectors)
      select(value, selector, (pointer, clear) => {
        if (!covers(restored, prefix + pointer)) found.push({ pointer: prefix + pointer, selector: selector.text, clear })
      })
  }
  return found
}

/** Passes a document that is sealed already only if all of it opens here and nothing that should be sealed is in clear. */
export function* verifyBundles(core: SealerCore, document: unknown, policy: FieldPolicy, call: DocumentCall): Flow<void> {
  const opened = yield* openBundles(
    core,
    document,
    { ...policy, plaintext: {} },
    { ...call, plaintext: undefined, groups: undefined },
  )
  if (opened.unopened.length > 0) fail('already_sealed', 'the document has groups that the policy has not')
  const stored = withoutWax(document as Root)
  const wrapped = Object.hasOwn(stored, DOC)
  const sealed = new Set(opened.restored)
  for (const pointer of yield* detect(wrapped ? stored[DOC] : stored, policy, wrapped ? `/${DOC}` : ''))
    if (!covers(sealed, pointer)) fail('already_sealed', 'the detector finds a field in clear')
}

/** Seals the opened groups anew under their current keys; content, `$id` and the other groups stay as they are. */
export function* resealBundles(core: SealerCore, document: unknown, policy: FieldPolicy, call: DocumentCall): Flow<unknown> {
  if (!isPlainObject(document) || !Object.hasOwn(document, '$wax')) return fail('plaintext_rejected', 'the document has no $wax')
  const { id, bundles, clear, opened, storing, context } = yield* openGroups(core, document, policy, call)
  const sealed = new Map(bundles)
  for (const [name, entries] of opened)
    sealed.set(
      name,
      yield* sealBundle(core, name, bundleFrame(core, policy, entries), bundlePairs(bundles.keys(), name, id, clear), {
        ...call,
        context,
        storeContext: storing.has(name),
      }),
    )
  return { ...document, $wax: encodeWax(policy.grouped, { id, bundles: sealed }) }
}
