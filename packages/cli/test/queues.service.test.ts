import { writeFileSync } from 'node:fs'
import { Queue as SealedQueue } from '@waxseal/adapter-bullmq'
import { PgBoss as SealedPgBoss } from '@waxseal/adapter-pg-boss'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { type DatabaseService, postgresMissing, redisMissing, startPostgres, startRedis } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Queue } from 'bullmq'
import { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder, waxseal } from './waxseal.js'

const [k1, k2] = [generateKey(), generateKey()]
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) })
const after = createSealer({ keys: staticKeys([{ kid: 'k2', key: k2 }]) })
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
    expect(JSON.stringify((await plain.getJobs()).map(({ data }) => data))).not.toContain('4111')
    const opened = new SealedQueue('payments', { connection, seal: { ...seal, sealer: after } })
    expect((await opened.getJobs()).map(({ data }) => data.card)).toEqual([CARD, CARD, CARD, CARD])
    await Promise.all([sealed, plain, opened].map((queue) => queue.close()))
  })
})

const noPostgres = postgresMissing()
describeIf(!noPostgres, noPostgres ?? '')('jobs of pg-boss', () => {
  let server: DatabaseService
  const home = folder()
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(async () => {
    home.remove()
    await server?.stop()
  })

  it('are moved to the next key, and sealed where they stand in clear', async () => {
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
