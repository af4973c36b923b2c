import { createCanaries, describeHits, postgresTables, scan } from '@waxseal/conformance/leak-probe'
import { createDedupKey, createSealer, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it, vi } from 'vitest'
import { embeddedPostgres, workOff } from './embedded.js'

const postgres = embeddedPostgres()
const canaries = createCanaries('job')
const needles = Object.values(canaries)
/** All canaries, as members and nested. */
const secrets = {
  ...Object.fromEntries(needles.map(({ id, value }) => [id, value])),
  deep: [{ list: needles.map(({ value }) => value) }],
}
const whole = needles.map(({ value }) => value).join(' ')

const leaks = async () => describeHits((await scan(postgresTables(postgres.query), needles, { inflate: true })).hits)

function failure(): never {
  const error = new Error(whole, { cause: new AggregateError([new Error(whole)], whole) })
  throw Object.assign(error, { name: canaries.ascii.value, secrets, code: canaries.digits.value })
}

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const shared = { sealer: createSealer({ keys }), dedup: createDedupKey({ keys, key: { kid: 'k1' } }) }

describe.each([
  ['whole payloads', {}],
  ['fields', { policy: { fields: ['/secret'] } }],
  ['whole payloads, errors scrubbed', { errors: 'scrub' as const }],
])('%s', (_, seal) => {
  it('leave no canary in any table, whatever is done with them', async () => {
    const { boss, plain, schema } = await postgres.bosses(
      { ...shared, ...seal, deadLetters: { dead: ['retried'] } },
      { persistWarnings: true },
    )
    const data = { id: 'clear', secret: secrets }
    for (const queue of ['dead', 'sent', 'due', 'worked', 'batch', 'each', 'manual'])
      await boss.createQueue(queue, { retryLimit: 0 })
    await boss.createQueue('retried', { retryLimit: 1, retryDelay: 0, deadLetter: 'dead' })

    const singletonKey = whole
    await boss.send('sent', data, { singletonKey, group: { id: whole } })
    await boss.send({ name: 'sent', data, options: { singletonKey } })
    await boss.sendAfter('sent', data, {}, 60)
    await boss.sendThrottled('sent', data, {}, 60, whole)
    await boss.sendDebounced('sent', data, {}, 60, whole)
    await boss.insert('sent', [{ data }, { data }])
    await boss.upsert('sent', data, { singletonKey })
    await boss.update('sent', data, { singletonKey })
    await boss.schedule('due', '* * * * *', data, { singletonKey })
    await boss.subscribe('event', 'sent')
    await boss.publish('event', data)
    await boss.flow([
      { ref: 'a', name: 'sent', data },
      { ref: 'b', name: 'sent', data, dependsOn: ['a'] },
    ])

    await boss.send('worked', data)
    await workOff(boss, 'worked', async ([job]) => job!.data)
    await boss.insert('batch', [{ data }, { data }])
    await workOff(boss, 'batch', failure)
    await boss.insert('each', [{ data }, { data }, { data }])
    await workOff(
      boss,
      'each',
      async (jobs) =>
        jobs.map(({ id, data }, index) => ({
          id,
          status: (['completed', 'failed', 'deadletter'] as const)[index]!,
          output: data,
        })),
      { perJobResults: true },
    )
    await boss.send('retried', data)
    await workOff(boss, 'retried', failure)
    await workOff(boss, 'dead', failure)

    const ids = (await boss.insert('manual', [{ data }, { data }, { data }], { returnId: true }))!
    await boss.fetch('manual', { batchSize: 3 })
    await boss.complete('manual', ids[0]!, data)
    await boss.fail('manual', ids[1]!, data)
    await boss.fail('manual', ids[2]!, new Error(whole))

    // What fires schedules does so when it starts: this one is due.
    await postgres.timekeeper(schema)
    await vi.waitFor(async () => expect(await plain.findJobs('due')).toHaveLength(1), { timeout: 10_000, interval: 20 })
    expect(await leaks()).toBe('')
    expect((await boss.fetch('due'))[0]!.data).toEqual(data)
    const states = (
      await Promise.all(['worked', 'batch', 'each', 'retried', 'dead', 'manual'].map((queue) => plain.findJobs(queue)))
    ).flat()
    expect(states.length).toBe(11)
  })
})

describe('the search', () => {
  it('finds what is stored in clear', async () => {
    const { boss, plain } = await postgres.bosses()
    await boss.createQueue('pay')
    await plain.send('pay', { note: canaries.email.value })
    expect(await leaks()).toContain('job.email')
    await plain.deleteAllJobs('pay')
  })
})
