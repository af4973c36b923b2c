import { EventEmitter } from 'node:events'
import { inspect } from 'node:util'
import { createCanaries, describeHits, postgresTables, scan } from '@waxseal/conformance/leak-probe'
import { createDedupKey, createSealer, generateKey, staticKeys } from '@waxseal/core'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Logger } from 'graphile-worker'
import { describe, expect, it } from 'vitest'
import type { SealOptions } from '../src/index.js'
import { PATIENCE, postgres, VERSIONS } from './database.js'

const missing = postgresMissing()
const canaries = createCanaries('job')
const needles = Object.values(canaries)
const whole = needles.map(({ value }) => value).join(' ')
/** All canaries, as members and nested. */
const secrets = {
  ...Object.fromEntries(needles.map(({ id, value }) => [id, value])),
  deep: [{ list: needles.map(({ value }) => value) }],
}
const payload = { id: 'clear', secret: secrets }

function failure(): Error {
  const error = new Error(whole, { cause: new AggregateError([new Error(whole)], whole) })
  return Object.assign(error, { name: canaries.ascii.value, secrets, code: canaries.digits.value })
}

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const sealer = createSealer({ keys })
const dedup = createDedupKey({ keys, key: { kid: 'k1' } })

/** Records whatever is logged and emitted, with all that hangs on it. */
function recorder() {
  const told: string[] = []
  let seen = new Set<string>()
  const events = new EventEmitter()
  const emit = events.emit.bind(events)
  // What belongs to the process, and not to a job: pools, clients, options.
  const shown = ({ ctx: _, worker: __, workerPool: ___, client: ____, ...event }: Record<string, unknown>) =>
    inspect(event, { depth: 20, showHidden: true })
  events.emit = (name: string, event: Record<string, unknown>) => {
    seen = seen.add(name)
    told.push(`${name} ${shown(event)}`)
    return emit(name, event)
  }
  const logger = new Logger(({ ...scope }) => (level, message, meta) => {
    told.push(`${level} ${message} ${inspect(scope)} ${shown((meta ?? {}) as Record<string, unknown>)}`)
  })
  return { told, events, logger, names: () => [...seen] }
}

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()
  const inTables = async () => describeHits((await scan(postgresTables(database.query), needles, { inflate: true })).hits)

  describe.each(VERSIONS)('graphile-worker %s', (_, host) => {
    it.each<[string, Partial<SealOptions>]>([
      ['whole payloads', {}],
      ['fields', { policy: { fields: ['/secret'] } }],
      ['whole payloads, errors scrubbed', { errors: 'scrub' }],
    ])('leaves no canary in any table, event or log: %s', async (_, settings) => {
      const { functions, shared, utils, seal, schema, jobs, settled } = await database.bench(
        { sealer, dedup, ...settings },
        { host },
      )
      const { told, events, logger, names } = recorder()
      await database.query(
        `INSERT INTO "${schema}"._private_known_crontabs (identifier, known_since) VALUES ('due', now() - interval '1 hour')`,
      )
      const spec = { jobKey: whole, maxAttempts: 2 }
      await utils.addJob('fails', payload, spec)
      await utils.addJob('fails', payload, { ...spec, jobKeyMode: 'unsafe_dedupe' })
      await utils.addJobs([{ identifier: 'lists', payload: [payload, payload, payload] }])
      await utils.addJob('throws', [payload])
      await utils.addJob('works', payload)
      await utils.addJob('poison', payload)
      await utils.addJob('kept', payload, { runAt: new Date(Date.now() + 3_600_000) })
      await database.query(
        `UPDATE "${schema}"._private_jobs SET payload = replace(payload::text, 'wax1.', 'wax1.x')::json
          WHERE task_id = (SELECT id FROM "${schema}"._private_tasks WHERE identifier = 'poison')`,
      )
      const handled: string[] = []
      let inside = ''
      const tasks = {
        async works(
          given: unknown,
          { addJob, addJobs }: Parameters<NonNullable<Parameters<typeof functions.run>[1]>[string] & object>[1],
        ) {
          expect(given).toEqual(payload)
          await addJob('fails', payload, { jobKey: `${whole} 2` })
          await addJobs([{ identifier: 'fails', payload, jobKey: `${whole} 3` }])
          inside = await inTables()
          handled.push('works')
        },
        fails: () => {
          handled.push('fails')
          throw failure()
        },
        throws: () => Promise.reject(whole),
        lists: () => [Promise.reject(failure()), Promise.resolve(), Promise.reject(whole)] as never,
        due: (given: unknown) => {
          expect(given).toMatchObject({ secret: secrets })
          handled.push('due')
          throw secrets
        },
        poison: () => void handled.push('poison'),
      }
      const crontab = `* * * * * due ?id=due&fill=1m&jobKey=due ${JSON.stringify(payload)}`
      const watched = { ...shared, events: events as never, logger: logger as never, seal }
      const runner = await functions.run({ ...watched, crontab, concurrency: 2 }, tasks)
      await expect.poll(async () => (await jobs()).filter(({ last_error }) => last_error).length, PATIENCE).toBe(7)
      await runner.stop()
      await settled()
      expect(handled.sort()).toEqual(['due', 'fails', 'fails', 'fails', 'works'])
      expect(names()).toEqual(
        expect.arrayContaining(['job:start', 'job:error', 'job:failed', 'job:success', 'job:complete', 'cron:backfill']),
      )
      expect(inside).toBe('')
      expect(await inTables()).toBe('')
      const { hits, items } = await scan(
        told.map((text, at) => ({ where: `${at} ${text.slice(0, 40)}`, text })),
        needles,
      )
      expect(describeHits(hits)).toBe('')
      expect(items).toBeGreaterThan(20)
    })
  })

  it('would be found out', async () => {
    const { functions, plain, shared, settled } = await database.bench()
    const { told, events, logger } = recorder()
    await plain.addJob('fails', payload, { jobKey: canaries.email.value })
    await functions.runOnce(
      { ...shared, events: events as never, logger: logger as never },
      { fails: () => Promise.reject(failure()) },
    )
    await settled()
    const found = await inTables()
    for (const column of ['payload', 'last_error', 'key']) expect(found).toContain(`_private_jobs.${column}`)
    const inTold = async (begin: string) =>
      (
        await scan(
          told.filter((text) => text.startsWith(begin)).map((text) => ({ where: '', text })),
          needles,
        )
      ).hits
    expect(await inTold('error')).not.toEqual([])
    expect(await inTold('job:error')).not.toEqual([])
  })
})
