import { type Dialect, Kysely, MysqlDialect, PGliteDialect, PostgresDialect, type SqliteDatabase, SqliteDialect } from 'kysely'
import type { AnyDatabase, SqlDialect } from '../database.js'

export interface Connected {
  readonly db: Kysely<AnyDatabase>
  readonly dialect: SqlDialect
}

/** What is wrong with a URL, or missing for it; holds nothing of the URL. */
export class ConnectError extends Error {}

/** Opens the database of a URL; its driver is loaded when it is needed. */
export async function connect(url: string): Promise<Connected> {
  const scheme = /^([a-z]+):/.exec(url)?.[1]
  const path = url.slice(url.indexOf(':') + 1).replace(/^\/\//, '')
  switch (scheme) {
    case 'postgres':
    case 'postgresql': {
      const pg = await driver('pg', () => import('pg'))
      return opened('postgres', new PostgresDialect({ pool: new pg.default.Pool({ connectionString: url, max: 1 }) }))
    }
    case 'mysql':
    case 'mariadb': {
      const mysql = await driver('mysql2', () => import('mysql2'))
      return opened('mysql', new MysqlDialect({ pool: mysql.default.createPool(url.replace(/^mariadb:/, 'mysql:')) }))
    }
    case 'pglite': {
      const { PGlite } = await driver('@electric-sql/pglite', () => import('@electric-sql/pglite'))
      return opened('postgres', new PGliteDialect({ pglite: async () => PGlite.create(path) }))
    }
    case 'sqlite':
      return opened('sqlite', new SqliteDialect({ database: await sqlite(path) }))
    default:
      throw new ConnectError('the URL begins with postgres:, mysql:, mariadb:, sqlite: or pglite:')
  }
}

const opened = (dialect: SqlDialect, by: Dialect): Connected => ({ dialect, db: new Kysely({ dialect: by }) })

async function driver<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch {
    throw new ConnectError(`this database needs a driver: npm install ${name}`)
  }
}

/** SQLite as Node has it, in the shape that Kysely's dialect wants. */
async function sqlite(path: string): Promise<SqliteDatabase> {
  const builtin = process.getBuiltinModule?.('node:sqlite')
  if (!builtin) throw new ConnectError('SQLite needs Node 22.13 or later here')
  const database = new builtin.DatabaseSync(path)
  database.exec('pragma busy_timeout = 10000')
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text)
      const values = (list: readonly unknown[]) => list as (string | number | null)[]
      return {
        reader: statement.columns().length > 0,
        all: (list) => statement.all(...values(list)),
        run: (list) => statement.run(...values(list)),
        iterate: (list) => statement.iterate(...values(list)),
      }
    },
  }
}
