import type { DocumentFinding, Finding } from '../finding.js'
import { parsePointer } from './fields.js'

const INDEX = /^(?:0|[1-9]\d{0,9})$/
const NONE: readonly Finding[] = []

interface Path {
  readonly pointer: string
  readonly tokens: readonly string[]
  readonly type: string
}

/** The own member that a token names; of an array by canonical index only. */
function member(value: unknown, token: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined
  return Array.isArray(value) && !INDEX.test(token) ? undefined : (value as Record<string, unknown>)[token]
}

/** Fields at known places and nothing else: no walk, the cost is that of the fields. Undefined where one holds a `*`. */
export function declaredPlan(
  fields: Readonly<Record<string, string>>,
  wanted: (type: string) => boolean,
): ((document: unknown) => DocumentFinding[]) | undefined {
  const paths: Path[] = []
  for (const [pointer, type] of Object.entries(fields)) {
    const tokens = parsePointer(pointer)
    if (tokens.some((token) => token === '*' || token === '**')) return undefined
    if (wanted(type) && tokens[0] !== '$wax') paths.push({ pointer, tokens, type })
  }
  // What lies inside another field is that field's.
  const outer = paths.filter(({ pointer }) => !paths.some((other) => pointer.startsWith(`${other.pointer}/`)))
  return (document) => {
    const found: DocumentFinding[] = []
    for (const { pointer, tokens, type } of outer) {
      let value = document
      for (const token of tokens) {
        value = member(value, token)
        if (value === undefined) break
      }
      if (value !== undefined && value !== null) found.push({ pointer, type, findings: NONE, byName: false, declared: true })
    }
    return found
  }
}
