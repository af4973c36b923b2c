import { setTimeout } from 'node:timers/promises'
import { Logger, makeWorkerUtils, runOnce } from '@waxseal/adapter-graphile-worker'
import { startPostgres } from '@waxseal/services'
import { CONCURRENCY, type Host, pieces, TYPE } from './host.ts'

/** graphile-worker on PostgreSQL. */
export async function graphileHost(): Promise<Host> {
  const { port, user, database, stop } = await startPostgres()
  const shared = {
    connectionString: `postgres://${user}@127.0.0.1:${port}/${database}`,
    logger: new Logger(() => () => {}),
    noHandleSignals: true,
  }
  return {
    name: 'graphile-worker',
    keepsResults: false,
    stop,
    async queue(name, seal) {
      const options = { ...shared, schema: name, ...(seal ? { seal } : {}) }
      const utils = await makeWorkerUtils(options)
      const left = `SELECT FROM ${name}._private_jobs LIMIT 1`
      await utils.migrate()
      return {
        async add(jobs) {
          for (const piece of pieces(jobs, 100)) await utils.addJobs(piece.map((payload) => ({ identifier: TYPE, payload })))
        },
        async work(handler) {
          await runOnce(
            { ...options, concurrency: CONCURRENCY } as never,
            {
              [TYPE]: async (payload: object) => void (await handler(payload)),
            } as never,
          )
          // graphile-worker does not wait for what it writes of its last jobs.
          while (await utils.withPgClient(async (client) => (await client.query(left)).rowCount)) await setTimeout(1)
        },
        async close() {
          await utils.withPgClient((client) => client.query(`DROP SCHEMA ${name} CASCADE`))
          await utils.release()
        },
      }
    },
  }
}
