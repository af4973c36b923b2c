import type { BlindIndex, Context, MaybePromise, MigrationWindow, RetentionPolicy, Sealer } from '@waxseal/core'

type RowContext = Exclude<Context, 'none'>

/** A customer as the contract writes and reads it. */
export interface ContractCustomer {
  readonly id: string
  /** In clear: the scope. */
  readonly tenant: string
  /** In clear, to be queried. */
  readonly plan: string
  /** Sealed as text; unique, and found by `email_index`. */
  readonly email: string | null
  /** Sealed as text. */
  readonly card: string | null
  /** Sealed as bytes. */
  readonly photo: Uint8Array | null
  /** Sealed whole, inside a column of JSON. */
  readonly notes: unknown
  /** JSON whose `/phone` and `/references` are sealed; `/city` is in clear. */
  readonly profile: { readonly city: string; readonly phone: string; readonly references: readonly unknown[] } | null
}

/** How a table is sealed. Contexts are `app: 'contract'`, the table's name, the column's name and `id`; the scope is `tenant`. */
export interface ContractTable {
  readonly sealer: Sealer
  /** Of `email`; fills `email_index`. */
  readonly index: BlindIndex
  /** For every sealed column. */
  readonly plaintext?: MigrationWindow | undefined
  readonly write?: 'sealed' | 'plaintext' | undefined
  /** In place of the table's name in contexts. */
  readonly alias?: string | undefined
  readonly previousContexts?: ((context: RowContext) => readonly RowContext[]) | undefined
  /** `is_encrypted`, `pii_fields`, and `delete_at` by this policy, counted from the time of sealing. */
  readonly retention: RetentionPolicy
}

/** The adapter under test, on one table. */
export interface TableUnderTest {
  insert(rows: readonly ContractCustomer[]): Promise<void>
  /** Changes members of one row. */
  update(id: string, tenant: string, change: Partial<ContractCustomer>): Promise<void>
  /** The rows with these ids, opened, in this order. */
  select(ids: readonly string[]): Promise<ContractCustomer[]>
  /** Rows by what is in clear, opened. */
  selectByCity(city: string): Promise<ContractCustomer[]>
  /** Rows found by the index, opened. */
  selectByEmail(email: string, tenant: string): Promise<ContractCustomer[]>
  /** Opens one row from which the query left out the id. */
  selectWithoutId(id: string): Promise<unknown>
  /** Brings the index of every row up to its first version; how many rows changed. */
  reindex(): Promise<number>
}

/** A database with two empty tables of one shape, `customers` and `suppliers`, `email_index` unique in each. */
export interface RowBench {
  table(name: 'customers' | 'suppliers', options: ContractTable): MaybePromise<TableUnderTest>
  /** What a column of one row holds, past the adapter. */
  read(table: string, id: string, column: string): Promise<unknown>
  /** Writes what `read` gave into another place, past the adapter. */
  write(table: string, id: string, column: string, stored: unknown): Promise<void>
  /** Every row of both tables as the database gives it. */
  dump(): Promise<readonly unknown[]>
  close(): MaybePromise<void>
}

export interface RowAdapterHarness {
  /** Begins the names of the tests. */
  readonly name: string
  readonly create: () => MaybePromise<RowBench>
}
