import type { ResealTarget } from '@waxseal/reseal'
import { redisMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { type BullMQResealTarget, resealTarget, type StoredItem } from '../src/reseal.js'
import { realRedis } from './redis.js'
import { rotated } from './rotated.js'

const missing = redisMissing()
const secret = 'a secret'
const K1 = { kid: 'k1' }

describe('the target', () => {
  it('is one of @waxseal/reseal', () => {
    expectTypeOf<BullMQResealTarget>().toExtend<ResealTarget<StoredItem>>()
  })
})

describeIf(!missing, missing ?? '')('what is where in Redis', () => {
  const redis = realRedis()

  it('finds each line of a list of stacks, and each row of logs while rows come and go', async () => {
    const { queue, worker, name, engine, target, close } = await rotated(redis, 'BullMQ 6')
    const job = await queue.add('pay', { secret }, { attempts: 3 })
    const failing = worker(name, async () => {
      throw new Error(secret)
    })
    await vi.waitFor(async () => expect(await job.getState()).toBe('failed'), 20_000)
    await failing.close()
    for (let n = 0; n < 5; n++) await job.log(`${n}`)
    const [rows, lines] = await Promise.all([
      redis.client.lrange(`bull:${name}:1:logs`, 0, -1),
      redis.client.hget(`bull:${name}:1`, 'stacktrace'),
    ])
    expect(JSON.parse(lines!)).toHaveLength(3)
    const logs = target()
    const first = await logs.page({ after: [`bull:${name}:1:logs`, 'logs', -1], until: null, limit: 2 })
    expect(first.items.map(({ sealed }) => sealed)).toEqual([rows[4], rows[3]])
    await job.log('5')
    await redis.client.lpop(`bull:${name}:1:logs`)
    const second = await logs.page({ after: first.next, until: null, limit: 9 })
    expect(second.items.map(({ sealed }) => sealed)).toEqual([rows[3], rows[2], rows[1]])
    expect(await logs.replace([{ item: first.items[0]!, next: 'x' }])).toEqual([true])
    expect(await redis.client.lrange(`bull:${name}:1:logs`, 0, 3)).toEqual([rows[1], rows[2], rows[3], 'x'])
    await redis.client.lset(`bull:${name}:1:logs`, 3, rows[4]!)
    expect((await engine().run()).targets[0]).toMatchObject({ moved: 10, skipped: [] })
    await close()
  })

  it('counts events page by page, of every kind, and keeps their keys until they are gone', async () => {
    const bench = await rotated(redis, 'BullMQ 6')
    for (let n = 0; n < 7; n++)
      await redis.client.xadd(`bull:${bench.name}:events`, '*', 'event', 'x', '$sealed', `wax1.c256.k1~1.${n}`)
    await redis.client.xadd(`bull:${bench.name}:events`, '*', 'event', 'failed', 'failedReason', 'E: [sealed] wax7.c256.k1~1.a')
    const [use] = await bench.engine().stillOn(K1)
    expect(use).toMatchObject({ needed: 0, unreadable: 8 })
    expect((await bench.engine().run()).targets[0]).toMatchObject({ seen: 0, skipped: [] })
    await bench.trimEvents()
    expect(await bench.engine().canRetire(K1)).toMatchObject({ ok: true })
    await bench.close()
  })

  it('reports jobs in clear, and leaves errors that BullMQ wrote', async () => {
    const { plain, name, engine, close } = await rotated(redis, 'BullMQ 6')
    await plain.add('pay', { secret })
    await redis.client.hset(`bull:${name}:1`, 'failedReason', 'job stalled more than allowable limit')
    expect((await engine().run()).targets[0]).toMatchObject({ seen: 1, skipped: [{ reason: 'plaintext_rejected', count: 1 }] })
    await close()
  })

  it('is partial where a queue has keys that it does not know', async () => {
    const { queue, name, engine, target, close } = await rotated(redis, 'BullMQ 5')
    await queue.add('pay', { secret }, { deduplication: { id: 'one', ttl: 60_000 } })
    await queue.pause()
    expect(await redis.client.exists(`bull:${name}:paused`)).toBe(1)
    expect(target().partial).toBe(true)
    const reseal = engine()
    await reseal.run()
    expect(await reseal.canRetire(K1)).toMatchObject({ ok: true })
    await redis.client.set(`bull:${name}:other`, 'x')
    expect(await reseal.canRetire(K1)).toMatchObject({ ok: false, reason: 'partial' })
    await close()
  })

  it('divides into jobs for a queue, whose places another process goes on from', async () => {
    const { queue, engine, close } = await rotated(redis, 'BullMQ 6')
    for (let n = 0; n < 10; n++) await queue.add('pay', { n })
    let moved = 0
    for (const part of await engine().partition('bullmq', { parts: 3 }))
      for (let job: typeof part | null = part; job; ) {
        const { next, report } = await engine().runPage(JSON.parse(JSON.stringify(job)))
        moved += report.moved
        job = next
      }
    expect(moved).toBe(10)
    await close()
  })

  it('keeps to names: neither another queue nor a pattern in a name reaches further', async () => {
    const { before } = await rotated(redis, 'BullMQ 6')
    const seal = { sealer: before, app: 'shop' }
    for (const name of ['a', 'a*', 'ab'])
      await redis.client.hset(`x[1]:${name}:1`, 'name', 'pay', 'data', `{"$sealed":"wax1.c256.k1~1.${name}"}`)
    const found = async (queues: string[], prefix?: string) => {
      const { items } = await resealTarget({ seal, redis: redis.client, queues, prefix }).page({
        after: null,
        until: null,
        limit: 9,
      })
      return items.map(({ id }) => JSON.parse(id)[0])
    }
    expect(await found(['a*'], 'x[1]')).toEqual(['x[1]:a*:1'])
    expect(await found(['ab', 'a'], 'x[1]')).toEqual(['x[1]:a:1', 'x[1]:ab:1'])
    expect(await found(['a'], 'x1')).toEqual([])
  })

  it('refuses options and places that do not fit', async () => {
    const { target, name } = await rotated(redis, 'BullMQ 6')
    const config = expect.objectContaining({ code: 'config' })
    for (const wrong of [
      { redis: {} as never },
      { queues: [] },
      { queues: [''] },
      { prefix: '' },
      { seal: undefined as never },
      { seal: { app: 'shop' } as never },
      { inClear: 'keep' as never },
    ])
      expect(() => target(wrong)).toThrow(config)
    for (const after of ['x', [], [`bull:${name}:1`, 'data'], [`bull:${name}:1`, 'data', '0'], ['bull:z:1', 'data', 0], [1]])
      await expect(target().page({ after, until: null, limit: 1 })).rejects.toEqual(config)
  })

  it('tells errors that may pass', async () => {
    const { isRetryable } = (await rotated(redis, 'BullMQ 6')).target()
    for (const error of [{ code: 'ECONNRESET' }, new Error('LOADING Redis is loading'), new Error('Connection is closed.')])
      expect(isRetryable(error)).toBe(true)
    for (const error of [new Error('WRONGTYPE'), new Error('x'), null, undefined]) expect(isRetryable(error)).toBe(false)
  })
})
