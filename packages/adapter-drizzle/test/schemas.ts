import type { MigrationWindow } from '@waxseal/core'
import * as mysql from 'drizzle-orm/mysql-core'
import * as pg from 'drizzle-orm/pg-core'
import * as sqlite from 'drizzle-orm/sqlite-core'
import * as mysqlCells from '../src/mysql.ts'
import * as pgCells from '../src/pg.ts'
import * as sqliteCells from '../src/sqlite.ts'

export type Profile = { city: string; phone: string; references: unknown[] }
type Name = 'customers' | 'suppliers'
type Window = { readonly plaintext?: MigrationWindow | undefined }

const fields = ['/phone', '/references']

/** The contract's table in each dialect. */
export const pgSchema = (name: Name, window: Window = {}) =>
  pg.pgTable(name, {
    id: pg.text().primaryKey(),
    tenant: pg.text().notNull(),
    plan: pg.text().notNull(),
    email: pgCells.sealedText<string>(window),
    emailIndex: pgCells.blindIndexOf('email', undefined, { name: 'email_index' }).unique(),
    card: pgCells.sealedText<string>(window),
    photo: pgCells.sealedBytes(window),
    notes: pgCells.sealedJsonb<unknown>(window),
    profile: pgCells.sealedDocument<Profile>({ fields, ...window } as never),
    isEncrypted: pg.boolean('is_encrypted').notNull(),
    piiFields: pg.jsonb('pii_fields').notNull(),
    deleteAt: pg.timestamp('delete_at', { withTimezone: true }),
  })

export const mysqlSchema = (name: Name, window: Window = {}) =>
  mysql.mysqlTable(name, {
    id: mysql.varchar({ length: 36 }).primaryKey(),
    tenant: mysql.varchar({ length: 50 }).notNull(),
    plan: mysql.varchar({ length: 50 }).notNull(),
    email: mysqlCells.sealedText<string>(window),
    emailIndex: mysqlCells.blindIndexOf('email', undefined, { name: 'email_index' }).unique(),
    card: mysqlCells.sealedText<string>(window),
    photo: mysqlCells.sealedBytes(window),
    notes: mysqlCells.sealedJson<unknown>(window),
    profile: mysqlCells.sealedDocument<Profile>({ fields, ...window } as never),
    isEncrypted: mysql.boolean('is_encrypted').notNull(),
    piiFields: mysql.json('pii_fields').notNull(),
    deleteAt: mysql.datetime('delete_at', { fsp: 3 }),
  })

export const sqliteSchema = (name: Name, window: Window = {}) =>
  sqlite.sqliteTable(name, {
    id: sqlite.text().primaryKey(),
    tenant: sqlite.text().notNull(),
    plan: sqlite.text().notNull(),
    email: sqliteCells.sealedText<string>(window),
    emailIndex: sqliteCells.blindIndexOf('email', undefined, { name: 'email_index' }).unique(),
    card: sqliteCells.sealedText<string>(window),
    photo: sqliteCells.sealedBytes(window),
    notes: sqliteCells.sealedJson<unknown>(window),
    profile: sqliteCells.sealedDocument<Profile>({ fields, ...window } as never),
    isEncrypted: sqlite.integer('is_encrypted', { mode: 'boolean' }).notNull(),
    piiFields: sqlite.text('pii_fields', { mode: 'json' }).notNull(),
    deleteAt: sqlite.integer('delete_at', { mode: 'timestamp_ms' }),
  })

/** Creates a table as its columns tell: names, types and unique constraints. */
export function createTable(dialect: 'postgres' | 'mysql' | 'sqlite', table: object): string {
  const configs = { postgres: pg.getTableConfig, mysql: mysql.getTableConfig, sqlite: sqlite.getTableConfig }
  const config = (configs as never as Record<typeof dialect, typeof pg.getTableConfig>)[dialect](table as pg.PgTable)
  const quote = (name: string) => (dialect === 'mysql' ? `\`${name}\`` : `"${name}"`)
  const columns = config.columns.map(
    (column) =>
      `${quote(column.name)} ${column.getSQLType()}${column.primary ? ' primary key' : ''}${column.notNull ? ' not null' : ''}${column.isUnique ? ' unique' : ''}`,
  )
  return `create table ${quote(config.name)} (${columns.join(', ')})`
}
