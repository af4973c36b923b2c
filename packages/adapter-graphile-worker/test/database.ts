import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { type DatabaseService, startPostgres } from '@waxseal/services'
import { Logger } from 'graphile-worker'
import * as worker17 from 'graphile-worker-0.17'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import { type Host, host as worker18 } from '../src/host.js'
import { type Job, openJob, type SealOptions, type TaskList, type WorkerUtils } from '../src/index.js'
import { quoted } from '../src/quoted.js'
import { type SealedFunctions, sealedFunctions } from '../src/run.js'

export const APP = 'billing'
/** For `vi.waitFor` and `expect.poll`: on a machine that does other things too. */
export const PATIENCE = { timeout: 20_000, interval: 10 }
/** Holds jobs in tests, and never gives them back. */
export const STRANGER = 'somebody'
export const silent = new Logger(() => () => {})

export const VERSIONS: [string, Host][] = [
  ['0.17', worker17 as unknown as Host],
  ['0.18', worker18],
]

export const newSealer = () => createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })

/** Sealers before a rotation, during and after it. */
export function rotation() {
  const [k1, k2] = [generateKey(), generateKey()]
  return {
    before: createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) }),
    during: createSealer({
      keys: staticKeys([
        { kid: 'k2', key: k2 },
        { kid: 'k1', key: k1, state: 'decrypt_only' },
      ]),
    }),
    after: createSealer({ keys: staticKeys([{ kid: 'k2', key: k2 }]) }),
  }
}

/** A row of `_private_jobs` with the identifier of its task. */
export type StoredJob = Record<string, unknown> & {
  readonly id: string
  readonly task_identifier: string
  readonly payload: Record<string, unknown>
  readonly last_error: string | null
  readonly attempts: number
  readonly max_attempts: number
}

const urlOf = ({ user, port, database }: DatabaseService): string => `postgres://${user}@127.0.0.1:${port}/${database}`

/** A pool whose connections may break when the server stops. */
export function poolOf(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config)
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}

/** A PostgreSQL for the tests of a file, and a schema of graphile-worker for each that asks. */
export function postgres() {
  let server: DatabaseService
  let pool: pg.Pool
  let schemas = 0
  const open: (() => Promise<void>)[] = []
  beforeAll(async () => {
    server = await startPostgres()
    pool = poolOf({ connectionString: urlOf(server), max: 12 })
  })
  afterEach(async () => {
    for (const end of open.splice(0)) await end()
  })
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })
  const query = async (sql: string, values?: unknown[]): Promise<Record<string, unknown>[]> =>
    (await pool.query(sql, values)).rows

  return {
    query,
    get pool() {
      return pool
    },
    get url() {
      return urlOf(server)
    },
    async bench(given: Partial<SealOptions> = {}, { host = worker18, schema = `s${++schemas}` } = {}) {
      const functions: SealedFunctions = sealedFunctions(host)
      const seal: SealOptions = { app: APP, sealer: newSealer(), ...given }
      const shared = { pgPool: pool, schema, logger: silent as never, noHandleSignals: true }
      const plain: WorkerUtils = await functions.makeWorkerUtils(shared)
      await plain.migrate()
      const utils = await functions.makeWorkerUtils({ ...shared, seal })
      const table = `${quoted(schema)}._private_jobs`
      const jobs = async (): Promise<StoredJob[]> =>
        (await query(`SELECT j.*, t.identifier AS task_identifier FROM ${table} j
          JOIN ${quoted(schema)}._private_tasks t ON t.id = j.task_id ORDER BY j.id`)) as StoredJob[]
      /** graphile-worker does not wait until what became of jobs is stored. */
      const settled = () =>
        vi.waitFor(async () => {
          if ((await jobs()).some(({ locked_by }) => locked_by !== null && locked_by !== STRANGER))
            throw new Error('a job is held')
        }, PATIENCE)
      open.push(async () => {
        await settled()
        await query(`DROP SCHEMA ${quoted(schema)} CASCADE`)
      })
      return {
        seal,
        schema,
        shared,
        plain,
        utils,
        table,
        functions,
        jobs,
        settled,
        opened: async () => Promise.all((await jobs()).map((job) => openJob(job as unknown as Job, seal))),
        /** Does what is due, once. */
        async work(tasks: TaskList, settings: Partial<SealOptions> = {}) {
          await functions.runOnce({ ...shared, seal: { ...seal, ...settings } }, tasks)
          await settled()
        },
        /** Makes whatever failed due again. */
        due: () => query(`UPDATE ${table} SET run_at = now() - interval '1 second'`),
      }
    },
  }
}

export type Bench = Awaited<ReturnType<ReturnType<typeof postgres>['bench']>>
