import { type Dialect, Kysely, MysqlDialect, PGliteDialect, PostgresDialect } from 'kysely'
import type { AnyDatabase, SqlDialect } from '../database/database.js'
import { sqliteDatabase } from '../sqlite.js'

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
  if ((scheme === 'sqlite' || scheme === 'pglite') && path === '') throw new ConnectError('the URL names no file')
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
      return sqliteDatabase(path)
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
