import type { Detector, DetectorOptions } from '../detector.js'
import type { DocumentFinding } from '../finding.js'
import { createDetector } from '../full-detector.js'
import { readFields } from './fields-of.js'
import type { Escaped } from './fields-type.js'
import type { ConversionOptions } from './json-schema.js'

type Leaf = string | number | boolean | bigint | symbol | null | undefined | Date | ((...args: never[]) => unknown)
/** Levels that are told apart; below them a pointer is any. */
type Deepest = 8

type Token<Key> = Key extends string | number ? Escaped<`${Key}`> : never
type Joined<Key extends string, Value, Depth extends 0[]> = `/${Key}` | `/${Key}${Below<Value, [...Depth, 0]>}`
type Below<Value, Depth extends 0[]> = unknown extends Value
  ? `/${string}`
  : Depth['length'] extends Deepest
    ? `/${string}`
    : Value extends Leaf
      ? never
      : Value extends readonly (infer Each)[]
        ? Joined<`${number}`, Each, Depth>
        : { [Key in keyof Value]-?: Joined<Token<Key>, Value[Key], Depth> }[keyof Value]

/** The JSON Pointers of the members that a value of a type may have. */
export type PointerOf<Value> = unknown extends Value ? string : Below<Value, []> | (Value extends Leaf ? '' : never)

/** What a schema of a library takes; unknown of a JSON Schema. */
export type InputOf<Schema> = Schema extends { readonly '~standard': { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly input: infer Input }
    ? Input
    : unknown
  : unknown

export interface TypedFinding<Pointer extends string> extends DocumentFinding {
  readonly pointer: Pointer
}

/** A detector of documents of one type. */
export interface TypedDetector<Document> extends Omit<Detector, 'detectDocument'> {
  detectDocument(document: Document): TypedFinding<PointerOf<Document>>[]
}

/**
 * A detector for the documents of a schema: what the schema marks (see `fieldsOf`) is declared to it, and it takes and tells what the
 * schema's type has. `fields` among the options come on top, and win where both name one place.
 *
 * @example
 * const detector = typedDetector(z.object({ to: z.email().meta({ pii: 'email' }) }), { sets: everything })
 * detector.detectDocument({ to: 'ada@example.com' })[0]?.pointer // typed '/to'
 */
export function typedDetector<const Schema extends object>(
  schema: Schema,
  { toJsonSchema, ...options }: DetectorOptions & Pick<ConversionOptions, 'toJsonSchema'> = {},
): TypedDetector<InputOf<Schema>> {
  const marked = readFields(schema, toJsonSchema ? { toJsonSchema } : {})
  const detector = createDetector({ ...options, fields: { ...marked, ...options.fields } })
  return detector as TypedDetector<InputOf<Schema>>
}
