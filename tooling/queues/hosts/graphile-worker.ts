import { Logger, makeWorkerUtils, runOnce } from '@waxseal/adapter-graphile-worker'
import { startPostgres } from '@waxseal/services'
import { CONCURRENCY, type Host, type JobData, pieces, TYPE } from './host.ts'

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
      await utils.migrate()
      return {
        async add(jobs) {
          for (const piece of pieces(jobs, 100)) await utils.addJobs(piece.map((payload) => ({ identifier: TYPE, payload })))
        },
        work: (handler) =>
          runOnce(
            { ...options, concurrency: CONCURRENCY } as never,
            {
              [TYPE]: async (payload: JobData) => void (await handler(payload)),
            } as never,
          ),
        async close() {
          await utils.withPgClient((client) => client.query(`DROP SCHEMA ${name} CASCADE`))
          await utils.release()
        },
      }
    },
  }
}
