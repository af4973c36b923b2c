import { Logger, makeWorkerUtils, runOnce } from '@waxseal/adapter-graphile-worker'
import { postgresTables } from '@waxseal/conformance/leak-probe'
import { startPostgres } from '@waxseal/services'
import pg from 'pg'
import { type JobData, pieces, TYPE } from '../hosts/host.ts'
import { type Fleet, settingsOf, type Work } from './fleet.ts'

const logger = new Logger(() => () => {})

export async function graphileFleet(): Promise<Fleet> {
  const { port, user, database, stop } = await startPostgres()
  const address = `postgres://${user}@127.0.0.1:${port}/${database}`
  const pool = new pg.Pool({ connectionString: address, max: 2 })
  pool.on('error', () => {})
  const utils = await makeWorkerUtils({ connectionString: address, logger })
  await utils.migrate()
  const query = async (sql: string) => (await pool.query(sql)).rows
  const counted = async (which: string) =>
    Number((await query(`SELECT count(*) AS count FROM graphile_worker._private_jobs WHERE ${which}`))[0]!.count)
  return {
    name: 'graphile-worker',
    address,
    async add(keys, jobs) {
      const sealed = await makeWorkerUtils({ connectionString: address, logger, seal: settingsOf(keys) })
      for (const piece of pieces(jobs, 500)) await sealed.addJobs(piece.map((payload) => ({ identifier: TYPE, payload })))
      await sealed.release()
    },
    open: () => counted('attempts < max_attempts'),
    failed: () => counted('attempts >= max_attempts'),
    // By itself it would find out after four hours.
    // A job takes milliseconds: whoever holds one for seconds is gone.
    async died() {
      const held = "SELECT DISTINCT locked_by FROM graphile_worker._private_jobs WHERE locked_at < now() - interval '3 seconds'"
      await utils.forceUnlockWorkers((await query(held)).map(({ locked_by }) => locked_by as string))
    },
    dump: () => postgresTables(query),
    async stop() {
      await utils.release()
      await pool.end()
      await stop()
    },
  }
}

export const workGraphile: Work = async (connectionString, seal, handler) => {
  const options = { connectionString, logger, noHandleSignals: true, seal }
  const tasks = { [TYPE]: async (payload: unknown) => void (await handler(payload as JobData)) }
  for (;;) {
    await runOnce(options, tasks)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
