import { fail } from '../errors.js'

/** JSON Pointer (RFC 6901), strict: escapes `~0` and `~1` only, array tokens `0|[1-9][0-9]*`. */
export function parsePointer(pointer: string, code: 'config' | 'malformed' = 'malformed'): string[] {
  if (pointer === '') return []
  if (typeof pointer !== 'string') fail(code, 'a JSON Pointer is a string')
  const escaped = pointer.includes('~')
  if (pointer[0] !== '/' || (escaped && /~(?![01])/.test(pointer))) fail(code, 'not a JSON Pointer of RFC 6901')
  const tokens = pointer.slice(1).split('/')
  return escaped ? tokens.map(unescapeToken) : tokens
}

const unescapeToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~')

export const escapeToken = (token: string): string =>
  /[~/]/.test(token) ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token

export const MISSING: unique symbol = Symbol('missing')

/** The own member that a token names, or MISSING; an array member by canonical index only. */
export function member(value: unknown, token: string): unknown {
  if (Array.isArray(value)) {
    const index = Number(token)
    return /^(0|[1-9][0-9]{0,9})$/.test(token) && index < value.length ? value[index] : MISSING
  }
  return typeof value === 'object' && value !== null && Object.hasOwn(value, token)
    ? (value as Record<string, unknown>)[token]
    : MISSING
}

/** What a pointer names, or MISSING; a token `__proto__` names nothing. */
export function lookUp(document: unknown, pointer: string | readonly string[]): unknown {
  let value = document
  for (const token of typeof pointer === 'string' ? parsePointer(pointer) : pointer)
    value = token === '__proto__' ? MISSING : member(value, token)
  return value
}

/** The value at a pointer; `document_changed` where it leads nowhere. */
export function valueAt(document: unknown, pointer: string): unknown {
  const value = lookUp(document, pointer)
  return value === MISSING ? fail('document_changed', 'a pointer leads nowhere in the document') : value
}

/** Whether a set of pointers holds the pointer itself or one of its ancestors, of which the root is none. */
export function covers(pointers: { has(pointer: string): boolean }, pointer: string, itself = true): boolean {
  if (itself && pointers.has(pointer)) return true
  for (let cut = pointer.lastIndexOf('/'); cut > 0; cut = pointer.lastIndexOf('/', cut - 1)) {
    if (pointers.has(pointer.slice(0, cut))) return true
  }
  return false
}

/** A copy of a document that shares whatever is not replaced. */
export interface DocumentEdit {
  readonly root: Record<string, unknown>
  /** Replaces an existing member; `document_changed` where the path is not there. */
  replace(tokens: readonly string[], value: unknown): void
}

export function editDocument(document: Record<string, unknown>): DocumentEdit {
  const root = { ...document }
  const own = new Set<unknown>([root])
  return {
    root,
    replace(tokens, value) {
      let node: Record<string, unknown> = root
      for (let depth = 0; depth < tokens.length; depth++) {
        const token = tokens[depth]!
        const child = token === '__proto__' ? MISSING : member(node, token)
        if (child === MISSING) fail('document_changed', 'a sealed field is no longer in the document')
        if (depth === tokens.length - 1) node[token] = value
        else {
          let next = child as Record<string, unknown>
          if (typeof child !== 'object' || child === null) fail('document_changed', 'a sealed field is no longer in the document')
          if (!own.has(child)) {
            next = (Array.isArray(child) ? [...child] : { ...child }) as Record<string, unknown>
            own.add(next)
            node[token] = next
          }
          node = next
        }
      }
    },
  }
}
