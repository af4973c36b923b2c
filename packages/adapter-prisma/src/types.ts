import type { RowSealer, SealedColumn, SealedColumns, SealedJson } from '@waxseal/rows'
import type { SealedModels } from './options.js'

type PlainOf<C> = C extends SealedColumn<infer T> | SealedJson<infer T> ? T : never

/** Columns of texts and bytes have their type from the schema, with its NULL; only what it cannot tell is told by the column. */
type Told<C> = unknown extends PlainOf<C> ? false : Exclude<PlainOf<C>, null> extends string | Uint8Array ? false : true
type ToldColumns<C extends SealedColumns> = { [K in keyof C as Told<C[K]> extends true ? K : never]: C[K] }

/** What Prisma writes for a part that an extension has not. */
// biome-ignore lint/complexity/noBannedTypes: so it is written there, and compared.
type Empty = {}

type Result<M extends SealedModels> = {
  [Name in keyof M & string as Uncapitalize<Name>]: {
    [K in keyof ToldColumns<M[Name]['columns']>]: () => { needs: Empty; compute: () => PlainOf<M[Name]['columns'][K]> }
  }
}

/** The sealers of rows by model, for what passes by the client: raw SQL, jobs, tools. */
export type SealedRows<M extends SealedModels> = { readonly [Name in keyof M]: RowSealer<M[Name]['columns']> }

/** What `$extends` takes. In results, fields of JSON have the types that their columns declare. */
export type SealedExtension<M extends SealedModels> = (
  // biome-ignore lint/suspicious/noExplicitAny: Prisma's own type of an extension; every client is generated anew.
  client: any,
) => {
  $extends: { extArgs: { result: Result<M>; model: Empty; query: Empty; client: { $rows: () => SealedRows<M> } } }
}
