import { retention } from '@waxseal/core'
import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import pg from 'pg'
import { PgBoss as PgBoss12 } from 'pg-boss'
import PgBoss11 from 'pg-boss-11'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Host } from '../src/host.js'
import { sealedClass } from '../src/pg-boss.js'
import { APP, newSealer } from './embedded.js'

const missing = postgresMissing()

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  let pool: pg.Pool
  const bosses: PgBoss12[] = []
  beforeAll(async () => {
    server = await startPostgres()
    const { port, user, database } = server
    pool = new pg.Pool({ host: '127.0.0.1', port, user, database, max: 2 })
    pool.on('error', () => {})
  })
  afterAll(async () => {
    for (const boss of bosses) await boss.stop({ graceful: false })
    await pool?.end()
    await server?.stop()
  })

  it.each([
    ['11', PgBoss11],
    ['12', PgBoss12],
  ])('the maintenance of pg-boss %s removes jobs when their time has come, and not before', async (version, host) => {
    const schema = `v${version}`
    const { port, user, database } = server
    const Sealed = sealedClass(host as unknown as Host)
    const boss: PgBoss12 = new Sealed({
      ...{ host: '127.0.0.1', port, user, database, schema, supervise: false, schedule: false },
      seal: {
        ...{ sealer: newSealer(), app: APP },
        retention: ({ data }) => ((data as { keep: string }).keep === 'day' ? retention.deleteAfter({ days: 1 }) : undefined),
      },
    })
    bosses.push(boss)
    boss.on('error', () => {})
    await boss.start()
    await boss.createQueue('pay', { retryLimit: 0 })
    for (const keep of ['day', 'default', 'day']) await boss.send('pay', { keep })
    const jobs = await boss.fetch<{ keep: string }>('pay', { batchSize: 3 })
    const [done, failed, other] = jobs.sort((a, b) => Number(a.data.keep !== 'day') - Number(b.data.keep !== 'day'))
    await boss.complete('pay', done!.id, { ok: true })
    await boss.fail('pay', failed!.id, new Error('declined'))
    await boss.complete('pay', other!.id)
    await boss.send('pay', { keep: 'day' })

    async function kept(hoursAgo: number): Promise<string[]> {
      await pool.query(`UPDATE ${schema}.job SET completed_on = now() - $1 * interval '1 hour' WHERE completed_on IS NOT NULL`, [
        hoursAgo,
      ])
      // Maintenance looks at a queue once a day.
      await pool.query(`UPDATE ${schema}.queue SET maintain_on = now() - interval '2 days'`)
      await boss.supervise()
      return (await pool.query(`SELECT state::text FROM ${schema}.job`)).rows.map(({ state }) => state).sort()
    }
    expect(await kept(23)).toEqual(['completed', 'completed', 'created', 'failed'])
    // What waits is not finished; what has no policy is kept as pg-boss keeps it.
    expect(await kept(25)).toEqual(['completed', 'created'])
    expect(await kept(24 * 8)).toEqual(['created'])
  })
})
