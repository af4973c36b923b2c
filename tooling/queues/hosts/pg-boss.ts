import { PgBoss } from '@waxseal/adapter-pg-boss'
import { startPostgres } from '@waxseal/services'
import { CONCURRENCY, type Host, pieces } from './host.ts'

const BATCH = 20

/** pg-boss on PostgreSQL; its workers look every half second, so jobs are fetched and completed one batch after the other instead. */
export async function pgBossHost(): Promise<Host> {
  const { port, user, database, stop } = await startPostgres()
  const options = { host: '127.0.0.1', port, user, database, max: CONCURRENCY, supervise: false, schedule: false }
  return {
    name: 'pg-boss',
    keepsResults: true,
    stop,
    async queue(name, seal) {
      const boss = await new PgBoss({ ...options, ...(seal ? { seal } : {}) }).start()
      boss.on('error', () => {})
      await boss.createQueue(name)
      const fetchAll = async (handler: (job: object) => Promise<unknown>): Promise<void> => {
        for (;;) {
          const jobs = await boss.fetch<object>(name, { batchSize: BATCH })
          if (jobs.length === 0) return
          await Promise.all(jobs.map(async ({ id, data }) => boss.complete(name, id, (await handler(data)) as object)))
        }
      }
      return {
        async add(jobs) {
          for (const piece of pieces(jobs, 100))
            await boss.insert(
              name,
              piece.map((data) => ({ data })),
            )
        },
        work: (handler) => fetchAll(handler),
        async close() {
          await boss.deleteQueue(name)
          await boss.stop({ graceful: false })
        },
      }
    },
  }
}
