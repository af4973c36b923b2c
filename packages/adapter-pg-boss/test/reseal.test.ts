import { setImmediate as turn } from 'node:timers/promises'
import { createCanaries, describeHits, postgresTables, scan } from '@waxseal/conformance/leak-probe'
import { createReseal, type ResealTarget } from '@waxseal/reseal'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { SealOptions } from '../src/index.js'
import { type PgBossResealOptions, type PgBossResealTarget, resealTarget, type StoredItem } from '../src/reseal.js'
import { APP, embeddedPostgres, workOff } from './embedded.js'
import { rotation } from './rotation.js'

const postgres = embeddedPostgres()
const canaries = createCanaries('reseal')
const needles = Object.values(canaries)
const secret = canaries.json.value
const K1 = { kid: 'k1' }

type Settings = Omit<Partial<SealOptions>, 'sealer'>

/** A boss under the old key, and what a rotation has it replaced by. */
async function rotated(settings: Settings = {}) {
  const { before, during, after } = rotation()
  const seal = { app: APP, deadLetters: { dead: ['pay'] }, ...settings }
  const { boss, plain, schema } = await postgres.bosses({ ...seal, sealer: before })
  const target = (more: Partial<PgBossResealOptions> = {}) =>
    resealTarget({ seal: { ...seal, sealer: during }, db: plain.getDb(), schema, ...more })
  const engine = (jobs = target()) => createReseal({ sealer: during, targets: [jobs], pageSize: 3 })
  return {
    ...{ boss, plain, schema, target, engine, during },
    /** What reads and writes while the jobs are moved. */
    worker: () => postgres.another(schema, { ...seal, sealer: during }),
    /** What has the new key alone. */
    renewed: () => postgres.another(schema, { ...seal, sealer: after }),
  }
}

function declined(): never {
  throw Object.assign(new Error(`declined ${secret}`), { name: 'CardError', secret })
}

/** Jobs in every state, with every kind of outcome; then a schedule. */
async function everything({ boss }: Awaited<ReturnType<typeof rotated>>): Promise<Record<string, string>> {
  const data = (step: string) => ({ step, secret, amount: 1 })
  await boss.createQueue('dead', { retryLimit: 0 })
  await boss.createQueue('pay', { retryLimit: 0, deadLetter: 'dead' })
  await boss.createQueue('parted', { retryLimit: 3, retryDelay: 3600, partition: true })
  const send = async (queue: string, step: string, options = {}) => (await boss.send(queue, data(step), options))!
  const take = (queue: string) => boss.fetch(queue)
  const completed = await send('pay', 'completed')
  await take('pay')
  await boss.complete('pay', completed, { secret })
  const failed = await send('pay', 'failed')
  await workOff(boss, 'pay', declined)
  const active = await send('pay', 'active')
  await take('pay')
  const cancelled = await send('pay', 'cancelled')
  await boss.cancel('pay', cancelled)
  const created = await send('pay', 'created')
  const deferred = await send('pay', 'deferred', { startAfter: 3600 })
  const retry = await send('parted', 'retry')
  await take('parted')
  await boss.fail('parted', retry, new Error(secret))
  await boss.schedule('pay', '* * * * *', data('scheduled'), { key: 'nightly' })
  return { completed, failed, active, cancelled, created, deferred, retry }
}

async function leaks(): Promise<string> {
  return describeHits((await scan(postgresTables(postgres.query), needles, { inflate: true })).hits)
}

describe.each<[string, Settings]>([
  ['whole payloads', {}],
  ['fields', { policy: { fields: ['/secret'] } }],
  ['fields inline', { policy: { fields: ['/secret'], form: 'inline' } }],
  ['fields in groups', { policy: { groups: { a: ['/secret'], b: ['/amount'] } } }],
])('%s', (_, settings) => {
  it('can all be read with the new key alone, in every state, and nothing else of them has changed', async () => {
    const setting = await rotated(settings)
    const ids = await everything(setting)
    const { boss, plain, schema, engine, renewed } = setting
    const rows = (columns: string) =>
      postgres.query(`SELECT ${columns} FROM ${schema}.job ORDER BY name, id`) as Promise<Record<string, unknown>[]>
    const others = `to_jsonb(job) - 'data' - 'output' - 'source_output' AS rest, data->'$job' AS type, data->'step' AS step`
    const left = await rows(others)
    const reseal = engine()
    const dead = (await plain.findJobs('dead')).length
    expect(dead).toBe(1)

    // Nine payloads (one of them a dead letter's, one a schedule's), a result and two errors, and the copy of one of them.
    expect((await reseal.stillOn(K1))[0]).toMatchObject({ needed: 13, unreadable: 0, partial: false })
    expect((await reseal.canRetire(K1)).ok).toBe(false)
    const report = await reseal.run()
    expect(report).toMatchObject({ complete: true, targets: [{ seen: 13, moved: 13, skipped: [] }] })
    expect((await reseal.stillOn(K1))[0]).toMatchObject({ needed: 0, unreadable: 0 })
    expect(await reseal.canRetire(K1)).toMatchObject({ ok: true })
    expect(await rows(others)).toEqual(left)
    expect(await reseal.run()).toMatchObject({ targets: [{ moved: 0, skipped: [] }] })

    const next = await renewed()
    for (const [step, id] of Object.entries(ids)) {
      const job = await next.getJobById(step === 'retry' ? 'parted' : 'pay', id)
      expect(job).toMatchObject({ data: { step, secret, amount: 1 } })
      if (step === 'completed') expect(job!.output).toEqual({ secret })
      if (step === 'failed') expect(job!.output).toMatchObject({ name: 'CardError', message: `declined ${secret}`, secret })
      if (step === 'retry') expect(job!.output).toMatchObject({ message: secret })
    }
    const [letter] = await next.findJobs('dead')
    expect(letter).toMatchObject({ data: { step: 'failed', secret }, sourceOutput: { message: `declined ${secret}` } })
    expect(await next.getSchedules()).toMatchObject([{ key: 'nightly', data: { step: 'scheduled', secret } }])
    await expect(boss.getJobById('pay', ids.created!)).rejects.toMatchObject({ code: 'key_not_found' })
    expect(await leaks()).toBe('')
  }, 30_000)
})

describe('what cannot be moved', () => {
  it('is reported with its reason: jobs in clear, and jobs of a type that their queue does not take', async () => {
    const { boss, plain, schema, engine, renewed } = await rotated({ policy: { fields: ['/secret'] } })
    for (const queue of ['pay', 'mail']) await boss.createQueue(queue, { retryLimit: 0 })
    const clear = (await plain.send('pay', { amount: 1 }))!
    const moved = (await boss.send('pay', { secret }))!
    await boss.send('pay', { secret })
    const done = (await boss.send('mail', { secret }))!
    await boss.fetch('mail')
    await plain.complete('mail', done, { paid: true })
    const late = (await boss.send('mail', { secret }))!
    await boss.fetch('mail')
    await plain.fail('mail', late, { value: { message: 'job timed out' } })
    await plain.send('mail', null as never)
    await postgres.query(`UPDATE ${schema}.job SET name = 'mail' WHERE id = $1`, [moved])
    const reseal = engine()
    expect((await reseal.stillOn(K1))[0]).toMatchObject({ needed: 4 })
    const [report] = (await reseal.run()).targets
    expect(report).toMatchObject({ seen: 6, moved: 3 })
    const ids = (...list: unknown[]) => list.map((id) => JSON.stringify(id)).sort()
    const reasons = Object.fromEntries(report!.skipped.map(({ reason, ids }) => [reason, [...ids].sort()]))
    expect(reasons).toEqual({
      plaintext_rejected: ids(['job', 'pay', clear, 'data'], ['job', 'mail', done, 'output']),
      context_required: ids(['job', 'mail', moved, 'data']),
    })
    expect(await reseal.canRetire(K1)).toMatchObject({ ok: false, reason: 'needed' })
    expect((await (await renewed()).getJobById('mail', done).catch((error) => error)).code).toBe('plaintext_rejected')
  })

  it('counts also where the policy has changed since, and where an envelope stands in clear', async () => {
    const { boss, plain, target, engine } = await rotated({ policy: { fields: ['/secret'] } })
    await boss.createQueue('pay')
    const id = (await boss.send('pay', { secret }))!
    const { data } = (await plain.getJobById<{ $wax: string }>('pay', id))!
    await plain.send('pay', { note: [data.$wax] })
    await plain.send('pay', data.$wax as never)
    const whole = engine(target({ seal: { sealer: rotation().during, app: APP } }))
    for (const reseal of [engine(), whole]) expect((await reseal.stillOn(K1))[0]).toMatchObject({ needed: 3 })
    const [report] = (await whole.run()).targets
    expect(report!.moved).toBe(0)
    const reasons = report!.skipped.map(({ reason, count }) => [reason, count])
    expect(Object.fromEntries(reasons)).toEqual({ plaintext_rejected: 2, context_required: 1 })
  })
})

describe('a swap', () => {
  it('writes the envelope and nothing else, whatever becomes of the job meanwhile', async () => {
    const { boss, schema, during, target, renewed } = await rotated({ policy: { fields: ['/secret'] } })
    await boss.createQueue('pay')
    const id = (await boss.send('pay', { secret, big: 0 }))!
    const big = '12345678901234567890.10'
    await postgres.query(`UPDATE ${schema}.job SET data = jsonb_set(data, '{big}', '${big}') WHERE id = $1`, [id])
    let meanwhile: () => Promise<unknown> = async () => undefined
    const jobs = target()
    const slow: ResealTarget<StoredItem> = {
      ...jobs,
      async replace(changes) {
        await meanwhile()
        meanwhile = async () => undefined
        return jobs.replace(changes)
      },
    }
    const reseal = createReseal({ sealer: during, targets: [slow as ResealTarget] })
    meanwhile = () => boss.fetch('pay').then(() => boss.complete('pay', id, { secret }))
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 1, conflicted: 0 })
    const [row] = await postgres.query(`SELECT state::text, data->>'big' AS big, output IS NOT NULL AS done FROM ${schema}.job`)
    expect(row).toEqual({ state: 'completed', big, done: true })

    const other = (await boss.send('pay', { secret }))!
    meanwhile = () => boss.update('pay', { secret: 'changed' }, { id: other })
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 2, conflicted: 1 })
    expect((await (await renewed()).getJobById('pay', other))!.data).toEqual({ secret: 'changed' })
  })

  it('loses nothing to a worker that takes, completes and fails jobs at the same time', async () => {
    const { boss, schema, plain, engine, worker, renewed } = await rotated()
    await boss.createQueue('dead', { retryLimit: 0 })
    await boss.createQueue('pay', { retryLimit: 1, retryDelay: 0, deadLetter: 'dead' })
    const numbers = Array.from({ length: 40 }, (_, n) => n)
    await boss.insert(
      'pay',
      numbers.map((n) => ({ data: { n } })),
    )
    const both = await worker()
    const reseal = engine()
    let done = false
    const moving = (async () => {
      while (!done) {
        expect((await reseal.run()).stopped).toBe(null)
        await turn()
      }
    })()
    for (;;) {
      await turn()
      const [job] = await both.fetch<{ n: number }>('pay')
      if (!job) break
      if (job.data.n % 4 > 0) await both.complete('pay', job.id, { n: job.data.n })
      else await both.fail('pay', job.id, new Error(secret))
    }
    done = true
    await moving
    await reseal.run()
    expect((await reseal.stillOn(K1))[0]).toMatchObject({ needed: 0, unreadable: 0 })
    const next = await renewed()
    const jobs = await next.findJobs<{ n: number }>('pay')
    expect(jobs.map(({ data }) => data.n).sort((a, b) => a - b)).toEqual(numbers)
    for (const { data, state, output } of jobs)
      expect([state, output]).toEqual(
        data.n % 4 > 0 ? ['completed', { n: data.n }] : ['failed', expect.objectContaining({ message: secret })],
      )
    expect((await next.findJobs('dead')).length).toBe(10)
    expect(await postgres.query(`SELECT 1 FROM ${schema}.job WHERE state = 'active'`)).toEqual([])
    expect((await plain.findJobs('pay')).length).toBe(40)
  }, 60_000)
})

describe('the target', () => {
  it('is one of @waxseal/reseal', () => {
    expectTypeOf<PgBossResealTarget>().toExtend<ResealTarget<StoredItem>>()
  })

  it('finds the jobs that version 10 archives, and schedules without a key', async () => {
    const { boss, schema, engine } = await rotated()
    await boss.createQueue('pay')
    for (const n of [1, 2]) await boss.send('pay', { n })
    await boss.schedule('pay', '* * * * *', { secret })
    await postgres.query(`CREATE TABLE ${schema}.archive (LIKE ${schema}.job)`)
    for (const table of ['archive', 'job']) await postgres.query(`ALTER TABLE ${schema}.${table} DROP source_output`)
    await postgres.query(`ALTER TABLE ${schema}.schedule DROP key`)
    await postgres.query(`INSERT INTO ${schema}.archive SELECT * FROM ${schema}.job LIMIT 1`)
    await postgres.query(`DELETE FROM ${schema}.job WHERE id IN (SELECT id FROM ${schema}.archive)`)
    const reseal = engine()
    expect((await reseal.stillOn(K1))[0]).toMatchObject({ needed: 3, partial: false })
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 3 })
    expect(await reseal.canRetire(K1)).toMatchObject({ ok: true })
    const archived = await postgres.query(`SELECT 1 FROM ${schema}.archive WHERE data->>'$sealed' LIKE 'wax1.c256x.k2~1.%'`)
    expect(archived.length).toBe(1)
  })

  it('is partial where it may not show everything', async () => {
    const { boss, schema, target, engine } = await rotated()
    await boss.createQueue('pay')
    await boss.createQueue('mail')
    await boss.send('pay', { secret })
    await boss.send('mail', { secret })
    const some = target({ queues: ['pay'], name: 'pay' })
    expect(target().partial).toBe(true)
    const reseal = engine(some)
    expect((await reseal.run()).targets[0]).toMatchObject({ target: 'pay', moved: 1 })
    expect(await reseal.canRetire(K1)).toMatchObject({ ok: false, reason: 'partial' })
    expect((await engine().run()).targets[0]).toMatchObject({ moved: 1 })
    expect(await engine().canRetire(K1)).toMatchObject({ ok: true })
    await postgres.query(`CREATE TABLE ${schema}.later (copy jsonb)`)
    expect(await engine().canRetire(K1)).toMatchObject({ ok: false, reason: 'partial' })
  })

  it('divides into jobs for a queue', async () => {
    const { boss, engine } = await rotated()
    await boss.createQueue('pay')
    for (let n = 0; n < 10; n++) await boss.send('pay', { n })
    const reseal = engine()
    let moved = 0
    for (const part of await reseal.partition('pg-boss', { parts: 3 }))
      for (let job: typeof part | null = part; job; ) {
        const { next, report } = await reseal.runPage(JSON.parse(JSON.stringify(job)))
        moved += report.moved
        job = next
      }
    expect(moved).toBe(10)
  })

  it('leaves out what is on the current key where one is current for all, and only there', async () => {
    const { boss, target, during } = await rotated({ scope: (job) => (job.queue === 'none' ? 'x' : undefined) })
    const one = await rotated()
    expect([target().unscoped, one.target().unscoped]).toEqual([false, true])
    await one.boss.createQueue('pay')
    await (await one.worker()).send('pay', { secret })
    await one.boss.send('pay', { secret })
    const notOn = { kid: 'k2', version: 1, suite: 'aes-256-gcm', wrapped: false } as const
    const page = await one.target().page({ after: null, until: null, limit: 9, narrow: { notOn } })
    expect(page.items.length).toBe(1)
    // A scope that has no key: the item is reported, the run goes on.
    await boss.createQueue('pay')
    await boss.send('pay', { secret })
    expect((await createReseal({ sealer: during, targets: [target()] }).run()).targets[0]).toMatchObject({ moved: 1 })
  })

  it('refuses options and places that do not fit, and a schema without pg-boss', async () => {
    const { target } = await rotated()
    const config = expect.objectContaining({ code: 'config' })
    for (const wrong of [
      { schema: 'a.b' },
      { schema: 'x; DROP TABLE y' },
      { schema: '"q"' },
      { db: {} as never },
      { queues: [] },
      { seal: undefined as never },
      { seal: { app: APP } as never },
    ])
      expect(() => target(wrong)).toThrow(config)
    await expect(target({ schema: 'pg_catalog' }).page({ after: null, until: null, limit: 1 })).rejects.toEqual(config)
    const id = '00000000-0000-0000-0000-000000000000'
    for (const after of [
      'x',
      [],
      ['job', 'pay', 'no uuid', 1],
      ['queue', 'pay', id, 1],
      ['job', 'pay', id, '1'],
      ['job', 1, id, 1],
    ])
      await expect(target().page({ after, until: null, limit: 1 })).rejects.toEqual(config)
  })

  it('tells errors that may pass', async () => {
    const { target } = await rotated()
    const { isRetryable } = target()
    for (const code of ['40001', '40P01', '55P03', '08006', 'ECONNRESET']) expect(isRetryable({ code })).toBe(true)
    for (const error of [{ code: '42P01' }, new Error('x'), null, undefined]) expect(isRetryable(error)).toBe(false)
  })

  it('shows nothing that was sealed', async () => {
    const { boss, target } = await rotated({ policy: { fields: ['/secret'] } })
    await boss.createQueue('pay')
    await boss.send('pay', { secret })
    const page = await target().page({ after: null, until: null, limit: 9 })
    expect(JSON.stringify(page)).not.toContain(JSON.stringify(secret).slice(1, -1))
  })
})
