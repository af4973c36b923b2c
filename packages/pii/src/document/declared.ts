import type { DocumentFinding, Finding } from '../finding.js'
import { parsePointer } from './fields.js'

const NONE: readonly Finding[] = []

interface Path {
  readonly pointer: string
  readonly tokens: readonly string[]
  readonly type: string
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
    if (wanted(type)) paths.push({ pointer, tokens, type })
  }
  return (document) => {
    const found: DocumentFinding[] = []
    for (const { pointer, tokens, type } of paths) {
      let value = document
      for (const token of tokens) {
        value =
          typeof value === 'object' && value !== null && Object.hasOwn(value, token)
            ? (value as Record<string, unknown>)[token]
            : undefined
        if (value === undefined) break
      }
      if (value !== undefined && value !== null) found.push({ pointer, type, findings: NONE, byName: false, declared: true })
    }
    return found
  }
}
