import type { ContractSeal } from '@waxseal/conformance/contracts'
import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import pg from 'pg'
import { PgBoss as PgBoss12 } from 'pg-boss'
import PgBoss10 from 'pg-boss-10'
import PgBoss11 from 'pg-boss-11'
import { afterAll, beforeAll } from 'vitest'
import type { Host } from '../src/host.js'
import { sealedClass } from '../src/pg-boss.js'
import { pgBossContract } from './contract.js'

const missing = postgresMissing()

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  let pool: pg.Pool
  let schemas = 0
  beforeAll(async () => {
    server = await startPostgres()
    const { port, user, database } = server
    pool = new pg.Pool({ host: '127.0.0.1', port, user, database, max: 4 })
    pool.on('error', () => {})
  })
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })

  for (const [version, host] of Object.entries({ 10: PgBoss10, 11: PgBoss11, 12: PgBoss12 }))
    pgBossContract(
      `pg-boss ${version}`,
      async () => {
        const schema = `s${++schemas}`
        const { port, user, database } = server
        const options = { host: '127.0.0.1', port, user, database, max: 3, schema, supervise: false, schedule: false }
        const bosses: PgBoss12[] = []
        const started = async (boss: PgBoss12): Promise<PgBoss12> => {
          bosses.push(boss)
          boss.on('error', () => {})
          return boss.start()
        }
        const Host = host as unknown as Host
        const Sealed = sealedClass(Host)
        return {
          schema,
          query: async (sql, values) => (await pool.query(sql, values)).rows,
          boss: (seal?: ContractSeal) => started(new Sealed(seal ? { ...options, seal } : options)),
          plain: () => started(new Host(options)),
          async close() {
            for (const boss of bosses) await boss.stop({ graceful: false })
            await pool.query(`DROP SCHEMA ${schema} CASCADE`)
          },
        }
      },
      version !== '10',
    )
})
