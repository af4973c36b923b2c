import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { type DatabaseService, startPostgres } from '@waxseal/services'
import { Logger } from 'graphile-worker'
import pg from 'pg'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { makeWorkerUtils, type SealOptions, type WorkerUtils } from '../src/index.js'

export const APP = 'billing'
export const silent = new Logger(() => () => {})

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

/** A PostgreSQL for the tests of a file, and a schema of graphile-worker for each that asks. */
export function postgres() {
  let server: DatabaseService
  let pool: pg.Pool
  let [schemas, open] = [0, [] as string[]]
  beforeAll(async () => {
    server = await startPostgres()
    const { port, user, database } = server
    pool = new pg.Pool({ host: '127.0.0.1', port, user, database, max: 12 })
    pool.on('error', () => {})
    pool.on('connect', (client) => void client.on('error', () => {}))
  })
  afterEach(async () => {
    for (const schema of open) await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`)
    open = []
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
      return `postgres://${server.user}@127.0.0.1:${server.port}/${server.database}`
    },
    async bench(given: Partial<SealOptions> = {}, schema = `s${++schemas}`) {
      open.push(schema)
      const seal: SealOptions = { app: APP, sealer: newSealer(), ...given }
      const shared = { pgPool: pool, schema, logger: silent as never, noHandleSignals: true }
      const plain: WorkerUtils = await makeWorkerUtils(shared)
      await plain.migrate()
      const utils = await makeWorkerUtils({ ...shared, seal })
      const table = `"${schema}"._private_jobs`
      return {
        seal,
        schema,
        shared,
        options: { ...shared, seal },
        plain,
        utils,
        table,
        jobs: async (): Promise<StoredJob[]> =>
          (await query(`SELECT j.*, t.identifier AS task_identifier FROM ${table} j
            JOIN "${schema}"._private_tasks t ON t.id = j.task_id ORDER BY j.id`)) as StoredJob[],
        /** Makes whatever failed due again. */
        due: () => query(`UPDATE ${table} SET run_at = now() - interval '1 second'`),
      }
    },
  }
}

export type Bench = Awaited<ReturnType<ReturnType<typeof postgres>['bench']>>
