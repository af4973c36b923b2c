import { existsSync } from 'node:fs'
import { WaxsealError } from '@waxseal/core'
import type { Environment } from '@waxseal/core/keys'
import type { Kysely } from 'kysely'
import { readSecret } from '../secret.js'
import { optional } from './optional.js'

export interface OpenedDatabase {
  // biome-ignore lint/suspicious/noExplicitAny: it holds the tables of others beside ours
  readonly db: Kysely<any>
  readonly dialect: 'postgres' | 'mysql' | 'sqlite'
}

/** Databases of a configuration, one for each URL: what writes to one SQLite file has one connection. */
export interface Databases {
  open(reference: string): Promise<OpenedDatabase>
  close(): Promise<void>
}

export interface DatabasesOptions {
  /** Whether a file of SQLite is made where there is none; else that is `config`. Default yes. */
  readonly create?: boolean | undefined
}

const MAX_CONNECTIONS = 5
const CONNECT_TIMEOUT_MS = 10_000

/**
 * Databases by reference to their URL: `env:NAME`, `file:/path`, or `sqlite:path`. Drivers are loaded when they are needed.
 *
 * @example
 * const databases = createDatabases(process.env)
 * const { db, dialect } = await databases.open('env:DATABASE_URL')
 */
export function createDatabases(env: Environment, { create = true }: DatabasesOptions = {}): Databases {
  const opened = new Map<string, Promise<OpenedDatabase>>()
  return {
    open(reference) {
      const url = reference.startsWith('sqlite:') ? reference : readSecret(reference, env)
      const database = opened.get(url) ?? connect(url, reference, create)
      opened.set(url, database)
      return database
    },
    async close() {
      const all = await Promise.allSettled(opened.values())
      opened.clear()
      for (const result of all) if (result.status === 'fulfilled') await result.value.db.destroy()
    },
  }
}

const MEMORY = ':memory:'

async function connect(url: string, reference: string, create: boolean): Promise<OpenedDatabase> {
  const scheme = /^([a-z]+):/.exec(url)?.[1]
  if (scheme === 'sqlite') {
    const { sqliteDatabase } = await optional('@waxseal/keystore-sql', () => import('@waxseal/keystore-sql/sqlite'))
    const path = url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '')
    if (!create && path !== MEMORY && !existsSync(path)) throw new WaxsealError('config', `there is no database ${path}`)
    return sqliteDatabase(path)
  }
  // PostgreSQL takes a URL without a host, for a socket.
  if (!URL.canParse(scheme?.startsWith('postgres') ? url.replace('@/', '@localhost/') : url))
    throw new WaxsealError('config', `${reference} holds no URL`)
  const { Kysely, MysqlDialect, PostgresDialect } = await optional('kysely', () => import('kysely'))
  switch (scheme) {
    case 'postgres':
    case 'postgresql': {
      const { default: pg } = await optional('pg', () => import('pg'))
      const pool = new pg.Pool({ connectionString: url, max: MAX_CONNECTIONS, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
      // A connection that breaks is replaced, and the call that uses it hears of it; as an event it would end the process.
      pool.on('error', () => {})
      pool.on('connect', (client) => client.on('error', () => {}))
      return { dialect: 'postgres', db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
    }
    case 'mysql':
    case 'mariadb': {
      const { default: mysql } = await optional('mysql2', () => import('mysql2'))
      const pool = mysql.createPool({
        uri: url.replace(/^mariadb:/, 'mysql:'),
        connectionLimit: MAX_CONNECTIONS,
        connectTimeout: CONNECT_TIMEOUT_MS,
        // An integer that JavaScript would round comes as text.
        supportBigNumbers: true,
      })
      return { dialect: 'mysql', db: new Kysely({ dialect: new MysqlDialect({ pool }) }) }
    }
    default:
      throw new WaxsealError('config', `the URL of ${reference} begins with postgres:, mysql:, mariadb: or sqlite:`)
  }
}
