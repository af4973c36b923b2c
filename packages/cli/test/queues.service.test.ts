import { writeFileSync } from 'node:fs'
import { Queue as SealedQueue, Worker as SealedWorker } from '@waxseal/adapter-bullmq'
import { openJob } from '@waxseal/adapter-graphile-worker'
import { PgBoss as SealedPgBoss } from '@waxseal/adapter-pg-boss'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { type DatabaseService, postgresMissing, redisMissing, startPostgres, startRedis } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Queue } from 'bullmq'
import { Logger, makeWorkerUtils } from 'graphile-worker'
import { Redis } from 'ioredis'
import { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder, waxseal } from './waxseal.js'

const [k1, k2] = [generateKey(), generateKey()]
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const after = createSealer({ keys: staticKeys([{ kid: 'k2', key: k2 }]) })
const reader = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1 },
  ]),
})
const CARD = '4111 1111 1111 1111'
const seal = { app: 'billing', policy: { fields: ['/card'] } }

function commandIn(home: ReturnType<typeof folder>, queue: object, env: Record<string, string>) {
  writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: 'env://WAXSEAL_KEYS', queues: [{ ...queue, seal }] }))
  const keys = { WAXSEAL_KEYS: `k2:${k2},k1:${k1}`, ...env }
  return async (args: string) => {
    const { out, err, code } = await waxseal([...args.split(' '), '--json'], { cwd: home.path, env: keys })
    expect([code, err]).toEqual([0, ''])
    return (JSON.parse(out) as { targets: { moved: number }[] }).targets.map(({ moved }) => moved)
  }
}

const noRedis = redisMissing()
describeIf(!noRedis, noRedis ?? '')('jobs of BullMQ', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>
  const home = folder()
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(async () => {
    home.remove()
    await redis?.stop()
  })

  it('are moved to the next key, and sealed where they stand in clear', async () => {
    const url = `redis://127.0.0.1:${redis.port}`
    const connection = { url }
    const sealed = new SealedQueue('payments', { connection, seal: { ...seal, sealer: before } })
    const plain = new Queue('payments', { connection })
    await sealed.addBulk([1, 2, 3].map((n) => ({ name: 'charge', data: { n, card: CARD } })))
    await plain.add('charge', { n: 4, card: CARD })
    const command = commandIn(home, { kind: 'bullmq', redis: 'env:REDIS', queues: ['payments'] }, { REDIS: url })
    expect(await command('migrate --dry-run')).toEqual([4])
    expect(await command('migrate')).toEqual([4])
    expect(await command('reseal')).toEqual([0])
    expect(JSON.stringify((await plain.getJobs()).map(({ data }) => data))).not.toContain(CARD)
    const opened = new SealedQueue('payments', { connection, seal: { ...seal, sealer: after } })
    expect((await opened.getJobs()).map(({ data }) => data.card)).toEqual([CARD, CARD, CARD, CARD])
    await Promise.all([sealed, plain, opened].map((queue) => queue.close()))
  })

  it('lose nothing while they are worked on', async () => {
    const url = `redis://127.0.0.1:${redis.port}`
    const options = { connection: { url }, prefix: 'x*[y]' }
    const plain = new Queue('orders', options)
    const jobs = Array.from({ length: 400 }, (_, n) => ({ name: 'charge', data: { n, card: CARD } }))
    await plain.addBulk(jobs.map((job, n) => ({ ...job, opts: n % 4 === 0 ? { delay: 500 + n } : { priority: n % 3 } })))
    await plain.upsertJobScheduler('nightly', { every: 3_600_000 }, { name: 'charge', data: { n: -1, card: CARD } })
    const seen: unknown[] = []
    const allowUntil = new Date(Date.now() + 3_600_000)
    const worker = new SealedWorker<{ n: number; card: string }>(
      'orders',
      async ({ data }) => {
        seen.push(data)
        await new Promise((resolve) => setTimeout(resolve, 5))
        return { card: data.card }
      },
      { ...options, concurrency: 4, seal: { ...seal, sealer: reader, plaintext: { orders: { allowUntil } } } },
    )
    const failures: Error[] = []
    worker.on('failed', (_, error) => failures.push(error))
    const command = commandIn(
      home,
      { kind: 'bullmq', redis: 'env:REDIS', queues: ['orders'], prefix: options.prefix },
      { REDIS: url },
    )
    await Promise.all([command('migrate --rate 600 --page-size 50'), command('migrate --rate 800 --page-size 70')])
    while ((await plain.getJobCounts('completed', 'failed')).completed! < 401 && failures.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 50))
    expect(failures).toEqual([])
    await worker.close()
    await command('migrate')
    const byNumber = (left: { n: number }, right: { n: number }) => left.n - right.n
    const scheduled = { n: -1, card: CARD }
    expect((seen as { n: number }[]).toSorted(byNumber)).toEqual([scheduled, ...jobs.map(({ data }) => data)])
    const client = new Redis(url)
    const stored = await client.eval(
      `local all = ''
      for _, key in ipairs(redis.call('KEYS', '*orders*')) do
        local kind = redis.call('TYPE', key).ok
        if kind == 'hash' then all = all .. table.concat(redis.call('HGETALL', key), ' ') end
        if kind == 'list' then all = all .. table.concat(redis.call('LRANGE', key, 0, -1), ' ') end
      end
      return all`,
      0,
    )
    expect(String(stored)).toContain('wax1.')
    expect(String(stored)).not.toContain(CARD)
    client.disconnect()
    await plain.close()
  })

  it('are not there where their Redis is not, which is said without its password', async () => {
    const waiting = { kind: 'bullmq', redis: 'env:REDIS', queues: ['payments'], seal }
    writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: 'env://WAXSEAL_KEYS', queues: [waiting] }))
    const failing = async (url: string) => {
      const env = { WAXSEAL_KEYS: `k1:${k1}`, REDIS: url }
      const { code, out, err } = await waxseal(['migrate', '--debug'], { cwd: home.path, env })
      expect(`${out}${err}`).not.toContain('swordfish')
      return [code, err.split('\n')[0]]
    }
    expect(await failing('redis://ann:swordfish@127.0.0.1:1')).toEqual([
      1,
      'waxseal: the Redis of env:REDIS does not answer (ECONNREFUSED)',
    ])
    expect(await failing(`redis://ann:swordfish@127.0.0.1:${redis.port}`)).toEqual([
      1,
      'waxseal: the Redis of env:REDIS does not answer (WRONGPASS)',
    ])
    expect(await failing('127.0.0.1:6379 swordfish')).toEqual([
      2,
      'waxseal: env:REDIS holds no URL of Redis: redis:// or rediss://',
    ])
  })
})

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('jobs in PostgreSQL', () => {
  let server: DatabaseService
  const home = folder()
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(async () => {
    home.remove()
    await server?.stop()
  })

  it('of graphile-worker are sealed where they stand in clear, and moved to the next key', async () => {
    const url = `postgres://${server.user}@127.0.0.1:${server.port}/${server.database}`
    const utils = await makeWorkerUtils({ connectionString: url, logger: new Logger(() => () => undefined) })
    await utils.migrate()
    for (const n of [1, 2, 3]) await utils.addJob('charge', { n, card: CARD })
    const command = commandIn(home, { kind: 'graphile-worker', database: 'env:DATABASE_URL' }, { DATABASE_URL: url })
    expect(await command('migrate --page-size 2')).toEqual([3])
    expect(await command('reseal')).toEqual([0])
    const payloads = await utils.withPgClient((client) =>
      client.query('select payload, last_error from graphile_worker._private_jobs order by id'),
    )
    const opened = payloads.rows.map((job) => openJob({ ...job, task_identifier: 'charge' } as never, { ...seal, sealer: after }))
    expect(JSON.stringify(payloads.rows)).not.toContain(CARD)
    expect(await Promise.all(opened)).toMatchObject([1, 2, 3].map((n) => ({ payload: { n, card: CARD } })))
    await utils.release()
  })

  it('of pg-boss are moved to the next key, and sealed where they stand in clear', async () => {
    const url = `postgres://${server.user}@127.0.0.1:${server.port}/${server.database}`
    const database = { connectionString: url, supervise: false, schedule: false }
    const plain = new PgBoss(database)
    await plain.start()
    await plain.createQueue('charge')
    await plain.send('charge', { n: 1, card: CARD })
    const sealed = new SealedPgBoss({ ...database, seal: { ...seal, sealer: before } })
    await sealed.start()
    await sealed.send('charge', { n: 2, card: CARD })
    const command = commandIn(home, { kind: 'pg-boss', database: 'env:DATABASE_URL', name: 'charges' }, { DATABASE_URL: url })
    expect(await command('reseal --dry-run --target charges').catch(() => 'left')).toBe('left')
    expect(await command('migrate')).toEqual([2])
    expect(await command('reseal')).toEqual([0])
    const opened = new SealedPgBoss({ ...database, seal: { ...seal, sealer: after } })
    await opened.start()
    const jobs = await opened.fetch<{ card: string }>('charge', { batchSize: 5 })
    expect(jobs.map(({ data }) => data.card)).toEqual([CARD, CARD])
    for (const boss of [plain, sealed, opened]) await boss.stop({ graceful: false })
  })
})
