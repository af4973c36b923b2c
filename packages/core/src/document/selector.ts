import { fail } from '../errors.js'
import { escapeToken, lookUp, MISSING, member, parsePointer } from './pointer.js'

/** A JSON Pointer whose tokens may be `*` (one level) or `**` (any depth). */
export interface Selector {
  readonly text: string
  readonly tokens: readonly string[]
  /** No `*` in it: it is a pointer. */
  readonly exact: boolean
}

/** Compiles a selector; `config` for the root itself, `$wax` and `__proto__`. */
export function compileSelector(text: string): Selector {
  const tokens = typeof text === 'string' ? parsePointer(text, 'config') : []
  if (tokens.length === 0) fail('config', 'a field is a JSON Pointer below the root; to seal all of a value, seal the value')
  if (tokens[0] === '$wax' || tokens.includes('__proto__'))
    fail('config', 'a field may name neither $wax at the root nor __proto__')
  if (tokens.filter((token) => token === '**').length > 3) fail('config', 'a field holds at most three **')
  // Behind a last ** comes at least one level: the root itself is never selected.
  return {
    text,
    tokens: tokens.at(-1) === '**' ? [...tokens, '*'] : tokens,
    exact: !tokens.some((token) => token === '*' || token === '**'),
  }
}

/** Calls `found` with the pointer and the value of every member that the selector names. */
export function select(
  document: unknown,
  { text, tokens, exact }: Selector,
  found: (pointer: string, value: unknown) => void,
): void {
  if (exact) {
    const value = lookUp(document, tokens)
    if (value !== MISSING) found(text, value)
    return
  }
  walk(document, tokens, 0, '', found)
}

function walk(
  value: unknown,
  tokens: readonly string[],
  at: number,
  pointer: string,
  found: (pointer: string, value: unknown) => void,
): void {
  if (at === tokens.length) {
    found(pointer, value)
    return
  }
  const token = tokens[at]!
  if (token !== '*' && token !== '**') {
    const child = member(value, token)
    if (child !== MISSING) walk(child, tokens, at + 1, `${pointer}/${escapeToken(token)}`, found)
    return
  }
  if (token === '**') walk(value, tokens, at + 1, pointer, found)
  if (typeof value !== 'object' || value === null) return
  for (const key of Object.keys(value)) {
    if (pointer === '' && key === '$wax') continue
    if (key === '__proto__') fail('not_serialisable', 'a member named __proto__ lies on a selected path')
    walk(member(value, key), tokens, token === '*' ? at + 1 : at, `${pointer}/${escapeToken(key)}`, found)
  }
}
