import { createDedupKey, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it, vi } from 'vitest'
import { ENVELOPE, finished, onRedis } from './bench.js'

const dedup = createDedupKey({ keys: staticKeys([{ kid: 'dedup', key: generateKey() }]), key: { kid: 'dedup' } })
const id = 'ada@example.com'

onRedis((create, redis, version) => {
  const dump = async (name: string) => {
    const keys = await redis.client.keys(`bull:${name}:*`)
    const hashes = await Promise.all(
      keys.map(async (key) => ((await redis.client.type(key)) === 'hash' ? redis.client.hgetall(key) : {})),
    )
    return JSON.stringify([keys, hashes])
  }

  describe('ids of deduplication', () => {
    it('are stored as hashes, and tell equal jobs all the same', async () => {
      const bench = create()
      const queue = bench.queue({ dedup })
      const first = await queue.add('pay', { n: 1 }, { deduplication: { id } })
      const [second] = await queue.addBulk([{ name: 'pay', data: { n: 2 }, opts: { deduplication: { id } } }])
      const other = await queue.add('pay', { n: 3 }, { deduplication: { id: 'grace@example.com' } })
      const flow = await bench.flows({ dedup }).add({ name: 'pay', queueName: bench.name, opts: { deduplication: { id } } })
      expect([second!.id, flow.job.id]).toEqual([first.id, first.id])
      expect(other.id).not.toBe(first.id)
      expect(await dump(bench.name)).not.toContain('example.com')
      expect(await queue.getDeduplicationJobId(id)).toBe(first.id)
      expect(await queue.removeDeduplicationKey(id)).toBe(1)
      expect((await queue.add('pay', {}, { deduplication: { id } })).id).not.toBe(first.id)
    })

    it('are removed by their job', async () => {
      const bench = create()
      const queue = bench.queue({ dedup })
      const job = await queue.add('pay', { n: 1 }, { deduplication: { id } })
      expect(await (await queue.getJob(job.id!))!.removeDeduplicationKey()).toBe(true)
      expect(await queue.getDeduplicationJobId(id)).toBeNull()
    })

    it('keep the newest job while one is active, sealed', async () => {
      const bench = create()
      const queue = bench.queue({ dedup })
      const seen: unknown[] = []
      const opts = { deduplication: { id, keepLastIfActive: true } }
      const first = await queue.add('pay', { card: '4242', n: 1 }, opts)
      bench.worker(
        async ({ data }) => {
          seen.push(data)
          if (seen.length > 1) return
          await queue.add('pay', { card: '4242', n: 2 }, opts)
          await queue.add('pay', { card: '4242', n: 3 }, opts)
          const stored = await dump(bench.name)
          expect(stored).not.toMatch(/4242|example/)
          expect(stored).toMatch(ENVELOPE)
        },
        {},
        { dedup },
      )
      expect(await finished(first)).toBe('completed')
      await vi.waitFor(
        () =>
          expect(seen).toEqual([
            { card: '4242', n: 1 },
            { card: '4242', n: 3 },
          ]),
        { timeout: 10_000 },
      )
    })

    it('stay as they are without a key, or while nothing is sealed', async () => {
      for (const seal of [{}, { dedup, write: 'plaintext' as const }]) {
        const bench = create()
        const queue = bench.queue(seal)
        const job = await queue.add('pay', {}, { deduplication: { id } })
        expect(await redis.client.get(`bull:${bench.name}:de:${id}`)).toBe(job.id)
        expect(await queue.getDeduplicationJobId(id)).toBe(job.id)
      }
    })

    it('are hashed once where some jobs are still in clear', async () => {
      const bench = create()
      const queue = bench.queue({ dedup, write: ({ name }) => (name === 'pay' ? 'plaintext' : 'sealed') })
      const job = await queue.add('pay', {}, { deduplication: { id } })
      expect(await queue.getDeduplicationJobId(id)).toBe(job.id)
      expect((await queue.add('mail', {}, { deduplication: { id } })).id).toBe(job.id)
    })

    if (version === 'BullMQ 5')
      it('are called debounce in BullMQ 5 too', async () => {
        const bench = create()
        const queue = bench.queue({ dedup }) as ReturnType<typeof bench.queue> & {
          getDebounceJobId(id: string): Promise<string>
          removeDebounceKey(id: string): Promise<number>
        }
        const job = await queue.add('pay', {}, { debounce: { id, ttl: 60_000 } } as object)
        expect(await queue.getDebounceJobId(id)).toBe(job.id)
        expect(await dump(bench.name)).not.toContain('example.com')
        expect(await queue.removeDebounceKey(id)).toBe(1)
      })
  })
})
