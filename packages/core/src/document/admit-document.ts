import { fail } from '../errors.js'
import type { Flow } from '../flow.js'
import { type Admitted, admit, type MigrationWindow, readerOf } from '../sealer/migration.js'
import type { SealerCore } from '../sealer/sealer-core.js'
import type { DocumentCall } from './call.js'
import { MAX_POINTERS } from './entries.js'
import { covers, editDocument, parsePointer } from './pointer.js'
import type { FieldPolicy } from './policy.js'
import { select } from './selector.js'
import { DOC } from './wax-member.js'

/**
 * What the call's window lets through of a document without `$wax`: plaintext in which selected members may be in layouts that
 * readers open; or, where the whole is in such a layout, what it holds. A window for legacy alone takes no selected member in clear.
 */
export function* admitDocument(
  core: SealerCore,
  document: unknown,
  policy: FieldPolicy,
  call: DocumentCall,
): Flow<Admitted | undefined> {
  const { plaintext: window } = call
  if (!window || core.legacy.length === 0 || readerOf(core, document)) return yield* admit(core, window, document, call)
  const found = new Map<string, unknown>()
  for (const { selectors } of policy.groups)
    for (const selector of selectors) select(document, selector, (pointer, value) => found.set(pointer, value))
  const outermost = [...found].filter(([pointer]) => !covers(found, pointer, false))
  const foreign = outermost.filter(([, value]) => readerOf(core, value))
  if (foreign.length === 0) return yield* admit(core, window, document, call)
  if (foreign.length > MAX_POINTERS) fail('too_large', `at most ${MAX_POINTERS} fields of a document may be in other layouts`)
  if (window.accept !== 'legacy' ? !(yield* admit(core, window, document, call)) : foreign.length < outermost.length)
    return undefined
  const { allowIf } = window
  const ofField: MigrationWindow = { ...window, accept: 'legacy', allowIf: allowIf && (() => allowIf(document)) }
  const edit = editDocument({ [DOC]: document })
  for (const [pointer, value] of foreign) {
    const admitted = yield* admit(core, ofField, value, call)
    if (!admitted) return undefined
    edit.replace([DOC, ...parsePointer(pointer)], admitted.value)
  }
  return { value: edit.root[DOC], reader: undefined }
}
