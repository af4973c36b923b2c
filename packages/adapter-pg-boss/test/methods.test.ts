import { describe, expect, it } from 'vitest'
import { embeddedPostgres } from './embedded.js'

const postgres = embeddedPostgres()
const data = { card: '4242424242424242', amount: 5 }
const sealedForm = { $sealed: expect.stringMatching(/^wax1\./), $job: 'pay' }

async function withQueue() {
  const made = await postgres.bosses()
  await made.boss.createQueue('pay')
  return made
}

describe('every way to send', () => {
  const ways: Record<string, (boss: Awaited<ReturnType<typeof withQueue>>['boss']) => Promise<unknown>> = {
    'send(name, data, options)': (boss) => boss.send('pay', data, { priority: 3 }),
    'send({ name, data, options })': (boss) => boss.send({ name: 'pay', data, options: { priority: 3 } }),
    sendAfter: (boss) => boss.sendAfter('pay', data, null, 1),
    sendThrottled: (boss) => boss.sendThrottled('pay', data, null, 60, 'key'),
    sendDebounced: (boss) => boss.sendDebounced('pay', data, null, 60, 'key'),
    insert: (boss) => boss.insert('pay', [{ data }, { data, priority: 2 }]),
    flow: (boss) =>
      boss.flow([
        { ref: 'a', name: 'pay', data },
        { ref: 'b', name: 'pay', data, dependsOn: ['a'] },
      ]),
    upsert: (boss) => boss.upsert('pay', data, { singletonKey: 'key' }),
    publish: async (boss) => {
      await boss.subscribe('paid', 'pay')
      await boss.publish('paid', data)
    },
  }
  for (const [way, send] of Object.entries(ways))
    it(way, async () => {
      const { boss, plain } = await withQueue()
      await send(boss)
      const stored = await plain.findJobs('pay')
      expect(stored.length).toBeGreaterThan(0)
      for (const job of stored) expect(job.data).toEqual(sealedForm)
      for (const job of await boss.findJobs('pay')) expect(job.data).toEqual(data)
    })

  it('options reach pg-boss', async () => {
    const { boss, plain } = await withQueue()
    const id = await boss.send('pay', data, { priority: 7, singletonKey: 'k', startAfter: 3600 })
    expect(await plain.getJobById('pay', id!)).toMatchObject({ priority: 7, singletonKey: 'k' })
    expect(await boss.fetch('pay')).toEqual([])
  })

  it('publish seals for each queue that is subscribed, under its own type', async () => {
    const { boss, plain } = await postgres.bosses()
    for (const queue of ['mail', 'audit']) {
      await boss.createQueue(queue)
      await boss.subscribe('paid', queue)
    }
    await boss.publish('paid', data)
    for (const queue of ['mail', 'audit']) {
      expect((await plain.findJobs(queue))[0]!.data).toEqual({ ...sealedForm, $job: queue })
      expect((await boss.fetch(queue))[0]!.data).toEqual(data)
    }
  })
})

describe('editing', () => {
  it('update seals the new payload and leaves the old one where none is given', async () => {
    const { boss, plain } = await withQueue()
    const id = (await boss.send('pay', data))!
    const before = await plain.getJobById('pay', id)
    await boss.update('pay', undefined, { id, priority: 9 })
    expect(await plain.getJobById('pay', id)).toMatchObject({ priority: 9, data: before!.data })
    await boss.update({ name: 'pay', data: { amount: 6 }, options: { id } })
    expect((await plain.getJobById('pay', id))!.data).toEqual(sealedForm)
    expect((await boss.getJobById('pay', id))!.data).toEqual({ amount: 6 })
  })

  it('upsert without a payload still stores none in clear', async () => {
    const { boss, plain } = await withQueue()
    await boss.upsert({ name: 'pay', options: { singletonKey: 'k' } })
    expect((await plain.findJobs('pay'))[0]!.data).toEqual(sealedForm)
  })
})

describe('schedules', () => {
  it('hold a sealed payload, and the jobs made of them open', async () => {
    const { boss, plain } = await withQueue()
    await boss.schedule('pay', '* * * * *', data, { key: 'nightly' })
    const stored = await plain.getSchedule('pay', 'nightly')
    expect(stored!.data).toEqual(sealedForm)
    expect((await boss.getSchedule('pay', 'nightly'))!.data).toEqual(data)
    expect((await boss.getSchedules('pay'))[0]!.data).toEqual(data)
    expect(await boss.getSchedule('pay', 'absent')).toBeNull()
    // What pg-boss does when a schedule is due.
    await plain.send('pay', stored!.data!)
    expect((await boss.fetch('pay'))[0]!.data).toEqual(data)
  })
})

describe('taking and settling by hand', () => {
  it('fetch opens, complete seals, getJobById and findJobs open both', async () => {
    const { boss, plain } = await withQueue()
    const id = (await boss.send('pay', data))!
    const [job] = await boss.fetch<typeof data>('pay', { includeMetadata: true })
    expect(job).toMatchObject({ id, name: 'pay', data, state: 'active' })
    await boss.complete('pay', id, { receipt: 'for 4242424242424242' })
    const stored = await plain.getJobById('pay', id)
    expect(stored).toMatchObject({ state: 'completed', output: sealedForm })
    for (const read of [await boss.getJobById('pay', id), ...(await boss.findJobs('pay', { id }))])
      expect(read).toMatchObject({ data, output: { receipt: 'for 4242424242424242' } })
    expect(await boss.getJobById('pay', crypto.randomUUID())).toBeNull()
  })

  it('complete without a result stores none, and a value that is no object as pg-boss would', async () => {
    const { boss, plain } = await withQueue()
    const ids = (await boss.insert('pay', [{ data }, { data }, { data }], { returnId: true }))!
    await boss.fetch('pay', { batchSize: 3 })
    await boss.complete('pay', ids[0]!)
    await boss.complete('pay', ids.slice(1), 'text' as unknown as object)
    expect((await plain.getJobById('pay', ids[0]!))!.output).toBeNull()
    expect((await boss.getJobById('pay', ids[2]!))!.output).toEqual({ value: 'text' })
  })

  it('fail seals what it is told', async () => {
    const { boss, plain } = await withQueue()
    const id = (await boss.send('pay', data, { retryLimit: 0 }))!
    await boss.fetch('pay')
    await boss.fail('pay', id, { reason: 'card 4242424242424242 declined' })
    expect((await plain.getJobById('pay', id))!.output).toEqual({
      name: 'Error',
      message: '[sealed]',
      $error: expect.stringMatching(/^wax1\./),
      $job: 'pay',
    })
    expect((await boss.getJobById('pay', id))!.output).toEqual({ reason: 'card 4242424242424242 declined' })
  })
})

describe('what would put plaintext into the database is refused', () => {
  it('filters by content', async () => {
    const { boss } = await withQueue()
    await expect(boss.findJobs('pay', { data })).rejects.toMatchObject({ code: 'config' })
    await expect(boss.redrive('pay', { data })).rejects.toMatchObject({ code: 'config' })
    await expect(boss.previewRedrive('pay', { data })).rejects.toMatchObject({ code: 'config' })
  })
})
