import { fail } from '../errors.js'
import type { Flow } from '../flow.js'
import type { Context } from '../format/context.js'
import { looksSealed } from '../format/envelope.js'
import { CONTENT, contentOf, contentValue, decodeFrame, encodeFrame } from '../format/frame.js'
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
import type { DocumentCall, OpenedDocument } from './call.js'
import { MAX_POINTERS } from './entries.js'
import { covers, editDocument, escapeToken, member, parsePointer } from './pointer.js'
import type { FieldPolicy } from './policy.js'
import { select } from './selector.js'
import { DOC } from './wax-member.js'

interface OpenedInline extends OpenedDocument {
  /** Whether any of the envelopes stores its context. */
  readonly stored: boolean
}

type Change = (value: unknown, at: string, pointer: string, selector: string) => Flow<unknown>

/** Runs `change` on every selected member and puts its results in place. An array root is edited inside a holder. */
function* changeFields(document: unknown, policy: FieldPolicy, change: Change): Flow<{ value: unknown; pointers: string[] }> {
  const found = new Map<string, { value: unknown; selector: string }>()
  for (const { selectors } of policy.groups)
    for (const selector of selectors)
      select(document, selector, (pointer, value) => found.set(pointer, { value, selector: selector.text }))
  const outermost = [...found].filter(([pointer]) => !covers(found, pointer, false))
  if (outermost.length > MAX_POINTERS)
    fail('too_large', `the policy selects ${outermost.length} fields, at most ${MAX_POINTERS} are allowed`)
  const address = createAddresses(document, policy)
  const edit = editDocument({ [DOC]: document })
  for (const [pointer, { value, selector }] of outermost) {
    const changed = yield* change(value, address(pointer), pointer, selector)
    edit.replace([DOC, ...parsePointer(pointer)], changed)
  }
  return { value: edit.root[DOC], pointers: outermost.map(([pointer]) => pointer) }
}

/** `$at`: the pointer, in which `[s:<id>]` or `[n:<id>]` stands for the index of an array element. */
function createAddresses(document: unknown, policy: FieldPolicy): (pointer: string) => string {
  const known = new Map<unknown, readonly string[]>()

  /** The addresses of an array's elements, no two the same. */
  function idsOf(array: readonly unknown[], name: string): readonly string[] {
    let ids = known.get(array)
    if (!ids) {
      ids = array.map((element) => elementId(element, name))
      if (new Set(ids).size < ids.length) fail('document_changed', 'two elements of an array have the same id')
      known.set(array, ids)
    }
    return ids
  }

  /** The member that identifies the elements of the array at this path, where the policy names one. */
  const idNameAt = (path: readonly string[]): string | undefined =>
    policy.elementIds.find(
      ([array]) => array.length === path.length && array.every((part, i) => part === '*' || part === path[i]),
    )?.[1]

  return (pointer) => {
    const tokens = parsePointer(pointer)
    let addressed = false
    let parent = document
    let at = ''
    for (const [depth, token] of tokens.entries()) {
      const name = idNameAt(tokens.slice(0, depth))
      addressed ||= name !== undefined
      if (Array.isArray(parent)) {
        if (name === undefined) return fail('config', 'an inline field below an array needs an elementIds entry for that array')
        // What identifies an element must stay readable, or nobody finds it again.
        if (depth === tokens.length - 1 || (depth === tokens.length - 2 && tokens[depth + 1] === name))
          return fail('config', 'an inline field may be neither an array element nor the member that identifies it')
        at += `/${escapeToken(idsOf(parent, name)[Number(token)]!)}`
      } else at += `/${escapeToken(token)}`
      parent = member(parent, token)
    }
    // Such a key could pass for an element's address, also where the array was made an object.
    if (addressed && tokens.some((token) => token.startsWith('[')))
      fail('document_changed', 'a member on a path through an array begins with [')
    return at
  }
}

function elementId(element: unknown, name: string): string {
  const id = isPlainObject(element) && Object.hasOwn(element, name) ? element[name] : undefined
  if (typeof id === 'string') return `[s:${id}]`
  if (Number.isSafeInteger(id)) return `[n:${id}]`
  return fail('document_changed', 'an array element has no id that is a string or a safe integer')
}

const placeOf = (call: DocumentCall, at: string) => ({
  context: call.context,
  scope: call.scope,
  added: [['$at', at]] as const,
  form: FORM.inline,
  signal: call.signal,
})

/** Replaces every selected member by an envelope of its own (spec section 7, inline). */
export function* sealInline(core: SealerCore, document: unknown, policy: FieldPolicy, call: DocumentCall): Flow<unknown> {
  checkJson(document)
  if (isPlainObject(document) && (Object.hasOwn(document, '$wax') || Object.hasOwn(document, DOC)))
    fail('already_sealed', 'the document has a member $wax or $doc: it may be sealed already')
  const { value } = yield* changeFields(document, policy, (field, at) => sealField(core, field, policy, placeOf(call, at), call))
  return value
}

function* sealField(
  core: SealerCore,
  field: unknown,
  policy: FieldPolicy,
  place: ReturnType<typeof placeOf>,
  call: DocumentCall,
): Flow<unknown> {
  const { content, data } = contentOf(field)
  const frame = () => encodeFrame(content, data, { limit: core.limits.maxFieldBytes, pad: policy.pad })
  return yield* sealFrame(core, place, frame, 'string', call.storeContext ?? false)
}

/** Opens every member that the policy's fields select; one that is no envelope is refused unless a window covers it. */
export function* openInline(core: SealerCore, document: unknown, policy: FieldPolicy, call: DocumentCall): Flow<OpenedInline> {
  checkDepth(document)
  let context: Context = isStored(call.context) ? 'none' : call.context
  const restored: string[] = []
  let stored = false
  const { value } = yield* changeFields(document, policy, function* (field, at, pointer, selector) {
    if (!looksSealed(field)) {
      const admitted =
        (yield* admit(core, call.plaintext, field, call)) ?? (yield* admit(core, policy.plaintext[selector], field, call))
      if (admitted) return admitted.value
    }
    const opened = yield* unlessShredded(core, openFrame(core, placeOf(call, at), field))
    if (opened === SHREDDED) return shreddedValue(core)
    const frame = decodeFrame(opened.frame, core.limits.maxFieldBytes, core.algorithms)
    if (frame.content !== CONTENT.text && frame.content !== CONTENT.json) fail('malformed', 'an inline field is text or JSON')
    context = opened.context
    stored ||= opened.stored
    restored.push(pointer)
    const plain = contentValue(frame)
    opened.frame.fill(0)
    return plain
  })
  return { value, restored, unopened: [], context, stored }
}

/** Whether a member that the policy's fields select claims to be an envelope. */
export function holdsSealed(document: unknown, policy: FieldPolicy): boolean {
  let found = false
  for (const { selectors } of policy.groups)
    for (const selector of selectors)
      select(document, selector, (_, value) => {
        found ||= looksSealed(value)
      })
  return found
}

/** Opens every selected member, none of them in clear and none shredded. */
const openAll = (core: SealerCore, document: unknown, policy: FieldPolicy, call: DocumentCall): Flow<OpenedInline> =>
  openInline({ ...core, onShredded: 'throw' }, document, { ...policy, plaintext: {} }, { ...call, plaintext: undefined })

/** Passes a document whose selected members all open here. */
export function* verifyInline(core: SealerCore, document: unknown, policy: FieldPolicy, call: DocumentCall): Flow<void> {
  yield* openAll(core, document, policy, call)
}

/** Opens and seals every selected member anew under the current key. */
export function* resealInline(core: SealerCore, document: unknown, policy: FieldPolicy, call: DocumentCall): Flow<unknown> {
  const opened = yield* openAll(core, document, policy, call)
  return yield* sealInline(core, opened.value, policy, { ...call, context: opened.context, storeContext: opened.stored })
}
