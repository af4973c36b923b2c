import { escapeToken } from '../document/fields.js'
import { fail } from '../pii-error.js'
import type { FieldsOf } from './fields-type.js'
import {
  type ConversionOptions,
  createReferences,
  DATA,
  isResource,
  isSchema,
  type JsonSchema,
  jsonSchemaOf,
} from './json-schema.js'
import { typeName } from './type-name.js'

const MAX_VISITS = 200_000
const MAX_DEPTH = 500
const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef']

/** Where the schemas of a keyword apply: at the same place, at any member, at the member of their name or position, or to what no selector names. */
type Scope = 'same' | 'any' | 'each' | 'nowhere'
const KEYWORDS: Readonly<Record<string, Scope>> = {
  allOf: 'same',
  anyOf: 'same',
  oneOf: 'same',
  if: 'same',
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: 'same',
  else: 'same',
  dependentSchemas: 'same',
  dependencies: 'same',
  properties: 'each',
  patternProperties: 'any',
  additionalProperties: 'any',
  unevaluatedProperties: 'any',
  prefixItems: 'each',
  items: 'any',
  additionalItems: 'any',
  unevaluatedItems: 'any',
  contains: 'any',
  propertyNames: 'nowhere',
  contentSchema: 'nowhere',
}
/** Hold what is looked at where something refers to it, and what is excluded. */
const SET_APART = new Set(['$defs', 'definitions', 'components', 'not'])

/** Whether `x-pii` stands anywhere in a value. */
function holdsMark(value: unknown): boolean {
  const seen = new Set<unknown>()
  const waiting = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null || seen.has(next)) continue
    seen.add(next)
    if (Object.hasOwn(next, 'x-pii')) return true
    waiting.push(...Object.values(next).filter((inner) => inner !== undefined))
  }
  return false
}

/** Keywords whose value is a map from names to schemas. */
const MAPS = new Set(['properties', 'patternProperties', 'dependentSchemas', 'dependencies'])

interface Place {
  readonly pointer: string
  readonly base: JsonSchema
  /** As far as the `**`, where there is one. */
  readonly deep?: string
  /** Why nothing may be marked here. */
  readonly refused?: string
}

const below = (at: Place, token: string): Place => ({ ...at, pointer: `${at.pointer}/${token}` })

function member(at: Place, name: string): Place {
  const next = below(at, escapeToken(name))
  if (name !== '*' && name !== '**' && name !== '__proto__') return next
  return { ...next, refused: `no selector names a member that is called ${name}: mark what holds it` }
}

/** The schemas of a keyword and the places where they apply. */
function* applied(at: Place, keyword: string, scope: Scope, value: unknown): Generator<readonly [unknown, Place]> {
  if (Array.isArray(value)) {
    // Draft 7: a list of items is one by position.
    const byPosition = scope === 'each' || keyword === 'items'
    for (const [position, schema] of value.entries()) yield [schema, byPosition ? below(at, `${position}`) : at]
  } else if (MAPS.has(keyword)) {
    for (const [name, schema] of Object.entries((value ?? {}) as object))
      yield [schema, scope === 'each' ? member(at, name) : scope === 'any' ? below(at, '*') : at]
  } else if (scope === 'nowhere') {
    yield [value, { ...at, refused: `${keyword} is marked at ${at.pointer || 'the root'}: no member is what it speaks of` }]
  } else yield [value, scope === 'any' ? below(at, '*') : at]
}

/** Whether a schema takes objects or arrays and nothing else that could hold data. */
const holdsMembers = ({ type }: JsonSchema): boolean =>
  type !== undefined && [type].flat().every((name) => name === 'object' || name === 'array' || name === 'null')

function read(root: JsonSchema): Record<string, string> {
  const fields = new Map<string, string>()
  const resolve = createReferences(root)
  /** By the pointer of a `**`: the schemas that were read below it. */
  const repeated = new Map<string, Set<JsonSchema>>()
  let visits = 0

  function isMarked(schema: JsonSchema, { pointer, refused }: Place): boolean {
    const mark = schema['x-pii'] || schema['x-pii'] === '' ? schema['x-pii'] : schema.pii
    if (mark === undefined || mark === null || mark === false) return false
    const type = typeName((isSchema(mark) ? mark.type : mark) as string)
    if (refused !== undefined) fail('config', refused)
    if (pointer === '' && !holdsMembers(schema))
      fail('config', 'the root of a schema is marked and may be more than an object or an array: seal the value')
    const selector = pointer || '/*'
    const known = fields.get(selector)
    if (known !== undefined && known !== type)
      fail('conflict', `${selector} is marked as ${known} and as ${type}: mark what holds both`)
    fields.set(selector, type)
    return true
  }

  /** A schema inside itself: what it marks may be at any depth from here. */
  function repeat(schema: JsonSchema, at: Place): void {
    const deep = at.deep ?? `${at.pointer}/**`
    const done = repeated.get(deep) ?? new Set()
    repeated.set(deep, done)
    if (done.has(schema)) return
    done.add(schema)
    walk(schema, { ...at, pointer: deep, deep }, new Map())
  }

  function walk(schema: unknown, at: Place, open: Map<JsonSchema, string>): void {
    if (!isSchema(schema)) return
    if (++visits > MAX_VISITS || open.size > MAX_DEPTH) fail('too_large', 'a schema is too large or too deep to be read')
    const entered = open.get(schema)
    if (entered !== undefined) {
      if (entered !== at.pointer) repeat(schema, at)
      return
    }
    if (isMarked(schema, at)) return
    open.set(schema, at.pointer)
    const here = isResource(schema) ? { ...at, base: schema } : at
    for (const keyword of REFERENCES) {
      const reference = schema[keyword]
      if (typeof reference !== 'string') continue
      const found = resolve(reference, here.base)
      walk(found.schema, { ...here, base: found.base }, open)
    }
    for (const keyword of Object.keys(schema)) {
      if (!Object.hasOwn(KEYWORDS, keyword)) {
        if (!SET_APART.has(keyword) && !DATA.has(keyword) && holdsMark(schema[keyword]))
          fail('config', `x-pii stands below ${keyword}, which is no keyword that is known`)
        continue
      }
      for (const [inner, place] of applied(here, keyword, KEYWORDS[keyword] as Scope, schema[keyword])) walk(inner, place, open)
    }
    open.delete(schema)
  }

  walk(root, { pointer: '', base: root }, new Map())
  return Object.fromEntries(fields)
}

/**
 * The fields that a schema marks as personal data, for `createDetector({ fields })`: by `x-pii` or `pii` beside any other keyword, a
 * type or an object with a `type`. The schema is a JSON Schema (draft 7 to 2020-12), or one of a library that offers Standard JSON
 * Schema: Zod from 4.2 (`z.email().meta({ pii: 'email' })`), ArkType, Valibot by its converter.
 *
 * A marked object or array is of that type as a whole; marks inside it are not looked at. Where a schema says what selectors cannot,
 * they take in more, never less: `patternProperties` and `additionalProperties` are `*`, a schema inside itself is `**`. Of a const
 * JSON Schema without references the result is typed by pointer.
 *
 * Of Zod, also what is in maps and sets, and what a value becomes by `pipe`, where it stands before. Throws `config` for a type that is
 * none, for a `$ref` that leads out of the schema, for `x-pii` below a keyword that is not known, and where no selector can name what is
 * marked (the root, names of members, members called `*`, `**` or `__proto__`, what only a transformation makes); `conflict` where one selector would have two types; `too_large`.
 *
 * @example
 * fieldsOf({ type: 'object', properties: { to: { type: 'string', 'x-pii': 'email' } } }) // { '/to': 'EMAIL' }
 */
export function fieldsOf<const Schema extends object>(schema: Schema, options: ConversionOptions = {}): FieldsOf<Schema> {
  return readFields(schema, options) as FieldsOf<Schema>
}

/** `fieldsOf` without its types. */
export const readFields = (schema: object, options: ConversionOptions): Record<string, string> =>
  read(jsonSchemaOf(schema, options, (part) => Object.keys(read(part))))
