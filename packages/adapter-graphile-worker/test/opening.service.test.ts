import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { describe, expect, it } from 'vitest'
import type { JobEvent, SealOptions } from '../src/index.js'
import { newSealer, postgres, VERSIONS } from './database.js'

const missing = postgresMissing()
const window = { allowUntil: new Date(Date.now() + 3_600_000) }

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()

  /** A bench whose tasks note what they get, and which tells what `onEvent` is told. */
  async function watched(given: Partial<SealOptions> = {}, host = VERSIONS[1]![1]) {
    const events: JobEvent[] = []
    const bench = await database.bench({ onEvent: (event) => void events.push(event), ...given }, { host })
    const seen: unknown[] = []
    const task = (payload: unknown) => void seen.push(payload)
    const store = (payload: unknown) =>
      database.query(`UPDATE ${bench.table} SET payload = $1::text::json`, [JSON.stringify(payload)])
    return {
      ...bench,
      events,
      seen,
      store,
      handle: (settings?: Partial<SealOptions>) => bench.work({ charge: task, mail: task }, settings),
    }
  }

  describe.each(VERSIONS)('graphile-worker %s', (_, host) => {
    it('keeps a job that never opens, without a further try, until somebody mends it', async () => {
      const { utils, jobs, events, seen, handle, due, store } = await watched({}, host)
      const { id } = await utils.addJob('charge', { n: 1 })
      const { payload } = (await jobs())[0]!
      await store({ ...payload, $sealed: `${String(payload.$sealed).slice(0, -4)}AAAA` })
      for (let n = 0; n < 2; n++) {
        await handle()
        await due()
      }
      expect(await jobs()).toMatchObject([{ attempts: 1, max_attempts: 1, last_error: 'WaxsealError: [sealed] (open_failed)' }])
      expect(events).toEqual([{ event: 'refused', surface: 'data', code: 'open_failed' }])
      await store(payload)
      await utils.rescheduleJobs([id], { maxAttempts: 3 })
      await handle()
      expect(seen).toEqual([{ n: 1 }])
      expect(await jobs()).toEqual([])
    })

    it('gives the attempt back where a job may open later, also the last one', async () => {
      const sealer = newSealer()
      let down = true
      const open: typeof sealer.open = (...args) =>
        down ? Promise.reject(new WaxsealError('provider_unavailable', 'down')) : sealer.open(...args)
      const { utils, jobs, events, seen, handle, due } = await watched({ sealer: { ...sealer, open } }, host)
      await utils.addJob('charge', { n: 1 }, { maxAttempts: 1, queueName: 'slow' })
      for (let n = 0; n < 3; n++) {
        await handle()
        await due()
      }
      const error = 'WaxsealError: [sealed] (provider_unavailable)'
      expect(await jobs()).toMatchObject([{ attempts: 0, max_attempts: 1, last_error: error }])
      expect(events).toEqual(Array(3).fill({ event: 'deferred', surface: 'data', code: 'provider_unavailable' }))
      down = false
      await handle()
      expect(seen).toEqual([{ n: 1 }])
      expect(await jobs()).toEqual([])
    })
  })

  it('never calls a job failed for good that only waits for a key', async () => {
    const sealer = { ...newSealer(), open: () => Promise.reject(new WaxsealError('throttled', 'slow down')) }
    const { utils, functions, shared, seal } = await watched({ sealer: sealer as never })
    await utils.addJob('charge', {}, { maxAttempts: 1 })
    const { EventEmitter } = await import('node:events')
    const events = new EventEmitter()
    const told: string[] = []
    for (const name of ['job:error', 'job:failed'] as const) events.on(name, () => void told.push(name))
    await functions.runOnce({ ...shared, events: events as never, seal }, { charge: () => {} })
    expect(told).toEqual(['job:error'])
  })

  it('refuses all of a list one of whose elements was tampered with', async () => {
    const { utils, jobs, seen, handle, store } = await watched()
    await utils.addJob('charge', ['a', 'b'])
    const list = (await jobs())[0]!.payload as unknown as object[]
    await store([list[0], 'b'])
    await handle()
    expect(seen).toEqual([])
    expect(await jobs()).toMatchObject([{ attempts: 1, max_attempts: 1, payload: [list[0], 'b'] }])
  })

  it('refuses a job that was moved to another task', async () => {
    const { utils, jobs, seen, handle, schema, table } = await watched()
    await utils.addJob('mail', { n: 0 }, { runAt: new Date(Date.now() + 3_600_000) })
    await utils.addJob('charge', { n: 1 })
    await database.query(
      `UPDATE ${table} SET task_id = (SELECT id FROM "${schema}"._private_tasks WHERE identifier = 'mail') WHERE run_at < now()`,
    )
    await handle()
    expect(seen).toEqual([])
    expect((await jobs())[1]).toMatchObject({ task_identifier: 'mail', last_error: 'WaxsealError: [sealed] (open_failed)' })
  })

  it('trusts no job type that is written beside an envelope', async () => {
    const { utils, jobs, seen, handle, store } = await watched()
    await utils.addJob('charge', { n: 1 })
    await store({ ...(await jobs())[0]!.payload, $job: 'mail' })
    await handle()
    expect(seen).toEqual([{ n: 1 }])
  })

  it('tells elements of one task not apart, whose order and number are in clear', async () => {
    const { utils, jobs, seen, handle, store } = await watched()
    await utils.addJob('charge', ['a', 'b'])
    const [a, b] = (await jobs())[0]!.payload as unknown as object[]
    await store([b, a, a])
    await handle()
    expect(seen).toEqual([['b', 'a', 'a']])
  })

  const names = { $sealed: 'wax1.c256.k1~1.x', $job: 'mail', $wax: { $id: '' }, $doc: [], $error: 'x', _cron: { ts: 'never' } }

  it('carries members of any name where all of a payload is sealed', async () => {
    const { utils, seen, handle } = await watched()
    const payload = JSON.parse(`{ "__proto__": { "admin": true }, "constructor": 1, "deep": { "__proto__": null } }`)
    for (const each of [{ ...names, ...payload }, payload, [names, payload]]) await utils.addJob('charge', each)
    await handle()
    const texts = [{ ...names, ...payload }, payload, [names, payload]].map((each) => JSON.stringify(each))
    expect(seen.map((each) => JSON.stringify(each)).sort()).toEqual(texts.sort())
    expect(seen.every((each) => (each as { admin?: unknown }).admin === undefined)).toBe(true)
  })

  it('refuses to seal fields of a payload that looks sealed, and carries other names', async () => {
    const { utils, jobs, seen, handle } = await watched({ policy: { fields: ['/card'] } })
    for (const name of ['$sealed', '$job', '$wax', '$doc'] as const)
      await expect(utils.addJob('charge', { [name]: names[name], card: 1 })).rejects.toMatchObject({ code: 'already_sealed' })
    expect(await jobs()).toEqual([])
    const payload = JSON.parse('{ "__proto__": { "admin": true }, "card": 1, "_cron": { "ts": "never" }, "$error": 2 }')
    await utils.addJob('charge', payload)
    await handle()
    expect(seen.map((each) => JSON.stringify(each))).toEqual([JSON.stringify(payload)])
  })

  it('lets what is written beside an envelope replace nothing of it', async () => {
    const { utils, jobs, seen, handle, store } = await watched()
    await utils.addJob('charge', { _cron: 'mine', n: 1 })
    await store({ ...(await jobs())[0]!.payload, _cron: { ts: 'forged' }, n: 2, __proto__: { admin: true } })
    await handle()
    expect(seen).toEqual([{ _cron: 'mine', n: 1 }])
  })

  it('reads jobs in clear of the tasks whose window is open, element by element', async () => {
    const { plain, utils, jobs, seen, handle } = await watched()
    await plain.addJob('charge', [1], { jobKey: 'list' })
    await utils.addJob('charge', [2], { jobKey: 'list' })
    await plain.addJob('mail', { n: 3 })
    await handle({ plaintext: { charge: window } })
    expect(seen).toEqual([[1, 2]])
    expect(await jobs()).toMatchObject([{ task_identifier: 'mail', last_error: 'WaxsealError: [sealed] (plaintext_rejected)' }])
  })

  it('stores as graphile-worker does while it is told to, and still opens what is sealed', async () => {
    const { utils, functions, shared, seal, jobs, seen, work } = await watched({ plaintext: () => window })
    await utils.addJob('charge', { n: 1 })
    const writer = await functions.makeWorkerUtils({ ...shared, seal: { ...seal, write: 'plaintext' } })
    await writer.addJob('charge', { n: 2 }, { jobKey: 'clear' })
    expect(await jobs()).toMatchObject([{ payload: { $job: 'charge' } }, { payload: { n: 2 }, key: 'clear' }])
    const charge = (payload: unknown) => {
      seen.push(payload)
      if (seen.length === 2) throw new Error('in clear')
    }
    await work({ charge }, { write: 'plaintext' })
    expect(seen).toEqual([{ n: 1 }, { n: 2 }])
    expect(await jobs()).toMatchObject([{ last_error: 'in clear', payload: { n: 2 } }])
  })

  it('takes the key of a job by its task or by a member in clear', async () => {
    const sealer = createSealer({
      keys: staticKeys(['charge', 'acme'].map((scope) => ({ kid: scope, scope, key: generateKey() }))),
    })
    const byName = await watched({ sealer, scope: ({ name }) => name })
    await byName.utils.addJob('charge', { n: 1 })
    await expect(byName.utils.addJob('mail', { n: 1 })).rejects.toMatchObject({ code: 'key_not_found' })
    await byName.handle()
    expect(byName.seen).toEqual([{ n: 1 }])

    const tenantOf = ({ data }: { readonly data?: unknown }) => (data as { tenant?: string }).tenant
    const byMember = await watched({ sealer, scope: tenantOf, policy: { fields: ['/card'] } })
    await byMember.utils.addJob('charge', { tenant: 'acme', card: 1 })
    expect(await byMember.jobs()).toMatchObject([{ payload: { $wax: expect.stringContaining('.acme~') } }])
    await byMember.handle()
    expect(byMember.seen).toEqual([{ tenant: 'acme', card: 1 }])
  })
})
