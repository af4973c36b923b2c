import { createCanaries, describeHits, postgresTables, scan } from '@waxseal/conformance/leak-probe'
import { createDedupKey, createSealer, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { SealOptions } from '../src/index.js'
import { embeddedPostgres } from './embedded.js'

const postgres = embeddedPostgres()
const { email } = createCanaries('dedup')
const HASH = /^[A-Za-z0-9_-]{22}$/

function settings() {
  const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
  return { sealer: createSealer({ keys }), dedup: createDedupKey({ keys, key: { kid: 'k1' } }) }
}

async function bench(queue: object = {}, seal: Partial<SealOptions> = settings()) {
  const made = await postgres.bosses(seal)
  await made.boss.createQueue('pay', queue)
  const keys = async (column = 'singleton_key') =>
    (await postgres.query(`SELECT ${column} AS key FROM ${made.schema}.job WHERE name = 'pay' ORDER BY created_on`)).map(
      ({ key }) => key as string,
    )
  return { ...made, keys }
}

describe('keys that pg-boss compares', () => {
  it('are stored as hashes whatever type JavaScript gave them: pg-boss makes them texts', async () => {
    const { boss, keys } = await bench()
    const singletonKey = 42424242 as unknown as string
    await boss.send('pay', { n: 1 }, { singletonKey })
    await boss.sendThrottled('pay', { n: 2 }, {}, 60, singletonKey)
    for (const key of await keys()) expect(key).toMatch(HASH)
    expect(await boss.findJobs('pay', { key: '42424242' })).toHaveLength(2)
  })

  it('are stored as hashes by every way to send, and are nowhere in the database', async () => {
    const { boss, plain, keys } = await bench()
    const key = email.value
    const options = { singletonKey: key, group: { id: key, tier: 'gold' } }
    await boss.send('pay', { n: 1 }, options)
    await boss.send({ name: 'pay', data: { n: 2 }, options })
    await boss.sendAfter('pay', { n: 3 }, options, 60)
    await boss.sendThrottled('pay', { n: 4 }, { group: options.group }, 60, key)
    await boss.sendDebounced('pay', { n: 5 }, { group: options.group }, 3600, key)
    await boss.insert('pay', [{ data: { n: 6 }, ...options }])
    await boss.flow([
      { ref: 'a', name: 'pay', data: { n: 7 }, options },
      { ref: 'b', name: 'pay', data: { n: 8 }, options, dependsOn: ['a'] },
    ])
    await boss.subscribe('paid', 'pay')
    await boss.publish('paid', { n: 8 }, options)
    await boss.schedule('pay', '* * * * *', { n: 9 }, { ...options, key: 'nightly' })
    const hits = (await scan(postgresTables(postgres.query), [email], { inflate: true })).hits
    expect(describeHits(hits)).toBe('')
    expect(await keys()).toHaveLength(9)
    const [hash, ...others] = new Set(await keys())
    expect([hash, others]).toEqual([expect.stringMatching(HASH), []])
    const [group, ...more] = new Set(await keys('group_id'))
    expect([group, more]).toEqual([expect.stringMatching(HASH), []])
    expect(group).not.toBe(hash)
    expect(new Set(await keys('group_tier'))).toEqual(new Set(['gold']))
    const [schedule] = await plain.getSchedules('pay')
    expect(schedule).toMatchObject({ key: 'nightly', options: { singletonKey: hash, group: { id: group, tier: 'gold' } } })
  })

  it('still keep equal jobs out, and only those', async () => {
    const { boss } = await bench({ policy: 'short' })
    expect(await boss.send('pay', { n: 1 }, { singletonKey: 'a' })).toEqual(expect.any(String))
    expect(await boss.send('pay', { n: 2 }, { singletonKey: 'a' })).toBeNull()
    expect(await boss.send('pay', { n: 3 }, { singletonKey: 'b' })).toEqual(expect.any(String))
    expect(await boss.sendThrottled('pay', { n: 4 }, null, 60, 'c')).toEqual(expect.any(String))
    expect(await boss.sendThrottled('pay', { n: 5 }, null, 60, 'c')).toBeNull()
  })

  it('name the jobs that are edited and found', async () => {
    const { boss, plain } = await bench()
    const id = (await boss.send('pay', { n: 1 }, { singletonKey: 'order 7' }))!
    expect(await boss.update('pay', { n: 2 }, { singletonKey: 'order 7' })).toMatchObject({ jobs: [id] })
    expect(await boss.update('pay', undefined, { singletonKey: 'order 7', priority: 9 })).toMatchObject({ jobs: [id] })
    expect(await boss.update({ name: 'pay', options: { singletonKey: 'order 8', priority: 1 } })).toMatchObject({ updated: 0 })
    expect(await boss.upsert('pay', { n: 3 }, { singletonKey: 'order 7' })).toMatchObject({ updated: 1, inserted: 0 })
    expect(await boss.findJobs('pay', { key: 'order 7' })).toMatchObject([{ id, data: { n: 3 }, priority: 9 }])
    expect(await boss.findJobs('pay', { key: 'order 8' })).toEqual([])
    expect(await plain.findJobs('pay', { key: 'order 7' })).toEqual([])
    expect(await boss.findJobs('pay', { id })).toHaveLength(1)
  })

  it('let one job of a key run at a time', async () => {
    const { boss } = await bench({ policy: 'key_strict_fifo' })
    for (const n of [1, 2]) await boss.send('pay', { n }, { singletonKey: 'a' })
    await boss.send('pay', { n: 3 }, { singletonKey: 'b' })
    const jobs = await boss.fetch<{ n: number }>('pay', { batchSize: 3 })
    expect(jobs.map(({ data }) => data.n).sort()).toEqual([1, 3])
    await expect(boss.send('pay', { n: 4 })).rejects.toThrow(/singletonKey/)
  })

  it('belong to the scope of the job', async () => {
    const keys = staticKeys(['acme', 'globex'].map((scope) => ({ kid: scope, scope, key: generateKey() })))
    const { boss, keys: stored } = await bench(
      {},
      {
        sealer: createSealer({ keys }),
        dedup: createDedupKey({ keys, key: (scope) => ({ kid: scope! }) }),
        scope: ({ data }) => (data as { tenant: string }).tenant,
      },
    )
    for (const tenant of ['acme', 'globex', 'acme']) await boss.send('pay', { tenant }, { singletonKey: 'same' })
    const [a, b, c] = await stored()
    expect(a).toBe(c)
    expect(a).not.toBe(b)
  })

  it('ask settings of the options of the call, as payloads do', async () => {
    const asked: unknown[] = []
    const { boss, keys } = await bench(
      {},
      {
        ...settings(),
        write: ({ options }) => {
          asked.push(options)
          return (options as { priority?: number }).priority ? 'plaintext' : 'sealed'
        },
      },
    )
    await boss.sendThrottled('pay', { n: 1 }, { priority: 1 }, 60, 'a')
    await boss.sendThrottled('pay', { n: 2 }, { expireInSeconds: 9 }, 60, 'a')
    expect(await keys()).toEqual(['a', expect.stringMatching(HASH)])
    expect(new Set(asked.map((options) => JSON.stringify(options)))).toEqual(new Set(['{"priority":1}', '{"expireInSeconds":9}']))
  })

  it('stay as they are without dedup, and where jobs are stored in clear', async () => {
    const { sealer, dedup } = settings()
    for (const seal of [{ sealer }, { sealer, dedup, write: 'plaintext' as const }]) {
      const { boss, keys } = await bench({}, seal)
      await boss.send('pay', { n: 1 }, { singletonKey: 'order 7' })
      expect(await keys()).toEqual(['order 7'])
    }
  })
})
