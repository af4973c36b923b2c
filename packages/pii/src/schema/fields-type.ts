import type { TypeName } from './type-name.js'

type Replaced<S extends string, From extends string, To extends string> = S extends `${infer Head}${From}${infer Tail}`
  ? `${Head}${To}${Replaced<Tail, From, To>}`
  : S
/** A token of a JSON Pointer. */
export type Escaped<Name extends string> = Replaced<Replaced<Name, '~', '~0'>, '/', '~1'>

/** Stands for what a type cannot tell: references, schemas that are not literal. */
type Unknown = '?'

type NameOf<Mark> = Mark extends string
  ? TypeName<Mark>
  : Mark extends { readonly type: infer Name extends string }
    ? TypeName<Name>
    : never
type MarkOf<Schema> = Schema extends { readonly 'x-pii': infer Mark }
  ? NameOf<Mark>
  : Schema extends { readonly pii: infer Mark }
    ? NameOf<Mark>
    : never

type Same = 'if' | 'then' | 'else'
type SameLists = 'allOf' | 'anyOf' | 'oneOf'
type SameMaps = 'dependentSchemas' | 'dependencies'
type Any = 'additionalProperties' | 'unevaluatedProperties' | 'additionalItems' | 'unevaluatedItems' | 'contains'
type Reference = '$ref' | '$dynamicRef' | '$recursiveRef'

/** Distributes over the keywords that a schema has. */
type Single<Schema, Keyword, At extends string> = Keyword extends keyof Schema ? Entries<Schema[Keyword], At> : never
type List<Schema, Keyword, At extends string> = Keyword extends keyof Schema
  ? Schema[Keyword] extends readonly (infer Each)[]
    ? Entries<Each, At>
    : never
  : never
type Values<Schema, Keyword, At extends string> = Keyword extends keyof Schema
  ? Entries<Schema[Keyword][keyof Schema[Keyword]], At>
  : never
type Named<Map, At extends string> = string extends keyof Map
  ? Unknown
  : { [Name in keyof Map & string]: Entries<Map[Name], `${At}/${Escaped<Name>}`> }[keyof Map & string]
type Indexed<Items, At extends string> = {
  [Index in keyof Items & `${number}`]: Entries<Items[Index], `${At}/${Index}`>
}[keyof Items & `${number}`]

type Members<Schema, At extends string> =
  | (Reference & keyof Schema extends never ? never : Unknown)
  | Single<Schema, Same, At>
  | List<Schema, SameLists, At>
  | Values<Schema, SameMaps, At>
  | Single<Schema, Any, `${At}/*`>
  | Values<Schema, 'patternProperties', `${At}/*`>
  | (Schema extends { readonly properties: infer Map } ? Named<Map, At> : never)
  | (Schema extends { readonly prefixItems: infer Items } ? Indexed<Items, At> : never)
  | (Schema extends { readonly items: infer Items }
      ? Items extends readonly unknown[]
        ? Indexed<Items, At>
        : Entries<Items, `${At}/*`>
      : never)

/** Pairs of a selector and its type. */
type Entries<Schema, At extends string> = Schema extends object
  ? [keyof Schema] extends [never]
    ? never
    : string extends keyof Schema
      ? Unknown
      : // biome-ignore lint/complexity/noBannedTypes: asks whether all members are optional
        {} extends Schema
        ? Unknown
        : [MarkOf<Schema>] extends [never]
          ? Members<Schema, At>
          : readonly [At extends '' ? '/*' : At, MarkOf<Schema>]
  : never

type Collected<Found> = Unknown extends Found
  ? Readonly<Record<string, string>>
  : { readonly [Entry in Extract<Found, readonly [string, string]> as Entry[0]]: Entry[1] }

/** The fields of a schema by selector, where its type tells them. */
export type FieldsOf<Schema> = Schema extends { readonly '~standard': unknown }
  ? Readonly<Record<string, string>>
  : Collected<Entries<Schema, ''>>
