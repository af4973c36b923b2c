import { fail } from '../pii-error.js'
import { type GeneraliseOptions, generalise } from './generalise.js'

/** What stands in clear beside a sealed field. */
export interface Companion extends GeneraliseOptions {
  readonly type: string
  /** JSON Pointer of the member to add; the object it belongs to is there already. */
  readonly as: string
}

type Node = Record<string, unknown>

function tokensOf(pointer: string): string[] {
  const valid = typeof pointer === 'string' && pointer.startsWith('/') && !/~(?![01])/.test(pointer)
  const tokens = valid ? pointer.slice(1).split('/') : fail('config', 'a companion is named by JSON Pointers of RFC 6901')
  if (tokens.includes('__proto__')) fail('config', 'no pointer of a companion leads through __proto__')
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The own member of an object or array, an index in its canonical form only. */
function member(node: unknown, token: string): unknown {
  if (typeof node !== 'object' || node === null || !Object.hasOwn(node, token)) return undefined
  return Array.isArray(node) && !/^(?:0|[1-9]\d*)$/.test(token) ? undefined : (node as Node)[token]
}

/**
 * A document with the coarser value of some of its members (see `generalise`) added in clear, so that it can be searched by them once
 * the members themselves are sealed: `{ '/birthDate': { type: 'DATE_OF_BIRTH', as: '/birthYear' } }`, keys being JSON Pointers.
 * The input stays as it is; what does not change is shared. A member that is absent, or of which nothing safe can be said, gets none.
 *
 * Throws `conflict` where a companion would overwrite a member, also where nothing can be said of its source; `malformed` where the
 * object that it belongs to is missing or an array; `config` where pointers or options do not fit, two companions share a place, or
 * one would stand inside its source.
 */
export function withCompanions<T extends object>(document: T, companions: Readonly<Record<string, Companion>>): T {
  if (typeof document !== 'object' || document === null) fail('malformed', 'a document is an object')
  const plan = Object.entries(companions).map(([source, companion]) => {
    if (typeof companion?.type !== 'string') fail('config', 'a companion has a type')
    return { source, from: tokensOf(source), to: tokensOf(companion.as), companion }
  })
  const places = new Set(plan.map(({ companion }) => companion.as))
  if (places.size < plan.length) fail('config', 'two companions have the same place')
  for (const { source } of plan)
    for (const place of places)
      if (`${place}/`.startsWith(`${source}/`)) fail('config', 'a companion stands beside what is sealed, not inside it')

  const root = copyOf(document)
  const own = new Set<unknown>([root])
  for (const { from, to, companion } of plan) {
    const value = from.reduce<unknown>(member, document)
    if (value === undefined) continue
    const parent = to.slice(0, -1).reduce<unknown>(member, root)
    if (typeof parent !== 'object' || parent === null || Array.isArray(parent))
      fail('malformed', 'the object that a companion belongs to is not there')
    if (Object.hasOwn(parent, to.at(-1)!)) fail('conflict', 'a companion would overwrite a member of the document')
    const coarser = generalise(value, companion.type, companion)
    if (coarser === undefined) continue
    let node = root
    for (const token of to.slice(0, -1)) {
      const child = node[token] as Node
      const copy = own.has(child) ? child : copyOf(child)
      own.add(copy)
      node[token] = copy
      node = copy
    }
    node[to.at(-1)!] = coarser
  }
  return root as T
}

const copyOf = (node: object): Node => (Array.isArray(node) ? [...node] : { ...node }) as Node
