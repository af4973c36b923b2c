import { fail } from '../pii-error.js'
import type { JsonSchema } from './json-schema.js'

type Definition = Readonly<Record<string, unknown>>
interface ZodLike {
  readonly _zod: { readonly def: Definition }
}

/** Called by Zod for every schema that it converts. */
export type Override = (converted: { readonly zodSchema: unknown; readonly jsonSchema: Record<string, unknown> }) => void

export interface Conversion {
  readonly io: 'input' | 'output'
  convert(schema: object, override: Override): object
  /** The selectors of what a JSON Schema marks. */
  fieldsIn(schema: JsonSchema): readonly string[]
}

const definitionOf = (schema: unknown): Definition => (schema as Partial<ZodLike> | undefined)?._zod?.def ?? {}
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Whether what goes in may be of another shape than what comes out. */
function changes({ in: first, transform }: Definition): boolean {
  const { type, out } = definitionOf(first)
  return transform !== undefined || (type === 'pipe' && (definitionOf(out).type === 'transform' || changes(definitionOf(first))))
}

/**
 * Adds to what Zod converts the schemas that it leaves out, and with them their marks: of maps, sets, parts of template literals, checks
 * of properties, and of what a schema is piped into. `config` where only what a transformation makes is marked, and not as a whole.
 */
export function createOverride({ io, convert, fieldsIn }: Conversion, checked: Set<unknown> = new Set()): Override {
  /** A schema that was added once is referred to: it may hold itself. */
  const ids = new Map<object, string>()

  function added(schema: unknown): JsonSchema {
    if (definitionOf(schema).type === undefined) return {}
    const known = ids.get(schema as object)
    if (known !== undefined) return { $ref: known }
    const $id = `waxseal:${ids.size}`
    ids.set(schema as object, $id)
    return { ...convert(schema as object, override), $id }
  }

  function checkPipe(pipe: unknown, definition: Definition): void {
    if (checked.has(pipe) || !changes(definition)) return
    checked.add(pipe)
    const marked = (schema: unknown) => {
      const fresh = createOverride({ io, convert, fieldsIn }, checked)
      return fieldsIn({ properties: { x: convert(schema as object, fresh) } })
    }
    if (marked(definition.out).some((field) => field !== '/x') && marked(definition.in).length === 0)
      fail('config', 'only what a transformation makes is marked: mark what goes into it')
  }

  function missing(schema: unknown): unknown[] {
    const definition = definitionOf(schema)
    const { type, keyType, valueType, innerType, parts, out, in: first, checks } = definition
    const found: unknown[] = listOf(checks)
      .map(definitionOf)
      .filter(({ check }) => check === 'property')
      .map(({ property, schema: inner }) => ({ properties: { [property as string]: added(inner) } }))
    if (type === 'map') found.push({ propertyNames: added(keyType), additionalProperties: added(valueType) })
    else if (type === 'set') found.push({ items: added(valueType) })
    else if (type === 'template_literal') found.push(...listOf(parts).map(added))
    else if (io === 'output') return found
    else if (type === 'success') found.push(added(innerType))
    else if (type === 'pipe' && definitionOf(first).type !== 'transform') {
      checkPipe(schema, definition)
      found.push(added(out))
    }
    return found
  }

  function override({ zodSchema, jsonSchema }: Parameters<Override>[0]): void {
    const found = missing(zodSchema)
    if (found.length > 0) jsonSchema.allOf = [...listOf(jsonSchema.allOf), ...found]
  }
  return override
}
