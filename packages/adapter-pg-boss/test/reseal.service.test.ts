import { readFileSync } from 'node:fs'
import { createReseal } from '@waxseal/reseal'
import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { PgBoss as HostPgBoss } from 'pg-boss'
import PgBoss10 from 'pg-boss-10'
import PgBoss11 from 'pg-boss-11'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Host } from '../src/host.js'
import { PgBoss } from '../src/index.js'
import { sealedClass } from '../src/pg-boss.js'
import { resealTarget } from '../src/reseal.js'
import { APP } from './embedded.js'
import { rotation } from './rotation.js'

const missing = postgresMissing()
const numbers = Array.from({ length: 400 }, (_, n) => n)
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  const bosses: HostPgBoss[] = []
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(async () => {
    for (const boss of bosses) await boss.stop({ graceful: false })
    await server?.stop()
  })
  const options = (max: number) => {
    const { port, user, database } = server
    return { host: '127.0.0.1', port, user, database, max, supervise: false, schedule: false }
  }
  async function started(boss: HostPgBoss): Promise<HostPgBoss> {
    bosses.push(boss)
    boss.on('error', () => {})
    return boss.start()
  }

  it('moves jobs with the grants of the README alone, while workers take, complete and fail them', async () => {
    const { before, during, after } = rotation()
    const seal = { app: APP, policy: { fields: ['/card'] }, deadLetters: { dead: ['pay'] } }
    const old = await started(new PgBoss({ ...options(4), seal: { ...seal, sealer: before } }))
    await old.createQueue('dead')
    await old.createQueue('pay', { retryLimit: 1, retryDelay: 0, deadLetter: 'dead', partition: true })
    await old.insert(
      'pay',
      numbers.map((n) => ({ data: { card: `4242 ${n}`, n } })),
    )
    const limited = await started(new HostPgBoss(options(1)))
    const db = limited.getDb()
    await db.executeSql('CREATE ROLE resealer')
    for (const [, grants = ''] of readme.matchAll(/```sql\n([\s\S]*?)```/g)) await db.executeSql(grants)
    // One connection: it stays this role.
    await db.executeSql('SET ROLE resealer')
    await expect(db.executeSql('DELETE FROM pgboss.job')).rejects.toMatchObject({ code: '42501' })

    const both = await started(new PgBoss({ ...options(8), seal: { ...seal, sealer: during } }))
    const target = resealTarget({ seal: { ...seal, sealer: during }, db })
    const engines = [7, 50].map((pageSize) => createReseal({ sealer: during, targets: [target], pageSize }))
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
    const handled: number[] = []
    const work = async () => {
      for (;;) {
        const jobs = await both.fetch<{ card: string; n: number }>('pay', { batchSize: 5 })
        if (jobs.length === 0) return
        for (const { id, data } of jobs) {
          expect(data.card).toBe(`4242 ${data.n}`)
          handled.push(data.n)
          if (data.n % 4 > 0) await both.complete('pay', id, { n: data.n })
          else await both.fail('pay', id, new Error(`declined ${data.card}`))
        }
      }
    }
    await Promise.all(Array.from({ length: 4 }, work))
    await work()
    working = false
    expect((await Promise.all(moving)).reduce((sum, moved) => sum + moved, 0)).toBeGreaterThan(0)
    expect((await engines[0]!.run()).targets[0]!.skipped).toEqual([])
    expect(await engines[0]!.canRetire({ kid: 'k1' })).toMatchObject({ ok: true })

    const next = await started(new PgBoss({ ...options(4), seal: { ...seal, sealer: after } }))
    const jobs = await next.findJobs<{ card: string; n: number }>('pay')
    expect(jobs.map(({ data }) => data.n).sort((a, b) => a - b)).toEqual(numbers)
    for (const { data, state, output } of jobs) {
      expect(data.card).toBe(`4242 ${data.n}`)
      expect(state).toBe(data.n % 4 > 0 ? 'completed' : 'failed')
      expect(output).toMatchObject(data.n % 4 > 0 ? { n: data.n } : { message: `declined ${data.card}` })
    }
    // Once each, and once more those that failed.
    expect(handled.length).toBe(500)
    expect((await next.findJobs('dead')).length).toBe(100)
  }, 120_000)

  it('seals jobs in clear while workers with an open window take, complete and fail them', async () => {
    const schema = 'clear'
    const { after: sealer } = rotation()
    const window = { allowUntil: new Date(Date.now() + 3_600_000) }
    const seal = { app: APP, sealer, deadLetters: { dead: ['pay'] } }
    const plain = await started(new HostPgBoss({ ...options(4), schema }))
    await plain.createQueue('dead')
    await plain.createQueue('pay', { retryLimit: 1, retryDelay: 0, deadLetter: 'dead' })
    const send = (ns: number[]) =>
      plain.insert(
        'pay',
        ns.map((n) => ({ data: { card: `4242 ${n}`, n }, priority: n % 3 })),
      )
    await send(numbers.slice(0, 200))
    const worker = await started(new PgBoss({ ...options(8), schema, seal: { ...seal, plaintext: () => window } }))
    const db = (await started(new HostPgBoss({ ...options(2), schema }))).getDb()
    const target = resealTarget({ seal, db, schema, inClear: 'seal' })
    const engines = [5, 40].map((pageSize) => createReseal({ sealer, targets: [target], pageSize }))
    let working = true
    const sealing = engines.map(async (reseal) => {
      let moved = 0
      while (working) {
        const { stopped, targets } = await reseal.run()
        expect(stopped).toBe(null)
        moved += targets[0]!.moved
      }
      return moved
    })
    const handled: number[] = []
    const work = async () => {
      for (;;) {
        const jobs = await worker.fetch<{ card: string; n: number }>('pay', { batchSize: 3 })
        if (jobs.length === 0) return
        for (const { id, data } of jobs) {
          expect(data.card).toBe(`4242 ${data.n}`)
          handled.push(data.n)
          if (data.n % 4 > 0) await worker.complete('pay', id, { n: data.n })
          else await worker.fail('pay', id, new Error(`declined ${data.card}`))
        }
      }
    }
    // A producer that does not seal yet goes on meanwhile.
    const sending = (async () => {
      for (let n = 200; n < 400; n += 20) await send(numbers.slice(n, n + 20))
    })()
    await Promise.all([sending, ...Array.from({ length: 3 }, work)])
    await work()
    working = false
    expect((await Promise.all(sealing)).reduce((sum, moved) => sum + moved, 0)).toBeGreaterThan(0)
    expect((await engines[0]!.run()).targets[0]!.skipped).toEqual([])
    expect(
      await db.executeSql(`SELECT 1 FROM ${schema}.job WHERE (data || coalesce(output, '{}'))::text LIKE '%4242%'`),
    ).toMatchObject({ rows: [] })

    // Nothing in clear is taken any more.
    const strict = await started(new PgBoss({ ...options(4), schema, seal }))
    const jobs = await strict.findJobs<{ card: string; n: number }>('pay')
    expect(jobs.map(({ data }) => data.n).sort((a, b) => a - b)).toEqual(numbers)
    for (const { data, state, output, priority } of jobs) {
      expect([data.card, priority]).toEqual([`4242 ${data.n}`, data.n % 3])
      expect(state).toBe(data.n % 4 > 0 ? 'completed' : 'failed')
      expect(output).toMatchObject(data.n % 4 > 0 ? { n: data.n } : { message: `declined ${data.card}` })
    }
    expect(handled.length).toBe(500)
    expect((await strict.findJobs('dead')).length).toBe(100)
  }, 120_000)

  it.each([
    ['10', PgBoss10],
    ['11', PgBoss11],
  ])('seals jobs in clear of pg-boss %s, whatever they hold', async (version, host) => {
    const schema = `clear${version}`
    const Host = host as unknown as Host
    const { after: sealer } = rotation()
    const seal = { app: APP, sealer, deadLetters: { dead: ['pay'] } }
    const plain = await started(new Host({ ...options(3), schema }))
    await plain.createQueue('dead')
    await plain.createQueue('pay', { retryLimit: 0, deadLetter: 'dead' })
    const secret = '4242 4242'
    const take = async () => (await plain.fetch<object | null>('pay'))[0]!.id
    await plain.send('pay', { secret })
    const done = await take()
    await plain.complete('pay', done, { secret })
    await plain.send('pay', { secret })
    const failed = await take()
    await plain.fail('pay', failed, new Error(secret))
    await plain.send('pay', null as never, { priority: 1 })
    await plain.send('pay', { secret, waits: true })
    await plain.schedule('pay', '* * * * *', { secret })
    // Version 10 keeps jobs that are done for some hours, and then somewhere else.
    if (version === '10') {
      const db = plain.getDb()
      await db.executeSql(`UPDATE ${schema}.job SET completed_on = now() - interval '1 day' WHERE id = $1`, [done])
      await (plain as unknown as { archive(): Promise<void> }).archive()
    }

    const db = plain.getDb()
    const reseal = createReseal({ sealer, targets: [resealTarget({ seal, db, schema, inClear: 'seal' })], pageSize: 2 })
    // Six payloads, one of them a dead letter's and one a schedule's; a result, an error and its copy.
    expect((await reseal.run()).targets[0]).toMatchObject({ seen: 9, moved: 9, skipped: [] })
    for (const table of ['job', 'schedule', ...(version === '10' ? ['archive'] : [])])
      expect((await db.executeSql(`SELECT 1 FROM ${schema}.${table} t WHERE t::text LIKE '%4242%'`)).rows).toEqual([])

    const boss = await started(new (sealedClass(Host))({ ...options(3), schema, seal }))
    const [read, archived] = [boss.getJobById.bind(boss), { includeArchive: true } as object]
    expect(await read('pay', done, archived)).toMatchObject({ data: { secret }, output: { secret } })
    expect(await read('pay', failed)).toMatchObject({ data: { secret }, output: { message: secret } })
    const fetched = [...(await boss.fetch('pay', { batchSize: 5 })), ...(await boss.fetch('dead'))]
    expect(fetched.length).toBe(3)
    expect(fetched.map(({ data }) => data)).toEqual(expect.arrayContaining([null, { secret, waits: true }, { secret }]))
    expect((await boss.getSchedules())[0]!.data).toEqual({ secret })
  })

  it('does not wait for a row that a worker holds, and moves it later', async () => {
    const { before, during } = rotation()
    const schema = 'held'
    const boss = await started(new PgBoss({ ...options(4), schema, seal: { app: APP, sealer: before } }))
    await boss.createQueue('pay')
    for (const n of [1, 2]) await boss.send('pay', { n })
    const db = boss.getDb()
    const holder = (await started(new HostPgBoss({ ...options(1), schema }))).getDb()
    await holder.executeSql('BEGIN')
    await holder.executeSql(`SELECT 1 FROM ${schema}.job WHERE id = (SELECT min(id::text)::uuid FROM ${schema}.job) FOR UPDATE`)
    const reseal = createReseal({ sealer: during, targets: [resealTarget({ seal: { app: APP, sealer: during }, db, schema })] })
    const target = resealTarget({ seal: { app: APP, sealer: during }, db, schema })
    const { items } = await target.page({ after: null, until: null, limit: 9 })
    const changes = items.map((item) => ({ item, next: item.sealed }))
    expect(await target.replace(changes)).toEqual([false, true])
    await holder.executeSql('COMMIT')
    expect(await target.replace(changes)).toEqual([true, true])
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 2 })
  })
})
