import { PgBoss } from '@waxseal/adapter-pg-boss'
import { postgresTables } from '@waxseal/conformance/leak-probe'
import { startPostgres } from '@waxseal/services'
import pg from 'pg'
import { type JobData, pieces } from '../hosts/host.ts'
import { type Fleet, QUEUE, settingsOf, type Work } from './fleet.ts'

export async function pgBossFleet(): Promise<Fleet> {
  const { port, user, database, stop } = await startPostgres()
  const address = `postgres://${user}@127.0.0.1:${port}/${database}`
  const pool = new pg.Pool({ connectionString: address, max: 2 })
  pool.on('error', () => {})
  const boss = await new PgBoss({ connectionString: address, schedule: false }).start()
  boss.on('error', () => {})
  await boss.createQueue(QUEUE, { retryLimit: 1000, retryDelay: 0, expireInSeconds: 2 })
  const query = async (sql: string) => (await pool.query(sql)).rows
  const counted = async (states: string) =>
    Number((await query(`SELECT count(*) AS count FROM pgboss.job WHERE name = '${QUEUE}' AND state ${states}`))[0]!.count)
  return {
    name: 'pg-boss',
    address,
    async add(keys, jobs) {
      const sealed = await new PgBoss({
        connectionString: address,
        supervise: false,
        schedule: false,
        seal: settingsOf(keys),
      }).start()
      for (const piece of pieces(jobs, 500))
        await sealed.insert(
          QUEUE,
          piece.map((data) => ({ data })),
        )
      await sealed.stop({ graceful: false })
    },
    open: () => counted(`IN ('created', 'retry', 'active')`),
    failed: () => counted(`= 'failed'`),
    // Jobs of a dead worker expire when a maintainer looks.
    died: async () => void (await boss.supervise(QUEUE)),
    dump: () => postgresTables(query),
    async stop() {
      await boss.stop({ graceful: false })
      await pool.end()
      await stop()
    },
  }
}

export const workPgBoss: Work = async (address, seal, handler) => {
  const boss = await new PgBoss({ connectionString: address, supervise: false, schedule: false, max: 4, seal }).start()
  boss.on('error', () => {})
  for (;;) {
    const jobs = await boss.fetch<JobData>(QUEUE, { batchSize: 10 })
    for (const { id, data } of jobs) await boss.complete(QUEUE, id, (await handler(data)) as object)
    if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
