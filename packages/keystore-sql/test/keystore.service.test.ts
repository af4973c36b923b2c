import { type DatabaseService, mariadbMissing, postgresMissing, startMariadb, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { Client, Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { postgresChannel } from '../src/index.ts'
import { attacksSuite } from './attacks-suite.ts'
import { channelSuite } from './channel-suite.ts'
import { fenceSuite } from './fence-suite.ts'
import { keystoreSuite } from './keystore-suite.ts'
import { processSuite } from './process-suite.ts'

const CONNECTIONS = 8
const OPERATIONS = ['rotateDue', 'rotate', 'generate', 'shred', 'destroyDue'] as const

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  /** A database of its own for each suite, so that none sees what another left. */
  async function create(database: string) {
    const { port, user } = server
    const owner = new Client({ host: '127.0.0.1', port, user, database: server.database })
    owner.on('error', () => {})
    await owner.connect()
    await owner.query(`create database ${database}`)
    await owner.end()
    const pool = new Pool({ host: '127.0.0.1', port, user, database, max: CONNECTIONS })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    const db = new Kysely({ dialect: new PostgresDialect({ pool }) })
    return { db, dialect: 'postgres', place: { dialect: 'postgres', port, user, database } } as const
  }

  keystoreSuite('a key store', () => create('keys'))
  attacksSuite('attacked', () => create('attacked'), CONNECTIONS)
  processSuite('its processes', () => create('processes'), OPERATIONS)
  fenceSuite('its fence', () => create('fence'), CONNECTIONS)
  channelSuite('its channel', async () => {
    const database = await create('channel')
    const { port, user, database: name } = database.place
    const connect = async () => {
      const client = new Client({ host: '127.0.0.1', port, user, database: name })
      // It may be lost as soon as it is connected, before the channel has it.
      client.on('error', () => {})
      await client.connect()
      return client
    }
    return { ...database, channel: () => postgresChannel({ connect, reconnectMs: 20 }), cut: cutter(database.db) }
  })
})

/** Ends every connection that listens, as an administrator would. */
const cutter = (db: Kysely<unknown>) => async () => {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'`.execute(db)
}

const noMariadb = mariadbMissing()
describeIf(!noMariadb, noMariadb ?? '')('MariaDB', () => {
  let server: DatabaseService
  beforeAll(async () => {
    server = await startMariadb()
  })
  afterAll(() => server?.stop())

  async function create(database: string) {
    const { port, user } = server
    const owner = createPool({ host: '127.0.0.1', port, user, connectionLimit: 1 })
    await owner.promise().query(`create database ${database}`)
    await owner.promise().end()
    const pool = createPool({ host: '127.0.0.1', port, user, database, connectionLimit: CONNECTIONS })
    return {
      db: new Kysely({ dialect: new MysqlDialect({ pool }) }),
      dialect: 'mysql',
      place: { dialect: 'mysql', port, user, database },
    } as const
  }

  keystoreSuite('a key store', () => create('keystore'))
  attacksSuite('attacked', () => create('attacked'), CONNECTIONS)
  processSuite('its processes', () => create('processes'), OPERATIONS)
  fenceSuite('its fence', () => create('fence'), CONNECTIONS)
})
