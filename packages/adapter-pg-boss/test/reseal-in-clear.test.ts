import { createCanaries, describeHits, postgresTables, scan } from '@waxseal/conformance/leak-probe'
import type { Detector } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import type { PgBoss } from 'pg-boss'
import { describe, expect, it } from 'vitest'
import type { SealOptions } from '../src/index.js'
import { type PgBossResealOptions, resealTarget } from '../src/reseal.js'
import { APP, embeddedPostgres, newSealer, workOff } from './embedded.js'

const postgres = embeddedPostgres()
const canaries = createCanaries('clear')
const needles = Object.values(canaries)
const secret = canaries.json.value

/** Finds numbers of cards, wherever they stand. */
const cards: Detector = {
  detectDocument: (document) => (JSON.stringify(document)?.includes('4242') ? [{ pointer: '/card' }] : []),
}

async function bench(settings: Partial<SealOptions> = {}) {
  const sealer = newSealer()
  const seal = { app: APP, deadLetters: { dead: ['pay'] }, ...settings, sealer }
  const { boss, plain, schema } = await postgres.bosses(seal)
  const engine = (options: Partial<PgBossResealOptions> = {}) =>
    createReseal({
      sealer,
      targets: [resealTarget({ seal, db: plain.getDb(), schema, inClear: 'seal', ...options })],
      pageSize: 3,
    })
  const rows = (columns: string) => postgres.query(`SELECT ${columns} FROM ${schema}.job ORDER BY name, id`)
  return { boss, plain, schema, sealer, engine, rows }
}

const leaks = async () => describeHits((await scan(postgresTables(postgres.query), needles, { inflate: true })).hits)

function declined(): never {
  throw Object.assign(new Error(`declined ${secret}`), { name: 'CardError', secret })
}

/** Jobs in every state and a schedule, by a pg-boss that seals nothing. */
async function everything(plain: PgBoss): Promise<Record<string, string>> {
  const data = (step: string) => ({ step, secret, amount: 1 })
  await plain.createQueue('dead', { retryLimit: 0 })
  await plain.createQueue('pay', { retryLimit: 0, deadLetter: 'dead' })
  const send = async (step: string, options = {}) => (await plain.send('pay', data(step), options))!
  const completed = await send('completed')
  await plain.fetch('pay')
  await plain.complete('pay', completed, { secret })
  const failed = await send('failed')
  await workOff(plain, 'pay', declined)
  const retry = await send('retry', { retryLimit: 3, retryDelay: 3600 })
  await plain.fetch('pay')
  await plain.fail('pay', retry, new Error(secret))
  const active = await send('active')
  await plain.fetch('pay')
  const cancelled = await send('cancelled')
  await plain.cancel('pay', cancelled)
  const created = await send('created', { priority: 7, retryLimit: 2 })
  const deferred = await send('deferred', { startAfter: 3600, singletonKey: 'one' })
  await plain.send('pay', null as never)
  await plain.schedule('pay', '* * * * *', data('scheduled'), { key: 'nightly' })
  return { completed, failed, retry, active, cancelled, created, deferred }
}

describe.each<[string, Partial<SealOptions>]>([
  ['whole payloads', {}],
  ['fields', { policy: { fields: ['/secret'] } }],
  ['fields inline', { policy: { fields: ['/secret'], form: 'inline' } }],
])('jobs in clear, %s', (_, settings) => {
  it('are sealed where they stand, in every state, and nothing else of them changes', async () => {
    const { boss, plain, schema, engine, rows } = await bench(settings)
    const ids = await everything(plain)
    const rest = `to_jsonb(job) - 'data' - 'output' - 'source_output' AS rest`
    const before = await rows(rest)
    expect(await leaks()).not.toBe('')
    // Nine payloads, one of them a dead letter's and one null; a schedule's; a result, two errors and the copy of one.
    expect((await engine().run({ dryRun: true })).targets[0]).toMatchObject({ seen: 14, moved: 14, skipped: [] })
    expect(await leaks()).not.toBe('')
    expect((await engine().run()).targets[0]).toMatchObject({ seen: 14, moved: 14, conflicted: 0, skipped: [] })
    expect(await leaks()).toBe('')
    expect(await rows(rest)).toEqual(before)
    expect((await engine().run()).targets[0]).toMatchObject({ moved: 0, skipped: [] })

    for (const [step, id] of Object.entries(ids)) {
      const job = await boss.getJobById('pay', id)
      expect(job).toMatchObject({ data: { step, secret, amount: 1 } })
      if (step === 'completed') expect(job!.output).toEqual({ secret })
      if (step === 'failed') expect(job!.output).toMatchObject({ name: 'CardError', message: `declined ${secret}`, secret })
      if (step === 'retry') expect(job!.output).toMatchObject({ message: secret })
    }
    expect(await boss.getSchedules()).toMatchObject([{ key: 'nightly', data: { step: 'scheduled', secret } }])
    const [letter] = await boss.findJobs('dead')
    expect(letter).toMatchObject({ data: { step: 'failed', secret }, sourceOutput: { message: `declined ${secret}` } })
    // It is sealed as a job of the queue that it came from, and opens there again.
    expect(await boss.redrive('dead')).toBe(1)
    const fetched = await boss.fetch('pay', { batchSize: 9 })
    const steps = fetched.map(({ data }) => (data as { step: string } | null)?.step)
    expect(steps.sort()).toEqual(['created', 'failed', undefined])
    expect(await postgres.query(`SELECT 1 FROM ${schema}.job WHERE state = 'failed' AND name = 'pay'`)).toHaveLength(1)
  }, 30_000)
})

describe('sealing in place', () => {
  it('leaves clear members as they are, to the last digit, and keeps what a document already holds', async () => {
    const { boss, plain, schema, engine } = await bench({ policy: { fields: ['/card', '/list/*/card'] } })
    await boss.createQueue('pay')
    const id = (await plain.send('pay', { card: secret, big: 0, list: [{ card: 1, n: 1 }], note: { deep: [null, true] } }))!
    const big = '12345678901234567890.10'
    await postgres.query(`UPDATE ${schema}.job SET data = jsonb_set(data, '{big}', '${big}') WHERE id = $1`, [id])
    expect((await engine().run()).targets[0]).toMatchObject({ moved: 1 })
    const [row] = await postgres.query(`SELECT data->>'big' AS big, data FROM ${schema}.job`)
    expect(row).toMatchObject({
      big,
      data: { card: '[sealed]', list: [{ card: '[sealed]', n: 1 }], note: { deep: [null, true] }, $job: 'pay' },
    })
    const [job] = await boss.fetch('pay')
    expect(job!.data).toMatchObject({ card: secret, list: [{ card: 1, n: 1 }], note: { deep: [null, true] } })
  })

  it('touches only values in which the detector finds something, and shows the others to nobody', async () => {
    const { boss, plain, engine } = await bench()
    await boss.createQueue('pay', { retryLimit: 0 })
    const ids: string[] = []
    for (let n = 0; n < 8; n++) ids.push((await plain.send('pay', n % 3 === 0 ? { n, card: '4242 4242' } : { n }))!)
    await plain.fetch('pay')
    await plain.complete('pay', ids[0]!, { receipt: 'for 4242' })
    await plain.fetch('pay')
    await plain.complete('pay', ids[1]!, { receipt: 'for cash' })
    await boss.send('pay', { n: 8 })
    const report = (await engine({ detect: cards }).run()).targets[0]
    expect(report).toMatchObject({ seen: 5, moved: 4, current: 1, skipped: [] })
    const jobs = await plain.findJobs('pay')
    const inClear = jobs.filter(({ data }) => !('$sealed' in (data as object))).map(({ data }) => (data as { n: number }).n)
    expect(inClear.sort()).toEqual([1, 2, 4, 5, 7])
    expect((await plain.getJobById('pay', ids[0]!))!.output).toHaveProperty('$sealed')
    expect((await plain.getJobById('pay', ids[1]!))!.output).toEqual({ receipt: 'for cash' })
  })

  it('reports what the detector finds where nothing is to be sealed', async () => {
    const { boss, plain, engine } = await bench()
    await boss.createQueue('pay')
    await plain.send('pay', { card: '4242' })
    await plain.send('pay', { n: 1 })
    const report = (await engine({ inClear: undefined, detect: cards }).run()).targets[0]
    expect(report).toMatchObject({ seen: 1, skipped: [{ reason: 'plaintext_rejected', count: 1 }] })
  })

  it('counts for a key whatever the detector thinks of it', async () => {
    const { boss, plain, engine } = await bench()
    await boss.createQueue('pay')
    const id = (await boss.send('pay', { n: 1 }))!
    const { data } = (await plain.getJobById<{ $sealed: string }>('pay', id))!
    await plain.send('pay', { note: data.$sealed })
    const reseal = engine({ detect: cards })
    expect((await reseal.stillOn({ kid: 'k1' }))[0]).toMatchObject({ needed: 2 })
    expect((await reseal.run()).targets[0]).toMatchObject({ seen: 1, current: 1 })
  })

  it('seals what a schedule has on its way to its queue', async () => {
    const { boss, plain, schema, engine } = await bench()
    await boss.createQueue('pay')
    await plain.createQueue('__pgboss__send-it')
    const relayed = { name: 'pay', key: '', data: { secret }, options: { priority: 3 } }
    await plain.send('__pgboss__send-it', relayed)
    expect((await engine().run()).targets[0]).toMatchObject({ seen: 1, moved: 1, skipped: [] })
    expect(await leaks()).toBe('')
    // What pg-boss does with it.
    const [{ data }] = (await postgres.query(`SELECT data FROM ${schema}.job`)) as [{ data: typeof relayed }]
    expect(data).toMatchObject({ name: 'pay', key: '', options: { priority: 3 } })
    await plain.send(data)
    expect((await boss.fetch('pay'))[0]!.data).toEqual({ secret })
  })

  it('leaves jobs that are to be stored in clear, and damaged ones, and says so', async () => {
    const { boss, plain, schema, engine, rows } = await bench({
      policy: { fields: ['/card'] },
      write: ({ queue }) => (queue === 'old' ? 'plaintext' : 'sealed'),
      errors: 'scrub',
    })
    for (const queue of ['old', 'pay']) await boss.createQueue(queue, { retryLimit: 0 })
    await boss.send('old', { card: 1 })
    const half = (await boss.send('pay', { card: 2 }))!
    await postgres.query(`UPDATE ${schema}.job SET data = data - '$wax' WHERE id = $1`, [half])
    const failed = (await plain.send('pay', { card: 3 }, { priority: 1 }))!
    await plain.fetch('pay')
    await plain.fail('pay', failed, { message: 'declined' })
    const [report] = (await engine().run()).targets
    expect(report).toMatchObject({ seen: 4, moved: 2, skipped: [{ reason: 'plaintext_rejected', count: 2 }] })
    expect((await boss.getJobById('pay', failed))!.output).toEqual({ name: 'Error', message: '[sealed]' })
    expect(await rows(`1`)).toHaveLength(3)
  })

  it('fails for the item alone where its key is missing, and loses no error details', async () => {
    const { boss, plain, engine } = await bench({ scope: ({ queue }) => (queue === 'mail' ? 'nobody' : undefined) })
    for (const queue of ['mail', 'pay']) await boss.createQueue(queue, { retryLimit: 0 })
    for (const queue of ['mail', 'pay']) {
      const id = (await plain.send(queue, { secret }))!
      await plain.fetch(queue)
      await plain.fail(queue, id, new Error(secret))
    }
    const [report] = (await engine().run()).targets
    expect(report).toMatchObject({ seen: 4, moved: 2 })
    expect(report!.skipped.map(({ count }) => count)).toEqual([2])
    expect((await plain.findJobs('mail'))[0]).toMatchObject({ data: { secret }, output: { message: secret } })
    await plain.deleteAllJobs('mail')
  })

  it('refuses options that do not fit', async () => {
    const { engine } = await bench()
    for (const wrong of [{ inClear: 'keep' }, { detect: {} }])
      expect(() => engine(wrong as never)).toThrow(expect.objectContaining({ code: 'config' }))
  })
})
