import { setTimeout } from 'node:timers/promises'
import { PgBoss, states } from '@waxseal/adapter-pg-boss'
import { postgresTables } from '@waxseal/conformance/leak-probe'
import { openDatabase } from '../database.js'
import { turn } from '../turn.js'
import type { Backend, Dump, HandleJob, OpenOptions, RunningBackend, StoredJob, Words, Work } from './backend.js'

const BATCH = 50
const POLL_MS = 25

const TABLES = `select count(*)::int as tables from information_schema.tables
  where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`
const JOBS = 'select id::text, state::text, data, output from pgboss.job'

const words: Words = {
  store: 'the database',
  place: 'table',
  parts: 'every row and column of',
  setting: 'one PostgreSQL in this process',
  own: Object.values(states),
}

/** pg-boss on an embedded PostgreSQL: nothing to install, nothing to start. */
export const pgBoss: Backend = {
  queue: 'pgboss',
  opening: 'starting PostgreSQL',
  keeps: true,
  sealsFields: true,
  open,
}

async function open({ sealer, app, policies, keep }: OpenOptions): Promise<RunningBackend> {
  const database = await openDatabase(keep)
  const { host, query, version, directory } = database
  const seal = { sealer, app, policy: ({ name }: { name: string }) => policies(name) }
  const boss = new PgBoss({ ...host, supervise: false, schedule: false, seal })

  return {
    opened: `started PostgreSQL ${version}, PGlite in this process`,
    words,
    directory,
    start: async () => void (await boss.start()),
    enqueue: (work) => enqueue(boss, work),
    async workOff(work, handle) {
      const broken = Promise.withResolvers<never>()
      broken.promise.catch(() => {})
      boss.on('error', broken.reject)
      const types = await startWorkers(boss, work, handle)
      // What the database says counts: a job that did not open never reaches a handler.
      for (let left = Number.POSITIVE_INFINITY; left > 0; ) {
        await Promise.race([setTimeout(POLL_MS, undefined, { signal: work.signal }), broken.promise])
        const [row] = await query(`select count(*)::int as "left" from pgboss.job where state < 'completed'`)
        left = Number(row!.left)
      }
      for (const type of types) await boss.offWork(type)
    },
    stored: async () => (await query(JOBS)) as unknown as StoredJob[],
    failureOf: async ({ type, id }) => (await boss.getJobById(type, id))?.output,
    async dump(): Promise<Dump> {
      const [counted] = await query(TABLES)
      return { places: Number(counted!.tables), items: postgresTables(query) }
    },
    async close(options) {
      await boss.stop({ graceful: false, close: false }).catch(() => {})
      await database.close(options)
    },
  }
}

/** The producer: a queue for each job type, jobs in batches. The adapter seals what passes through `insert`. */
async function enqueue(boss: PgBoss, { jobs, advance, signal }: Work): Promise<void> {
  for (const [type, list] of Map.groupBy(jobs, ({ type }) => type)) {
    await boss.createQueue(type, { retryLimit: 0 })
    for (let from = 0; from < list.length; from += BATCH) {
      await turn(signal)
      const batch = list.slice(from, from + BATCH)
      await boss.insert(
        type,
        batch.map(({ id, data }) => ({ id, data })),
      )
      advance(batch.length)
    }
  }
}

async function startWorkers(boss: PgBoss, { jobs, concurrency }: Work, handle: HandleJob): Promise<Set<string>> {
  const types = new Set(jobs.map(({ type }) => type))
  const options = {
    batchSize: BATCH,
    localConcurrency: concurrency,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5,
    perJobResults: true,
  } as const
  for (const type of types)
    await boss.work<Record<string, unknown>>(type, options, async (batch) =>
      batch.map(({ id, data }) => {
        try {
          return { id, status: 'completed', output: handle({ id, type, data }) }
        } catch (error) {
          return { id, status: 'failed', output: error }
        }
      }),
    )
  return types
}
