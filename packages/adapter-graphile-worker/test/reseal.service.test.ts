import { createSealer, type Detector, generateKey, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { describe, expect, it } from 'vitest'
import { type Job, openJob, type SealOptions } from '../src/index.js'
import { type GraphileWorkerResealOptions, resealTarget } from '../src/reseal.js'
import { type Bench, postgres, rotation, STRANGER } from './database.js'

const missing = postgresMissing()
const later = new Date(Date.now() + 3_600_000)
const window = { allowUntil: later }
const cards: Detector = {
  detectDocument: (document) => (JSON.stringify(document)?.includes('4242') ? [{ pointer: '/card' }] : []),
}

class CardError extends Error {
  override readonly name = 'CardError'
}

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()

  function engineOf(
    { seal, schema }: Bench,
    settings: Partial<SealOptions> = {},
    options: Partial<GraphileWorkerResealOptions> = {},
  ) {
    const all = { ...seal, ...settings }
    const target = resealTarget({ seal: all, db: database.pool, schema, ...options })
    return { target, reseal: createReseal({ sealer: all.sealer, targets: [target], pageSize: 4 }) }
  }
  const openedBy = async ({ jobs, seal }: Bench, settings: Partial<SealOptions>) =>
    Promise.all((await jobs()).map((job) => openJob(job as unknown as Job, { ...seal, ...settings })))

  /** Jobs of every kind and state: waiting, delayed, keyed, locked, failed, failed for good, of a schedule. */
  async function everything({ utils, functions, shared, work, settled, table }: Bench, add = utils): Promise<void> {
    await add.addJob('pay', { card: '4242', n: 1 }, { priority: 3, flags: ['slow'], queueName: 'bank' })
    await add.addJob('pay', { card: '4242', n: 2 }, { runAt: later, jobKey: 'one', maxAttempts: 7 })
    await add.addJob('pay', { card: '4242', n: 3 }, { jobKey: 'two' })
    await add.addJob('pay', { card: '4242', n: 3 }, { jobKey: 'two', jobKeyMode: 'unsafe_dedupe' })
    await add.addJob('list', [{ card: '4242', n: 4 }, { card: '4242', n: 5 }, { n: 6 }])
    await add.addJob('fail', { card: '4242', n: 7 }, { maxAttempts: 1 })
    await add.addJob('none', undefined)
    const failed = (n: number) => Promise.reject(new CardError(`declined 4242 ${n}`))
    const tasks = { list: () => [null, failed(5), failed(6)] as never, fail: () => failed(7) }
    if (add === utils) await work(tasks)
    else await functions.runOnce(shared, tasks)
    await settled()
    await database.query(`UPDATE ${table} SET locked_at = now(), locked_by = $1 WHERE id = 3`, [STRANGER])
  }
  const rest = ({ table }: Bench) =>
    database.query(`SELECT to_jsonb(j) - 'payload' - 'last_error' AS rest FROM ${table} j ORDER BY id`)

  describe.each<[string, Partial<SealOptions>]>([
    ['whole payloads', {}],
    ['fields', { policy: { fields: ['/card'] } }],
    ['fields inline', { policy: { fields: ['/card'], form: 'inline' } }],
    ['groups', { policy: { groups: { pci: ['/card'], rest: ['/note'] } } as never }],
  ])('%s', (_, settings) => {
    it('are moved to the current key in every state, and nothing else of their jobs changes', async () => {
      const { before, during, after } = rotation()
      const bench = await database.bench({ ...settings, sealer: before })
      await everything(bench)
      const { table, schema } = bench
      await database.query(`SELECT "${schema}".add_job('cron', $1::json, run_at => now() + interval '1 hour')`, [
        JSON.stringify({
          $sealed: await before.seal({ card: '4242' }, { context: { app: 'billing', job: 'cron', surface: 'data' } }),
          $job: 'cron',
          _cron: { ts: 'x' },
        }),
      ])
      const unchanged = await rest(bench)
      const was = await openedBy(bench, {})
      const { reseal } = engineOf(bench, { sealer: during })
      expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: false })
      const report = (await reseal.run()).targets[0]!
      expect(report.skipped).toEqual([])
      expect(report.moved + report.current).toBe(report.seen)
      expect(report.moved).toBeGreaterThan(8)
      expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: true })
      expect((await reseal.run()).targets[0]).toMatchObject({ moved: 0 })
      expect(await rest(bench)).toEqual(unchanged)
      const now = await openedBy(bench, { sealer: after })
      expect(now.map(({ payload, last_error, errors }) => ({ payload, last_error, errors }))).toEqual(
        was.map(({ payload, last_error, errors }) => ({ payload, last_error, errors })),
      )
      expect(now.at(-1)!.payload).toEqual({ _cron: { ts: 'x' }, card: '4242' })
      expect(
        await database.query(`SELECT 1 FROM ${table} WHERE payload::text LIKE '%.k1~%' OR last_error LIKE '%.k1~%'`),
      ).toEqual([])
    })

    it('are sealed where they stand in clear, and nothing else of their jobs changes', async () => {
      const bench = await database.bench(settings)
      await everything(bench, bench.plain)
      const [unchanged, was] = [await rest(bench), await bench.jobs()]
      const { reseal } = engineOf(bench, {}, { inClear: 'seal' })
      const report = (await reseal.run()).targets[0]!
      expect(report).toMatchObject({ seen: 10, moved: 10, skipped: [] })
      expect(await rest(bench)).toEqual(unchanged)
      const stored = JSON.stringify(await bench.jobs())
      expect(stored).not.toContain('4242')
      expect((await reseal.run()).targets[0]).toMatchObject({ moved: 0, skipped: [] })
      const now = await openedBy(bench, {})
      expect(now.map(({ payload, last_error }) => ({ payload, last_error }))).toEqual(
        was.map(({ payload, last_error }) => ({ payload, last_error })),
      )
    })
  })

  it('keeps clear members to the last digit, and what jsonb cannot hold', async () => {
    const bench = await database.bench({ policy: { fields: ['/card'] } })
    const odd = '"big": 12345678901234567890.10 , "nul":"\\u0000", "twice":1,"twice":2'
    await database.query(`SELECT "${bench.schema}".add_job('pay', $1::json)`, [`{ ${odd}, "card":"4242"}`])
    await database.query(`SELECT "${bench.schema}".add_job('pay', $1::json)`, [`[ { ${odd}, "card":"4242"} , {"card":1}]`])
    expect((await engineOf(bench, {}, { inClear: 'seal' }).reseal.run()).targets[0]).toMatchObject({ moved: 3, skipped: [] })
    const texts = (await database.query(`SELECT payload::text AS text FROM ${bench.table} ORDER BY id`)).map(({ text }) =>
      String(text),
    )
    for (const text of texts) expect(text).toContain(`{ ${odd}, "card":"[sealed]","$wax":"wax1.`)
    expect((await openedBy(bench, {})).map(({ payload }) => payload)).toMatchObject([
      { card: '4242', nul: '\0' },
      [{ card: '4242' }, { card: 1 }],
    ])
  })

  it('seals elements of mixed lists, texts in clear beside sealed ones, and equal ones', async () => {
    const bench = await database.bench({ plaintext: () => window })
    await bench.plain.addJob('list', [{ n: 1 }, { n: 1 }], { jobKey: 'list', runAt: later })
    await bench.utils.addJob('list', [{ n: 2 }], { jobKey: 'list', runAt: later })
    const [{ payload }] = (await bench.jobs()) as unknown as [{ payload: object[] }]
    expect((await engineOf(bench, {}, { inClear: 'seal' }).reseal.run()).targets[0]).toMatchObject({
      seen: 3,
      moved: 2,
      current: 1,
    })
    const [stored] = (await bench.jobs()) as unknown as [{ payload: object[] }]
    expect(stored.payload[2]).toEqual(payload[2])
    expect(await openedBy(bench, { plaintext: undefined })).toMatchObject([{ payload: [{ n: 1 }, { n: 1 }, { n: 2 }] }])
  })

  it('touches in clear only what the detector finds, and reports what stays', async () => {
    const bench = await database.bench({})
    for (const payload of [{ card: '4242' }, { n: 1 }, [{ card: '4242' }, { n: 2 }]]) await bench.plain.addJob('pay', payload)
    expect((await engineOf(bench, {}, { detect: cards }).reseal.run()).targets[0]).toMatchObject({
      seen: 2,
      skipped: [{ reason: 'plaintext_rejected', count: 2 }],
    })
    const engine = engineOf(bench, {}, { inClear: 'seal', detect: cards })
    expect((await engine.reseal.run()).targets[0]).toMatchObject({ seen: 2, moved: 2 })
    const [, clear, list] = (await bench.jobs()).map(({ payload }) => payload)
    expect(clear).toEqual({ n: 1 })
    expect(list).toEqual([{ $sealed: expect.any(String), $job: 'pay' }, { n: 2 }])
  })

  it('leaves what is to be stored in clear, and counts envelopes wherever they stand', async () => {
    const { before, during } = rotation()
    const bench = await database.bench({ sealer: before, write: ({ name }) => (name === 'old' ? 'plaintext' : 'sealed') })
    await bench.utils.addJob('old', { n: 1 })
    const envelope = await before.seal('stray', { context: { app: 'billing', job: 'old', surface: 'data' } })
    for (const payload of [{ note: envelope }, envelope, [envelope]]) await bench.plain.addJob('old', payload)
    await database.query(`UPDATE ${bench.table} SET last_error = $1 WHERE id = 1`, [`what is ${envelope}?`])
    const { reseal } = engineOf(bench, { sealer: during }, { inClear: 'seal' })
    const report = (await reseal.run()).targets[0]!
    expect(report).toMatchObject({ seen: 5, moved: 0 })
    expect(Object.fromEntries(report.skipped.map(({ reason, count }) => [reason, count]))).toEqual({
      plaintext_rejected: 2,
      context_required: 3,
    })
    expect((await reseal.stillOn({ kid: 'k1' }))[0]).toMatchObject({ needed: 4 })
  })

  it('moves each error to the key of the element that it is about', async () => {
    const keys = ['acme', 'globex'].map((scope) => ({ kid: `${scope}-1`, scope, key: generateKey() }))
    const newer = ['acme', 'globex'].map((scope) => ({ kid: `${scope}-2`, scope, key: generateKey() }))
    const before = createSealer({ keys: staticKeys(keys) })
    const during = createSealer({
      keys: staticKeys([...newer, ...keys.map((key) => ({ ...key, state: 'decrypt_only' as const }))]),
    })
    const scope = ({ data }: { readonly data?: unknown }) => (data as { tenant: string }).tenant
    const bench = await database.bench({ sealer: before, scope, policy: { fields: ['/card'] } })
    await bench.utils.addJob(
      'list',
      ['acme', 'globex', 'acme'].map((tenant, card) => ({ tenant, card })),
    )
    await bench.work({ list: () => [null, Promise.reject(new Error('globex')), Promise.reject(new Error('acme'))] as never })
    const { reseal } = engineOf(bench, { sealer: during })
    expect((await reseal.run()).targets[0]).toMatchObject({ seen: 4, moved: 4, skipped: [] })
    expect(await openedBy(bench, { sealer: createSealer({ keys: staticKeys(newer) }) })).toMatchObject([
      {
        payload: [
          { tenant: 'globex', card: 1 },
          { tenant: 'acme', card: 2 },
        ],
        last_error: 'Batch failures:\nglobex\nacme',
      },
    ])
  })

  it('leaves a list that is worked on to its worker, which may write old elements back', async () => {
    const { before, during } = rotation()
    const bench = await database.bench({ sealer: before })
    await bench.utils.addJob('list', [1, 2])
    const { reseal } = engineOf(bench, { sealer: during })
    let inside: unknown
    await bench.work(
      {
        async list() {
          const [report] = (await reseal.run()).targets
          inside = { report, verdict: await reseal.canRetire({ kid: 'k1' }) }
          return [null, Promise.reject(new Error('second'))] as never
        },
      },
      { sealer: during },
    )
    expect(inside).toMatchObject({ report: { moved: 0, skipped: [{ reason: 'conflict', count: 2 }] }, verdict: { ok: false } })
    expect(await bench.jobs()).toMatchObject([{ payload: [{ $sealed: expect.stringContaining('.k1~') }] }])
    // The element that is left; its error is under the current key.
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 1, skipped: [] })
    expect(await reseal.canRetire({ kid: 'k1' })).toMatchObject({ ok: true })
  })

  it('does not wait for a row that somebody holds', async () => {
    const { before, during } = rotation()
    const bench = await database.bench({ sealer: before })
    for (const n of [1, 2]) await bench.utils.addJob('pay', { n })
    const { target, reseal } = engineOf(bench, { sealer: during })
    const { items } = await target.page({ after: null, until: null, limit: 9 })
    const client = await database.pool.connect()
    await client.query(`BEGIN; SELECT 1 FROM ${bench.table} WHERE id = 1 FOR UPDATE`)
    const changes = items.map((item) => ({ item, next: item.sealed }))
    expect(await target.replace(changes)).toEqual([false, true])
    await client.query('COMMIT')
    client.release()
    expect((await reseal.run()).targets[0]).toMatchObject({ moved: 2 })
  })

  it('refuses options and cursors that do not fit', async () => {
    const { seal } = await database.bench()
    const db = database.pool
    for (const wrong of [{ db: {} }, { schema: '' }, { seal: {} }, { seal: undefined }, { inClear: 'keep' }, { detect: {} }])
      expect(() => resealTarget({ seal, db, ...wrong } as never)).toThrow(expect.objectContaining({ code: 'config' }))
    const target = resealTarget({ seal, db })
    for (const after of [7, ['1', 3, 1], ['x', 1, 1], ['1', 1, -1], ['1', 0, 1], ["1'", 1, 1]])
      await expect(target.page({ after, until: null, limit: 1 })).rejects.toMatchObject({ code: 'config' })
    expect([{ code: '40P01' }, { code: '42P01' }, null].map(target.isRetryable)).toEqual([true, false, false])
  })
})
