import type { ContractTable, RowBench, TableUnderTest } from '@waxseal/conformance/contracts'
import { eq, type SQL, sql } from 'drizzle-orm'
import { openRows, type SealedTable, sealChange, sealedTable, sealRows, whereSealed } from '../src/index.ts'
import { createTable, mysqlSchema, pgSchema, sqliteSchema } from './schemas.ts'

export type Dialect = 'postgres' | 'mysql' | 'sqlite'
type AnyTable = ReturnType<typeof pgSchema>

export interface TestDatabase {
  readonly dialect: Dialect
  /** Drizzle's database; the tests speak PostgreSQL's to all of them. */
  // biome-ignore lint/suspicious/noExplicitAny: one suite for the databases of three dialects
  readonly db: any
  /** Runs SQL past Drizzle's mapping: rows as the driver has them. */
  readonly query: (query: SQL) => Promise<Record<string, unknown>[]>
  readonly close: () => Promise<void> | void
}

export const schemaOf = (dialect: Dialect) =>
  ({ postgres: pgSchema, mysql: mysqlSchema as never, sqlite: sqliteSchema as never })[dialect] as typeof pgSchema

const cityOf = {
  postgres: (column: unknown) => sql`${column}->>'city'`,
  mysql: (column: unknown) => sql`json_value(${column}, '$.city')`,
  sqlite: (column: unknown) => sql`json_extract(${column}, '$.city')`,
}

const sealedOf = (table: AnyTable, { index, alias, retention, ...options }: ContractTable) =>
  sealedTable(table, {
    ...options,
    app: 'contract',
    table: alias,
    row: 'id',
    scope: ({ tenant }) => tenant,
    indexes: { emailIndex: index },
    companions: { sealed: 'isEncrypted', fields: 'piiFields', deleteAt: { column: 'deleteAt', policy: retention } },
  })

function tableUnderTest({ db, dialect }: TestDatabase, sealed: SealedTable<AnyTable, never>): TableUnderTest {
  const table = sealed.source
  const found = async (where: SQL | undefined) => (await openRows(sealed, await db.select().from(table).where(where))) as never[]
  return {
    async insert(rows) {
      await db.insert(table).values(await sealRows(sealed, rows as never[]))
    },
    async update(id, tenant, change) {
      const set = await sealChange(sealed, change as never, { id, tenant })
      await db.update(table).set(set).where(eq(table.id, id))
    },
    async select(ids) {
      return (await Promise.all(ids.map((id) => found(eq(table.id, id))))).flat()
    },
    selectByCity: (city) => found(eq(cityOf[dialect](table.profile), city)),
    selectByEmail: async (email, tenant) => found(await whereSealed(sealed, 'email', email, { scope: tenant })),
    async selectWithoutId(id) {
      const { tenant, card } = table
      return openRows(sealed, await db.select({ tenant, card }).from(table).where(eq(table.id, id)))
    },
    async reindex() {
      let changed = 0
      for (const row of (await db.select().from(table)) as { id: string }[]) {
        const change = await sealed.reindex(row)
        if (!change) continue
        await db.update(table).set(change).where(eq(table.id, row.id))
        changed++
      }
      return changed
    },
  }
}

/** The contract's bench on a database. */
export async function createBench(database: TestDatabase): Promise<RowBench> {
  const { dialect, query, close } = database
  const names = ['customers', 'suppliers'] as const
  for (const name of names) {
    await query(sql`drop table if exists ${sql.identifier(name)}`)
    await query(sql.raw(createTable(dialect, schemaOf(dialect)(name))))
  }
  const at = (table: string, id: string) => sql`${sql.identifier(table)} where id = ${id}`
  return {
    table: (name, options) =>
      tableUnderTest(database, sealedOf(schemaOf(dialect)(name, { plaintext: options.plaintext }), options) as never),
    async read(table, id, column) {
      const [row] = await query(sql`select ${sql.identifier(column)} from ${at(table, id)}`)
      return row?.[column]
    },
    async write(table, id, column, stored) {
      const isJson = ['notes', 'profile'].includes(column) && dialect !== 'sqlite'
      const value = isJson ? JSON.stringify(stored) : stored
      await query(sql`update ${sql.identifier(table)} set ${sql.identifier(column)} = ${value} where id = ${id}`)
    },
    dump: async () => (await Promise.all(names.map((name) => query(sql`select * from ${sql.identifier(name)}`)))).flat(),
    close,
  }
}
