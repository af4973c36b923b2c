import type { ContractSeal } from '@waxseal/conformance/contracts'
import { createCanaries, describeHits, postgresTables, scan } from '@waxseal/conformance/leak-probe'
import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import pg from 'pg'
import { PgBoss as PgBoss12 } from 'pg-boss'
import PgBoss10 from 'pg-boss-10'
import PgBoss11 from 'pg-boss-11'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Host } from '../src/host.js'
import { sealedClass } from '../src/pg-boss.js'
import { pgBossContract } from './contract.js'
import { APP, newSealer } from './embedded.js'

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

  for (const [version, host] of Object.entries({ 10: PgBoss10, 11: PgBoss11, 12: PgBoss12 })) {
    const Host = host as unknown as Host
    const Sealed = sealedClass(Host)

    function bench() {
      const schema = `s${++schemas}`
      const { port, user, database } = server
      const options = { host: '127.0.0.1', port, user, database, max: 3, schema, supervise: false, schedule: false }
      const bosses: PgBoss12[] = []
      const started = async (boss: PgBoss12): Promise<PgBoss12> => {
        bosses.push(boss)
        boss.on('error', () => {})
        return boss.start()
      }
      return {
        schema,
        query: async (sql: string, values?: unknown[]) => (await pool.query(sql, values)).rows,
        boss: (seal?: ContractSeal) => started(new Sealed(seal ? { ...options, seal } : options)),
        plain: () => started(new Host(options)),
        /** What fires schedules: what is due it finds as soon as it starts. */
        timekeeper: () => started(new Host({ ...options, schedule: true, cronWorkerIntervalSeconds: 1 })),
        async close() {
          for (const boss of bosses) await boss.stop({ graceful: false })
          await pool.query(`DROP SCHEMA ${schema} CASCADE`)
        },
      }
    }

    pgBossContract(`pg-boss ${version}`, async () => bench(), { since11: version !== '10' })

    it(`pg-boss ${version} makes jobs of a sealed schedule that open, and stores its data nowhere in clear`, async () => {
      const { schema, query, boss: create, timekeeper, close } = bench()
      const boss = await create({ sealer: newSealer(), app: APP })
      const { ascii } = createCanaries(`schedule${version}`)
      await boss.createQueue('due')
      await boss.schedule('due', '* * * * *', { note: ascii.value }, { priority: 3 })
      await timekeeper()
      await vi.waitFor(
        async () => {
          const rows = await query(`SELECT 1 FROM ${schema}.job WHERE name = 'due'`)
          if (rows.length === 0) throw new Error('the schedule has not fired')
        },
        { timeout: 20_000, interval: 20 },
      )
      expect(describeHits((await scan(postgresTables(query), [ascii])).hits)).toBe('')
      expect((await boss.fetch('due'))[0]!.data).toEqual({ note: ascii.value })
      expect((await boss.getSchedules())[0]!.data).toEqual({ note: ascii.value })
      await close()
    })
  }
})
