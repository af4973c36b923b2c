import { fail } from '../pii-error.js'
import { createOverride, type Override } from './zod-marks.js'

export type JsonSchema = Readonly<Record<string, unknown>>

export interface ConversionOptions {
  /** The side of a schema that transforms: what a job is given (`input`, default), or what becomes of it (`output`). */
  readonly io?: 'input' | 'output'
  /** Converts a schema whose library has no Standard JSON Schema, or loses marks on the way: `z.toJSONSchema`, a function of your own. */
  readonly toJsonSchema?: (schema: never, options: { readonly io: 'input' | 'output'; readonly unrepresentable: 'any' }) => object
}

interface Standard {
  readonly vendor?: string
  readonly jsonSchema?: Readonly<Record<'input' | 'output', (options: object) => object>>
}

/** What makes a library leave out what JSON Schema cannot say, in place of refusing the whole. */
const LENIENT: Readonly<Record<string, object>> = {
  valibot: { errorMode: 'ignore' },
  arktype: { fallback: ({ base }: { readonly base: unknown }) => base },
}

export const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The JSON Schema of a schema: itself, or as its library converts it (Standard JSON Schema 1). */
export function jsonSchemaOf(
  schema: unknown,
  { io = 'input', toJsonSchema }: ConversionOptions,
  fieldsIn: (schema: JsonSchema) => readonly string[],
): JsonSchema {
  if (toJsonSchema) {
    const convert = (inner: object, override: Override) => {
      const options = { io, unrepresentable: 'any', override } as const
      return toJsonSchema(inner as never, options)
    }
    return checked(convert(schema as object, createOverride({ io, convert, fieldsIn })))
  }
  if (!isSchema(schema) && typeof schema !== 'function') fail('config', 'a schema is a JSON Schema or one of a library')
  const standard = (schema as { readonly '~standard'?: Standard })['~standard']
  // What `z.toJSONSchema` made is a JSON Schema first.
  if (standard === undefined || '$schema' in schema) return checked(schema)
  const { jsonSchema, vendor = '' } = standard
  if (jsonSchema === undefined)
    fail('config', 'this schema has no ~standard.jsonSchema: hand over toJsonSchema, or a JSON Schema made from it')
  const target = 'draft-2020-12'
  if (vendor !== 'zod')
    return checked(jsonSchema[io]({ target, ...(Object.hasOwn(LENIENT, vendor) && { libraryOptions: LENIENT[vendor] }) }))
  const convert = (inner: object, override: Override): object => {
    const converter = (inner as { readonly '~standard': Standard })['~standard'].jsonSchema ?? jsonSchema
    return converter[io]({ target, libraryOptions: { unrepresentable: 'any', override } })
  }
  return checked(convert(schema, createOverride({ io, convert, fieldsIn })))
}

const checked = (schema: unknown): JsonSchema =>
  isSchema(schema) ? schema : fail('config', 'a schema is a JSON Schema or one of a library')

/** A schema, and the one with the `$id` that its references start from. */
export interface Located {
  readonly schema: unknown
  readonly base: JsonSchema
}

export const isResource = ({ $id }: JsonSchema): boolean => typeof $id === 'string' && !$id.startsWith('#')
/** Data, not schemas. */
export const DATA: ReadonlySet<string> = /* @__PURE__ */ new Set(['const', 'enum', 'default', 'examples', 'example'])

/** Finds what `$ref` names within one schema: pointers, anchors, and `$id`s as they are written. */
export function createReferences(root: JsonSchema): (reference: string, base: JsonSchema) => Located {
  let index: { readonly ids: Map<string, JsonSchema>; readonly anchors: Map<string, JsonSchema> } | undefined

  function indexed() {
    if (index) return index
    index = { ids: new Map(), anchors: new Map() }
    const { ids, anchors } = index
    const seen = new Set<object>()
    const waiting: unknown[] = [root]
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (typeof node !== 'object' || node === null || seen.has(node)) continue
      seen.add(node)
      const { $id, $anchor, $dynamicAnchor } = node as JsonSchema
      if (typeof $id === 'string') ($id.startsWith('#') ? anchors : ids).set($id.replace(/^#|#$/g, ''), node as JsonSchema)
      for (const name of [$anchor, $dynamicAnchor]) if (typeof name === 'string') anchors.set(name, node as JsonSchema)
      for (const [key, value] of Object.entries(node)) if (!DATA.has(key) && value !== undefined) waiting.push(value)
    }
    return index
  }

  return (reference, base) => {
    const cut = reference.indexOf('#')
    const uri = cut < 0 ? reference : reference.slice(0, cut)
    const fragment = cut < 0 ? '' : reference.slice(cut + 1)
    const resource = uri === '' ? base : indexed().ids.get(uri)
    let schema: unknown = resource
    if (fragment.startsWith('/')) {
      for (const token of fragment.slice(1).split('/')) {
        const key = decoded(token).replaceAll('~1', '/').replaceAll('~0', '~')
        schema =
          typeof schema === 'object' && schema !== null && Object.hasOwn(schema, key) ? (schema as JsonSchema)[key] : undefined
      }
    } else if (fragment !== '') schema = indexed().anchors.get(fragment)
    if (resource === undefined || schema === undefined)
      fail('config', 'a $ref leads out of the schema: bundle what it needs into $defs')
    return { schema, base: resource }
  }
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token)
  } catch {
    return token
  }
}
