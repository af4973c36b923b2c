import { escapeToken } from '../document/fields.js'
import { mask } from '../masking/mask.js'
import type { Pseudonyms } from '../masking/pseudonyms.js'
import { fail } from '../pii-error.js'
import type { Decided, Decision } from './decisions.js'
import type { Action } from './rule.js'

type Node = Record<string, unknown>

/** Longest value that has a pseudonym. */
const LONGEST = 4096
/** In a pseudonym, of what only a selector of the rules names. */
const UNTYPED = 'FIELD'

/** One value masked or hashed: a value of no text stays, one too long for a pseudonym is masked. */
function treatValue(value: unknown, action: Action, type: string | undefined, pseudonyms: Pseudonyms | undefined): unknown {
  if (value === null || value === undefined || (typeof value === 'string' && value.trim() === '')) return value
  const text = String(value)
  if (action === 'hash' && pseudonyms && text.length <= LONGEST) return pseudonyms.of(text, type ?? UNTYPED)
  return mask(text, type)
}

/** A text with its places masked, hashed or left out. */
function treatText(text: string, { spans = [] }: Decision, pseudonyms: Pseudonyms | undefined): string {
  let treated = ''
  let at = 0
  for (const { start, end, type, action } of [...spans].sort((a, b) => a.start - b.start)) {
    if (!(start >= 0 && end >= start && end <= text.length)) fail('malformed', 'a finding lies inside its text')
    if (action === 'keep' || end <= at) continue
    const from = Math.max(start, at)
    treated += text.slice(at, from)
    if (action !== 'drop') treated += treatValue(text.slice(from, end), action, type, pseudonyms)
    at = end
  }
  return treated + text.slice(at)
}

const copyOf = (node: object): Node => (Array.isArray(node) ? [...node] : { ...node }) as Node

function put(node: Node, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true })
  else node[key] = value
}

/**
 * A new document with everything done that is not sealing; what does not change is shared with the one given. An element of an array
 * that is dropped is null, so that the pointers of the others stay.
 */
export function treatDocument(document: unknown, { decisions, types }: Decided, pseudonyms: Pseudonyms | undefined): unknown {
  const holder: Node = { root: document }
  const own = new Set<unknown>([holder])

  /** All of a member, but for what inside it has a decision of its own. */
  function treatAll(value: unknown, pointer: string, action: Action, outer: string | undefined): unknown {
    const type = types.get(pointer) ?? outer
    if (typeof value !== 'object' || value === null) return treatValue(value, action, type, pseudonyms)
    const copy = copyOf(value)
    own.add(copy)
    for (const key of Object.keys(copy)) {
      const inner = `${pointer}/${escapeToken(key)}`
      if (!decisions.has(inner)) put(copy, key, treatAll(copy[key], inner, action, type))
    }
    return copy
  }

  function treat(decision: Decision): void {
    const { pointer, tokens, action, type, spans } = decision
    if (action === 'seal' || (action === 'keep' && !spans)) return
    let node = holder
    const path = ['root', ...tokens]
    const last = path.pop() as string
    for (const token of path) {
      const child = node[token] as Node
      const copy = own.has(child) ? child : copyOf(child)
      own.add(copy)
      put(node, token, copy)
      node = copy
    }
    const value = node[last]
    if (spans) put(node, last, treatText(String(value), decision, pseudonyms))
    else if (action !== 'drop') put(node, last, treatAll(value, pointer, action, type))
    else if (Array.isArray(node) || node === holder) put(node, last, null)
    else delete node[last]
  }

  for (const decision of decisions.values()) treat(decision)
  return holder.root
}
