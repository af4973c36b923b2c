import { PGlite } from '@electric-sql/pglite'
import { createSealer, generateKey, type Sealer, staticKeys } from '@waxseal/core'
import { type PgBoss as HostPgBoss, PgBoss as HostPgBossClass, type Job, type WorkOptions } from 'pg-boss'
import { afterAll, beforeAll, vi } from 'vitest'
import { fromPglite, PgBoss, type SealOptions } from '../src/index.js'

export const APP = 'shop'

const schemaOf = new WeakMap<HostPgBoss, string>()

/** A real PostgreSQL in this process, one for a test file; every boss gets a schema of its own. */
export function embeddedPostgres() {
  let db: PGlite
  let schemas = 0
  const bosses: HostPgBoss[] = []
  beforeAll(async () => {
    db = await PGlite.create()
  })
  afterAll(async () => {
    for (const boss of bosses) await boss.stop({ graceful: false })
    await db.close()
  })

  const options = (schema: string) => ({
    db: fromPglite(db),
    backend: 'pglite' as const,
    schema,
    supervise: false,
    schedule: false,
  })
  async function started(boss: HostPgBoss, schema: string): Promise<HostPgBoss> {
    bosses.push(boss)
    schemaOf.set(boss, schema)
    boss.on('error', () => {})
    return boss.start()
  }

  return {
    query: async (sql: string, values?: unknown[]) => (await db.query<Record<string, unknown>>(sql, values)).rows,
    /** A sealing boss, and a plain one on the same tables: what the database holds. */
    async bosses(seal: Partial<SealOptions> = {}, more: object = {}) {
      const schema = `s${++schemas}`
      const sealer = seal.sealer ?? newSealer()
      const boss = await started(new PgBoss({ ...options(schema), ...more, seal: { sealer, app: APP, ...seal } }), schema)
      const plain = await started(new HostPgBossClass(options(schema)), schema)
      return { boss, plain, schema, sealer }
    },
    /** What fires the schedules of a schema: what is due it finds as soon as it starts. */
    timekeeper: (schema: string) =>
      started(new HostPgBossClass({ ...options(schema), schedule: true, cronWorkerIntervalSeconds: 1 }), schema),
    /** One more sealing boss on the tables of another. */
    another: (schema: string, seal: SealOptions) => started(new PgBoss({ ...options(schema), seal }), schema),
    /** This package's class without `seal`. */
    unsealed(schema = `s${++schemas}`) {
      return started(new PgBoss(options(schema)), schema)
    },
  }
}

export const newSealer = (kid = 'k1'): Sealer => createSealer({ keys: staticKeys([{ kid, key: generateKey() }]) })

/** Runs one worker until nothing of the queue waits or runs any more. */
export async function workOff<T = unknown>(
  boss: HostPgBoss,
  queue: string,
  handler: (jobs: Job<T>[]) => Promise<unknown> = async () => undefined,
  options: WorkOptions = {},
): Promise<void> {
  await boss.work<T>(queue, { pollingIntervalSeconds: 0.5, batchSize: 10, ...options }, handler)
  const open = `SELECT count(*)::int AS open FROM ${schemaOf.get(boss)}.job WHERE name = $1 AND state < 'completed'`
  await vi.waitFor(
    async () => {
      const { rows } = await boss.getDb().executeSql(open, [queue])
      if (rows[0].open > 0) throw new Error(`${rows[0].open} jobs of ${queue} are not settled`)
    },
    { timeout: 10_000, interval: 20 },
  )
  await boss.offWork(queue)
}
