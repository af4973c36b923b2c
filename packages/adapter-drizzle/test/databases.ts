import { DatabaseSync } from 'node:sqlite'
import { PGlite } from '@electric-sql/pglite'
import { drizzle as pglite } from 'drizzle-orm/pglite'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'
import { drizzle as proxy } from 'drizzle-orm/sqlite-proxy'
import type { TestDatabase } from './bench.ts'

type Schema = Record<string, unknown>

/** SQLite as Node has it. */
export function openSqlite(schema: Schema = {}): TestDatabase {
  const database = new DatabaseSync(':memory:')
  const db = proxy(
    async (text, params, method) => {
      const statement = database.prepare(text)
      if (method === 'run') {
        statement.run(...params)
        return { rows: [] }
      }
      statement.setReturnArrays(true)
      const rows = statement.all(...params) as unknown as unknown[][]
      return { rows: method === 'get' ? (rows[0] as never) : rows }
    },
    { schema },
  )
  const dialect = new SQLiteAsyncDialect()
  return {
    dialect: 'sqlite',
    db,
    async query(query) {
      const { sql, params } = dialect.sqlToQuery(query)
      return database.prepare(sql).all(...(params as string[])) as Record<string, unknown>[]
    },
    close: () => database.close(),
  }
}

/** PostgreSQL in the process. */
export async function openPglite(schema: Schema = {}): Promise<TestDatabase> {
  const client = await PGlite.create()
  const db = pglite({ client, schema })
  return {
    dialect: 'postgres',
    db,
    query: async (query) => (await db.execute(query)).rows as Record<string, unknown>[],
    close: () => client.close(),
  }
}
