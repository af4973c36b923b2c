import { type ContractSeal, type Handler, type QueueUnderTest, queueAdapterContract } from '@waxseal/conformance/contracts'
import { postgresTables } from '@waxseal/conformance/leak-probe'
import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { type Job, Logger } from 'graphile-worker'
import * as worker17 from 'graphile-worker-0.17'
import pg from 'pg'
import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { type Host, host as worker18 } from '../src/host.js'
import { openJob } from '../src/index.js'
import { sealedFunctions } from '../src/run.js'
import { PATIENCE } from './database.js'

const missing = postgresMissing()
const TYPES = ['pay', 'mail']

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  let pool: pg.Pool
  let schemas = 0
  beforeAll(async () => {
    server = await startPostgres()
    const { port, user, database } = server
    pool = new pg.Pool({ host: '127.0.0.1', port, user, database, max: 10 })
    pool.on('error', () => {})
    pool.on('connect', (client) => void client.on('error', () => {}))
  })
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })
  const query = async (sql: string, values?: unknown[]) => (await pool.query(sql, values)).rows

  for (const [version, host] of Object.entries({ '0.17': worker17 as unknown as Host, '0.18': worker18 }))
    queueAdapterContract({
      describe,
      it,
      harness: {
        name: `graphile-worker ${version}`,
        keepsResults: false,
        removesJobs: false,
        async create() {
          const schema = `s${++schemas}`
          const log = new Logger(() => () => {})
          const shared = { pgPool: pool, schema, logger: log as never, noHandleSignals: true }
          const releases: (() => unknown)[] = []

          async function queueOf(
            functions: Pick<Host, 'makeWorkerUtils' | 'runOnce'>,
            seal?: ContractSeal,
          ): Promise<QueueUnderTest> {
            const options = { ...shared, ...(seal ? { seal } : {}) }
            const utils = await functions.makeWorkerUtils(options)
            releases.push(() => utils.release())
            await utils.migrate()
            const spec = { maxAttempts: 2 }
            const rows = () =>
              query(`SELECT j.*, p.payload FROM ${schema}.jobs j JOIN ${schema}._private_jobs p USING (id) ORDER BY j.id`)
            return {
              ways: {
                addJob: (type, data) => utils.addJob(type, data, spec),
                addJobs: (type, data) => utils.addJobs([{ identifier: type, payload: data, ...spec }]),
                'addJob with a key': (type, data) => utils.addJob(type, data, { ...spec, jobKey: `key ${Math.random()}` }),
              },
              sendOnce: (type, data, jobKey) => utils.addJob(type, data, { ...spec, jobKey }),
              async work(handler: Handler) {
                const task = (type: string) => async (data: unknown) => void (await handler({ type, data }))
                const tasks = Object.fromEntries(TYPES.map((type) => [type, task(type)]))
                for (let open = 1; open > 0; ) {
                  await functions.runOnce(options, tasks)
                  // It does not wait until failures are stored.
                  await vi.waitFor(async () => {
                    const [row] = await query(
                      `SELECT count(*)::int AS held FROM ${schema}._private_jobs WHERE locked_at IS NOT NULL`,
                    )
                    if (row!.held > 0) throw new Error(`${row!.held} jobs are held`)
                  }, PATIENCE)
                  await query(`UPDATE ${schema}._private_jobs SET run_at = now() - interval '1 second'`)
                  const [row] = await query(
                    `SELECT count(*)::int AS open FROM ${schema}._private_jobs WHERE attempts < max_attempts`,
                  )
                  open = row!.open
                }
              },
              async outcomes() {
                return Promise.all(
                  (await rows()).map(async (row: Job) => {
                    const job = seal ? await openJob(row, seal) : row
                    return {
                      type: job.task_identifier,
                      tries: job.attempts,
                      state: job.attempts >= job.max_attempts ? ('failed' as const) : ('waiting' as const),
                      error: { message: job.last_error },
                    }
                  }),
                )
              },
            }
          }
          const waiting = `${schema}._private_jobs j JOIN ${schema}._private_tasks t ON t.id = j.task_id
            WHERE j.attempts < j.max_attempts`
          return {
            adapter: (seal) => queueOf(sealedFunctions(host) as Pick<Host, 'makeWorkerUtils' | 'runOnce'>, seal),
            host: () => queueOf(host),
            stored: async () =>
              (await query(`SELECT j.payload::text AS text FROM ${waiting} ORDER BY j.id`)).map(({ text }) => text),
            async alter(change) {
              for (const { id, text, type } of await query(
                `SELECT j.id, j.payload::text AS text, t.identifier AS type FROM ${waiting}`,
              ))
                await query(`UPDATE ${schema}._private_jobs SET payload = $1::text::json WHERE id = $2`, [change(text, type), id])
            },
            dump: () => postgresTables(query),
            async close() {
              for (const release of releases) await release()
              await query(`DROP SCHEMA ${schema} CASCADE`)
            },
          }
        },
      },
    })
})
