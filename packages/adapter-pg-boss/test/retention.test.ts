import { type RetentionPolicy, retention } from '@waxseal/core'
import type { PgBoss } from 'pg-boss'
import PgBoss10 from 'pg-boss-10'
import PgBoss11 from 'pg-boss-11'
import { describe, expect, it } from 'vitest'
import type { Host } from '../src/host.js'
import type { SealOptions } from '../src/index.js'
import { sealedClass } from '../src/pg-boss.js'
import { APP, embeddedPostgres, newSealer } from './embedded.js'

const postgres = embeddedPostgres()
const DAY = 86_400
const days = (count: number) => retention.deleteAfter({ days: count })
const data = { n: 1 }

async function bench(policy: SealOptions['retention'], queue: object = {}) {
  const made = await postgres.bosses({ retention: policy })
  await made.boss.createQueue('pay', queue)
  const seconds = async (name = 'pay') =>
    (
      await postgres.query(
        `SELECT deletion_seconds AS seconds FROM ${made.schema}.job WHERE name = '${name}' ORDER BY created_on`,
      )
    ).map(({ seconds }) => seconds)
  return { ...made, seconds }
}

describe('how long jobs are kept', () => {
  it('is what the policy says, by every way to send', async () => {
    const { boss, plain, seconds } = await bench(() => days(1))
    await boss.send('pay', data)
    await boss.send({ name: 'pay', data })
    await boss.sendAfter('pay', data, null, 60)
    await boss.sendThrottled('pay', data, null, 60, 'a')
    await boss.sendDebounced('pay', data, null, 60, 'b')
    await boss.insert('pay', [{ data }, { data }])
    await boss.upsert('pay', data, { singletonKey: 'c' })
    await boss.flow([
      { ref: 'a', name: 'pay', data },
      { ref: 'b', name: 'pay', data, dependsOn: ['a'] },
    ])
    await boss.subscribe('paid', 'pay')
    await boss.publish('paid', data)
    expect(await seconds()).toEqual(Array.from({ length: 11 }, () => DAY))
    await boss.schedule('pay', '* * * * *', data)
    expect((await plain.getSchedules('pay'))[0]!.options).toMatchObject({ deleteAfterSeconds: DAY })
  })

  it.each<[string, RetentionPolicy | undefined, number]>([
    ['a period, in whole seconds', retention.deleteAfter({ seconds: 90, ms: 900 }), 90],
    ['less than a second', retention.deleteAfter({ ms: 1 }), 1],
    ['not at all: until the next maintenance', retention.deleteImmediately(), 1],
    ['for ever, which pg-boss 12 writes as 0', retention.keepIndefinitely(), 0],
    ['as pg-boss does', retention.useDefault(), 7 * DAY],
    ['as pg-boss does where there is no policy', undefined, 7 * DAY],
  ])('%s', async (_, policy, expected) => {
    const { boss, seconds } = await bench(policy)
    await boss.send('pay', data)
    expect(await seconds()).toEqual([expected])
  })

  it('depends on the job where the policy does', async () => {
    const { boss, seconds } = await bench(({ data, options }) => {
      const { n } = data as { n: number }
      return n === 1 ? days(1) : (options as { priority?: number }).priority ? days(2) : undefined
    })
    await boss.send('pay', data)
    await boss.send('pay', { n: 2 }, { priority: 1 })
    await boss.send('pay', { n: 3 }, {})
    expect(await seconds()).toEqual([DAY, 2 * DAY, 7 * DAY])
  })

  it('may be shorter by the options of a call, and never longer', async () => {
    const { boss, seconds } = await bench(days(1))
    await boss.send('pay', data, { deleteAfterSeconds: 60 })
    const longer = { code: 'config', message: expect.stringContaining('deleteAfterSeconds') }
    await expect(boss.send('pay', data, { deleteAfterSeconds: DAY + 1 })).rejects.toMatchObject(longer)
    await expect(boss.send('pay', data, { deleteAfterSeconds: 0 })).rejects.toMatchObject(longer)
    await expect(boss.insert('pay', [{ data, deleteAfterSeconds: DAY + 1 }])).rejects.toMatchObject(longer)
    await expect(boss.createQueue('mail', { deleteAfterSeconds: DAY + 1 })).rejects.toMatchObject(longer)
    await expect(boss.updateQueue('pay', { deleteAfterSeconds: 0 })).rejects.toMatchObject(longer)
    expect(await seconds()).toEqual([60])
  })

  it('is left alone by an edit that does not speak of it', async () => {
    const { boss, seconds } = await bench(({ data }) => days((data as { n: number }).n))
    const id = (await boss.send('pay', { n: 2 }))!
    await boss.update('pay', undefined, { id, priority: 1 })
    expect(await seconds()).toEqual([2 * DAY])
    await boss.update('pay', { n: 3 }, { id })
    expect(await seconds()).toEqual([3 * DAY])
  })

  it('holds for the jobs that pg-boss makes itself, where one policy is for all', async () => {
    const { boss, plain, seconds } = await bench(days(1))
    await boss.createQueue('made', {})
    await plain.send('made', data)
    expect(await seconds('made')).toEqual([DAY])
  })
})

describe('what a version of pg-boss cannot do', () => {
  const start = (host: unknown, policy: SealOptions['retention']) => {
    const Sealed = sealedClass(host as Host)
    const options = { host: '127.0.0.1', port: 1, schema: 's', seal: { sealer: newSealer(), app: APP, retention: policy } }
    const boss = new Sealed(options) as PgBoss
    boss.on('error', () => {})
    return boss.start()
  }

  it.each([
    ['10, any policy', PgBoss10, days(1), 'archiveCompletedAfterSeconds'],
    ['11, keeping for ever', PgBoss11, retention.keepIndefinitely(), 'for ever'],
    ['11, a date', PgBoss11, retention.deleteAt(new Date(2e12)), 'date'],
    ['11, what no column holds', PgBoss11, days(30_000), 'longer than'],
  ])('%s, is refused at the start', async (_, host, policy, text) => {
    await expect(start(host, policy)).rejects.toMatchObject({ code: 'config', message: expect.stringContaining(text) })
  })

  it('is no matter where its default is asked for', async () => {
    for (const host of [PgBoss10, PgBoss11])
      await expect(start(host, retention.useDefault())).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('is refused by job where the policy depends on it', async () => {
    const { boss, seconds } = await bench(() => retention.deleteAt(new Date(2e12)))
    await expect(boss.send('pay', data)).rejects.toMatchObject({ code: 'config' })
    expect(await seconds()).toEqual([])
  })
})
