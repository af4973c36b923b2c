import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { fromPglite } from 'pg-boss'
import type { Query } from './scan.js'

/** The embedded PostgreSQL of the demo. */
export interface Database {
  /** pg-boss options that put its state here. */
  readonly host: { readonly db: ReturnType<typeof fromPglite>; readonly backend: 'pglite' }
  readonly query: Query
  /** Where the data are, if they are kept. */
  readonly directory: string | undefined
  close(): Promise<void>
}

/** `keep`: a directory to create, '' for a new temporary one, undefined for a database in memory. */
export async function openDatabase(keep: string | undefined): Promise<Database> {
  const directory = keep === '' ? mkdtempSync(join(tmpdir(), 'waxseal-demo-')) : keep
  if (directory) mkdirSync(directory, { recursive: true, mode: 0o700 })
  const pglite = await PGlite.create(directory ? join(directory, 'postgres') : 'memory://')
  return {
    host: { db: fromPglite(pglite), backend: 'pglite' },
    query: async (sql) => (await pglite.query<Record<string, unknown>>(sql)).rows,
    directory,
    close: () => pglite.close(),
  }
}
