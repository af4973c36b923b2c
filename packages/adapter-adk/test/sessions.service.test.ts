import { DatabaseSessionService } from '@google/adk'
import { PostgreSqlDriver } from '@mikro-orm/postgresql'
import { postgresTables } from '@waxseal/conformance/leak-probe'
import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Client } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { type Host, ormOf, type Row } from './hosts.js'
import { paritySuite } from './parity-suite.js'
import { storedSuite } from './stored-suite.js'

const missing = postgresMissing()
describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  let databases = 0
  async function postgresHost(): Promise<Host> {
    const { port, user } = server
    const place = { host: '127.0.0.1', port, user }
    const owner = new Client({ ...place, database: server.database })
    const dbName = `sessions${databases++}`
    await owner.connect()
    await owner.query(`create database ${dbName}`)
    await owner.end()
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

  paritySuite('like the service on PostgreSQL', postgresHost)
  storedSuite('stored on PostgreSQL', postgresHost)
})
