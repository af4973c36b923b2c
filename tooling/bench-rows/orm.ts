import type { Sealer } from '@waxseal/core'
import type { Pool } from 'pg'

/** A row as the benchmark writes and reads it: one column that is sealed in `sealed_notes`, and three that never are. */
export interface Note {
  readonly id: string
  readonly note: string
  readonly author: string
  readonly stars: number
}

/** One ORM with its adapter, on the tables `plain_notes` and `sealed_notes`, of one shape. */
export interface Orm {
  /** Stores the rows in both tables. */
  fill(notes: readonly Note[]): Promise<void>
  /** Reads all rows, without the adapter. */
  readPlain(): Promise<readonly Note[]>
  /** Reads all rows as they are stored, without opening them: what longer values cost. */
  readSealed(): Promise<readonly unknown[]>
  /** Reads and opens all rows. */
  readOpened(): Promise<readonly Note[]>
  close(): Promise<void>
}

export type OpenOrm = (given: { readonly pool: Pool; readonly sealer: Sealer }) => Promise<Orm>
