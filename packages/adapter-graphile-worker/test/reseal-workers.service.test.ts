import { readFileSync } from 'node:fs'
import { createReseal } from '@waxseal/reseal'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { makeWorkerUtils as hostUtils } from 'graphile-worker'
import type pg from 'pg'
import { afterEach, expect, it } from 'vitest'
import { type Job, makeWorkerUtils, openJob, run, type SealOptions } from '../src/index.js'
import { type GraphileWorkerResealOptions, resealTarget } from '../src/reseal.js'
import { APP, PATIENCE, poolOf, postgres, rotation, silent } from './database.js'

const missing = postgresMissing()
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => n + from)
const card = (n: number) => ({ card: `4242 ${n}`, n })
const fails = (n: number) => n % 5 === 0

type Card = ReturnType<typeof card>

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()
  const { before, during, after } = rotation()
  const pools: pg.Pool[] = []
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.end()
    await database.query('DROP SCHEMA graphile_worker CASCADE; DROP ROLE resealer')
  })

  /** What nobody but the README has granted anything to. */
  async function resealer(): Promise<pg.Pool> {
    await database.query('CREATE ROLE resealer')
    // One connection: it stays this role.
    const pool = poolOf({ connectionString: database.url, max: 1, idleTimeoutMillis: 0 })
    pools.push(pool)
    const statements = [...readme.matchAll(/```sql\n([\s\S]*?)```/g)]
      .flatMap(([, text = '']) => text.split('\n'))
      .filter((line) => line)
    for (const statement of statements) {
      if (statement.includes('bypassrls')) {
        await pool.query('SET ROLE resealer')
        const target = resealTarget({ seal: { app: APP, sealer: after }, db: pool })
        await expect(target.page({ after: null, until: null, limit: 1 })).rejects.toMatchObject({ code: 'config' })
        await pool.query('RESET ROLE')
      }
      await pool.query(statement)
    }
    await pool.query('SET ROLE resealer')
    await expect(pool.query('DELETE FROM graphile_worker._private_jobs')).rejects.toMatchObject({ code: '42501' })
    return pool
  }

  interface Scene {
    readonly seal: SealOptions
    /** Adds jobs 0 to 100 and lists of 100 to 200, and again while workers run those from 200 on. */
    readonly add: (identifier: string, payload: unknown) => Promise<unknown>
    readonly options?: Partial<GraphileWorkerResealOptions>
    readonly settings?: Partial<SealOptions>
  }

  /** Two runners and two engines at once, until every job has had its tries. */
  async function scene({ seal, add, options, settings }: Scene) {
    const shared = { pgPool: database.pool, logger: silent as never, noHandleSignals: true }
    const addAll = async (start: number) => {
      for (const n of numbers(start, start + 100)) await add('one', card(n))
      for (let n = start + 100; n < start + 200; n += 4) await add('list', numbers(n, n + 4).map(card))
    }
    await addAll(0)
    const db = await resealer()
    const engines = [7, 50].map((pageSize) =>
      createReseal({ sealer: seal.sealer, targets: [resealTarget({ seal, db, ...options })], pageSize }),
    )
    const handled = new Map<number, number>()
    async function handle({ card: text, n }: Card): Promise<void> {
      expect(text).toBe(`4242 ${n}`)
      handled.set(n, (handled.get(n) ?? 0) + 1)
      await new Promise((resolve) => setImmediate(resolve))
      if (fails(n)) throw new Error(`declined ${text}`)
    }
    const tasks = {
      one: (payload: unknown) => handle(payload as Card),
      list: (payload: unknown) => (payload as Card[]).map(handle),
    }
    const runners = await Promise.all(
      [1, 2].map(() =>
        run({ ...shared, seal: { ...seal, ...settings }, crontab: '', concurrency: 2, pollInterval: 20 }, tasks as never),
      ),
    )
    let working = true
    const moving = engines.map(async (reseal) => {
      let moved = 0
      while (working) {
        const { stopped, targets } = await reseal.run()
        expect(stopped).toBe(null)
        moved += targets[0]!.moved
      }
      return moved
    })
    await addAll(200)
    await expect
      .poll(
        async () => {
          await database.query(
            `UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at > now() AND locked_at IS NULL`,
          )
          const [row] = await database.query(`SELECT count(*)::int AS open FROM graphile_worker._private_jobs
          WHERE attempts < max_attempts OR locked_at IS NOT NULL`)
          return row!.open
        },
        { ...PATIENCE, timeout: 60_000 },
      )
      .toBe(0)
    working = false
    const moved = (await Promise.all(moving)).reduce((sum, count) => sum + count, 0)
    for (const runner of runners) await runner.stop()
    expect(moved).toBeGreaterThan(0)
    // None lost, none run twice but those that are tried again.
    expect([...handled.keys()].sort((a, b) => a - b)).toEqual(numbers(0, 400))
    expect([...handled].filter(([n, times]) => times !== (fails(n) ? 2 : 1))).toEqual([])
    expect((await engines[0]!.run()).targets[0]!.skipped).toEqual([])
    const rows = await database.query(`SELECT j.*, t.identifier AS task_identifier FROM graphile_worker._private_jobs j
      JOIN graphile_worker._private_tasks t ON t.id = j.task_id`)
    const kept = await Promise.all(rows.map((row) => openJob(row as unknown as Job, { ...seal, sealer: after })))
    expect(
      kept
        .flatMap(({ payload }) => payload as Card[])
        .map(({ n }) => n)
        .sort((a, b) => a - b),
    ).toEqual(numbers(0, 400).filter(fails))
    for (const { payload, errors } of kept) {
      const cards = [payload].flat() as Card[]
      expect(errors).toMatchObject(cards.map(({ card }) => ({ message: `declined ${card}` })))
    }
    return engines[0]!
  }

  it('moves jobs with the grants of the README alone, while workers take, finish and fail them', async () => {
    const seal = { app: APP, sealer: during, policy: { fields: ['/card'] } }
    const utils = await makeWorkerUtils({ pgPool: database.pool, logger: silent as never, seal: { ...seal, sealer: before } })
    await utils.migrate()
    const engine = await scene({ seal, add: (identifier, payload) => utils.addJob(identifier, payload, { maxAttempts: 2 }) })
    expect(await engine.canRetire({ kid: 'k1' })).toMatchObject({ ok: true })
  }, 120_000)

  it('seals jobs in clear while workers with an open window take, finish and fail them', async () => {
    const seal = { app: APP, sealer: after }
    const utils = await hostUtils({ pgPool: database.pool, logger: silent as never })
    await utils.migrate()
    const add = (identifier: string, payload: unknown) => utils.addJob(identifier, payload, { maxAttempts: 2 })
    const window = { allowUntil: new Date(Date.now() + 3_600_000) }
    await scene({ seal, add, options: { inClear: 'seal' }, settings: { plaintext: () => window } })
    const rows = await database.query(
      `SELECT 1 FROM graphile_worker._private_jobs WHERE payload::text LIKE '%4242%' OR last_error LIKE '%4242%'`,
    )
    expect(rows).toEqual([])
  }, 120_000)
})
