import { type DaemonService, redisMissing, startRedis } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCanaries, redisKeys, scan } from '../src/leak-probe.js'

const missing = redisMissing()

describeIf(!missing, missing ?? '')('every key of a Redis', () => {
  let server: DaemonService
  let redis: Redis
  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis({ port: server.port })
  })
  afterAll(async () => {
    redis?.disconnect()
    await server?.stop()
  })
  const keys = () => redisKeys((command, ...args) => redis.call(command, ...args))

  it('is looked into, whatever its type: names, fields, members and values', async () => {
    const { ascii } = createCanaries()
    const places: Record<string, () => Promise<unknown>> = {
      'a string': () => redis.set('a', ascii.value),
      'the name of a key': () => redis.set(`key ${ascii.value}`, '1'),
      'a row of a list': () => redis.rpush('a', 'x', ascii.value, 'y'),
      'a member of a set': () => redis.sadd('a', ascii.value),
      'a member of a sorted set': () => redis.zadd('a', 1, ascii.value),
      'a field of a hash': () => redis.hset('a', ascii.value, '1'),
      'a value of a hash': () => redis.hset('a', 'x', '1', 'y', Buffer.from(ascii.value).toString('base64')),
      'an entry of a stream': () => redis.xadd('a', '*', 'x', '1', 'y', JSON.stringify({ in: ascii.value })),
    }
    for (const [place, plant] of Object.entries(places)) {
      await redis.flushall()
      await redis.set('other', 'nothing')
      await plant()
      const { hits } = await scan(keys(), [ascii])
      expect(hits, place).toHaveLength(1)
      expect(hits[0]!.id).toBe('canary.ascii')
    }
  })

  it('is read once, and of thousands none is left out', async () => {
    await redis.flushall()
    await redis.mset(...Array.from({ length: 5000 }, (_, n) => [`key:${n}`, `value ${n}`]).flat())
    const items = await Array.fromAsync(keys())
    expect(new Set(items.map(({ where }) => where)).size).toBe(5000)
    expect(items.length).toBe(10_000)
  })

  it('of a type that is not known ends the search', async () => {
    const command = async (name: string) => (name === 'SCAN' ? ['0', ['odd']] : 'ReJSON-RL')
    await expect(Array.fromAsync(redisKeys(command))).rejects.toThrow('ReJSON-RL')
  })
})
