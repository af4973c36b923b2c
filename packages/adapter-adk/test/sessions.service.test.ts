import { DatabaseSessionService } from '@google/adk'
import { PostgreSqlDriver } from '@mikro-orm/postgresql'
import { postgresTables } from '@waxseal/conformance/leak-probe'
import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, PostgresDialect } from 'kysely'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { type Host, ormOf, type Row } from './hosts.js'
import { paritySuite } from './parity-suite.js'
import { type SecureHost, secureHost } from './secure-hosts.js'
import { secureSessionsSuite } from './secure-sessions-suite.js'
import { storedSuite } from './stored-suite.js'

const missing = postgresMissing()
describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  let databases = 0
  async function createDatabase() {
    const { port, user } = server
    const place = { host: '127.0.0.1', port, user }
    const owner = new Client({ ...place, database: server.database })
    const dbName = `sessions${databases++}`
    await owner.connect()
    await owner.query(`create database ${dbName}`)
    await owner.end()
    return { place, dbName }
  }

  async function postgresHost(): Promise<Host> {
    const { place, dbName } = await createDatabase()
    const service = new DatabaseSessionService({ driver: PostgreSqlDriver, dbName, ...place })
    await service.init()
    const looker = new Client({ ...place, database: dbName })
    await looker.connect()
    const query = async (sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
      (await looker.query(sql.replace('?', '$1'), [...values])).rows
    return {
      service,
      query,
      scanned: () => postgresTables(query),
      async close() {
        await looker.end()
        await ormOf(service).close(true)
      },
    }
  }

  async function securePostgres(): Promise<SecureHost> {
    const { place, dbName } = await createDatabase()
    const pool = new Pool({ ...place, database: dbName, max: 8 })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    return secureHost(new Kysely<never>({ dialect: new PostgresDialect({ pool }) }), 'postgres')
  }

  paritySuite('like the service on PostgreSQL', postgresHost)
  storedSuite('stored on PostgreSQL', postgresHost)
  secureSessionsSuite('secure sessions on PostgreSQL', securePostgres)
})
