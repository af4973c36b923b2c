import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { fromPglite } from '@waxseal/adapter-pg-boss'
import type { QueryRows } from '@waxseal/conformance/leak-probe'
import { InputError } from './job-file.js'

/** The embedded PostgreSQL of the demo. */
export interface Database {
  /** pg-boss options that put its state here. */
  readonly host: { readonly db: ReturnType<typeof fromPglite>; readonly backend: 'pglite' }
  readonly query: QueryRows
  readonly version: string
  /** Where the data are, if they are kept. */
  readonly directory: string | undefined
  /** `discard`: also takes away what was to be kept. */
  close(options: { readonly discard: boolean }): Promise<void>
}

/** Where a kept database lies in its directory. */
export const dataIn = (directory: string): string => join(directory, 'postgres')

/** `keep`: a directory to create, '' for a new temporary one, undefined for a database in memory. */
export async function openDatabase(keep: string | undefined): Promise<Database> {
  const isNew = keep !== undefined && !existsSync(keep)
  const directory = keep === '' ? mkdtempSync(join(tmpdir(), 'waxseal-demo-')) : keep
  if (directory) {
    if (existsSync(dataIn(directory)))
      throw new InputError(`${directory} holds a kept database: name another directory, or remove it`)
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  }
  const discard = () => {
    if (directory) rmSync(isNew ? directory : dataIn(directory), { recursive: true, force: true })
  }
  // Also where the process ends before anybody closes the database.
  process.once('exit', discard)
  const pglite = await PGlite.create(directory ? dataIn(directory) : 'memory://')
  const query: QueryRows = async (sql) => (await pglite.query<Record<string, unknown>>(sql)).rows
  const [shown] = await query('show server_version')
  return {
    host: { db: fromPglite(pglite), backend: 'pglite' },
    query,
    version: String(shown?.server_version),
    directory,
    async close(options) {
      await pglite.close()
      process.off('exit', discard)
      if (options.discard) discard()
    },
  }
}
