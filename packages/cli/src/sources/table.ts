import { createDatabases, type OpenedDatabase } from '@waxseal/config'
import { databaseCode } from '../database-code.js'
import { Failure, usage } from '../failure.js'
import type { Source } from './source.js'

const PAGE = 1000
const NAME = /^[\p{L}_][\p{L}\p{N}_$]*(\.[\p{L}_][\p{L}\p{N}_$]*)?$/u

type Row = Readonly<Record<string, unknown>>

/** JSON in a text column, as SQLite and others keep it. */
function columnValue(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** PostgreSQL and MySQL are held to reading; a view may call what writes. */
function begun(db: OpenedDatabase['db'], dialect: OpenedDatabase['dialect']) {
  const transaction = db.startTransaction()
  return (dialect === 'sqlite' ? transaction : transaction.setAccessMode('read only')).execute()
}

function refusal(error: unknown, table: string): unknown {
  const code = databaseCode(error)
  return code === undefined ? error : new Failure(`the database does not let ${table} be read (${code})`)
}

/** The rows of a table as it is at one moment, so many at a time. */
async function* pagesOf({ db, dialect }: OpenedDatabase, table: string): AsyncGenerator<readonly Row[]> {
  const { sql } = await import('kysely')
  const transaction = await begun(db, dialect)
  try {
    if (dialect === 'postgres') {
      // One query, as pages of a limit would not be; the driver that is used here streams nothing by itself.
      await sql`declare waxseal_scan no scroll cursor for select * from ${sql.table(table)}`.execute(transaction)
      const fetch = sql<Row>`fetch ${sql.lit(PAGE)} from waxseal_scan`
      for (let page = await fetch.execute(transaction); page.rows.length > 0; page = await fetch.execute(transaction))
        yield page.rows
      return
    }
    for await (const row of transaction.selectFrom(table).selectAll().stream(PAGE)) yield [row as Row]
  } catch (error) {
    throw refusal(error, table)
  } finally {
    await transaction.rollback().execute()
  }
}

export async function tableSource(reference: string, table: string): Promise<Source> {
  if (!NAME.test(table)) throw usage('--table is the name of a table, with its schema if need be: public.users')
  const databases = createDatabases(process.env, { create: false })
  const database = await databases.open(reference)
  return {
    name: table,
    problems: [],
    async *records() {
      for await (const rows of pagesOf(database, table))
        for (const row of rows)
          yield { of: table, value: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, columnValue(value)])) }
    },
    close: () => databases.close(),
  }
}
