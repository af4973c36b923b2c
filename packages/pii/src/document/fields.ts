import { fail } from '../pii-error.js'

/** Where a walk stands among the declared paths; one node per token. */
export interface FieldNode {
  readonly children: Map<string, FieldNode>
  any: FieldNode | undefined
  /** `**`: as deep as one likes. */
  deep: FieldNode | undefined
  type: string | undefined
  /** Reached by `**`: stays while the walk goes deeper. */
  readonly stays: boolean
}

export type FieldStates = readonly FieldNode[]

const NOWHERE: FieldStates = []
const node = (stays = false): FieldNode => ({ children: new Map(), any: undefined, deep: undefined, type: undefined, stays })

/** Tokens of a JSON Pointer (RFC 6901); `config` where it is none. */
export function parsePointer(pointer: string): string[] {
  if (typeof pointer !== 'string' || pointer[0] !== '/' || /~(?![01])/.test(pointer))
    fail('config', 'a field is a JSON Pointer of RFC 6901 below the root, in which * is one level and ** any depth')
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

export const escapeToken = (token: string): string =>
  token.includes('~') || token.includes('/') ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token

export function pointerOf(path: readonly (string | number)[]): string {
  let pointer = ''
  for (const token of path) pointer += typeof token === 'number' ? `/${token}` : `/${escapeToken(token)}`
  return pointer
}

/** Declared fields as one tree, so that a walk follows all of them at once. */
export function compileFields(fields: Readonly<Record<string, string>>): FieldStates {
  const root = node()
  for (const [pointer, type] of Object.entries(fields)) {
    const tokens = parsePointer(pointer)
    if (tokens.includes('__proto__')) fail('config', 'a field may not name __proto__')
    let at = root
    for (const token of tokens.at(-1) === '**' ? [...tokens, '*'] : tokens) {
      if (token === '**') at = at.deep ??= node(true)
      else if (token === '*') at = at.any ??= node()
      else {
        let next = at.children.get(token)
        if (!next) {
          next = node()
          at.children.set(token, next)
        }
        at = next
      }
    }
    at.type = type
  }
  return opened([root])
}

/** A `**` also stands for no level at all. */
function opened(states: FieldNode[]): FieldStates {
  for (let at = 0; at < states.length; at++) {
    const deep = states[at]?.deep
    if (deep && !states.includes(deep)) states.push(deep)
  }
  return states
}

/** The states below a member. */
export function advance(states: FieldStates, key: string): FieldStates {
  if (states.length === 0) return NOWHERE
  const next: FieldNode[] = []
  for (const state of states) {
    const child = state.children.get(key)
    if (child) next.push(child)
    if (state.any) next.push(state.any)
    if (state.stays) next.push(state)
  }
  return next.length > 0 ? opened(next) : NOWHERE
}

export const declaredType = (states: FieldStates): string | undefined => {
  for (const { type } of states) if (type !== undefined) return type
  return undefined
}
