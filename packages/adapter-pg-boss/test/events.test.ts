import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { JobEvent, SealOptions } from '../src/index.js'
import { embeddedPostgres, workOff } from './embedded.js'

const postgres = embeddedPostgres()
const SECRET = '4242424242424242'
const data = { tenant: 'acme', card: SECRET }

async function bench(seal: Partial<SealOptions> = {}, queue: object = { retryLimit: 0 }) {
  const events: JobEvent[] = []
  const onEvent = (event: JobEvent) => events.push(event)
  const made = await postgres.bosses({ onEvent, ...seal })
  await made.boss.createQueue('pay', queue)
  return { ...made, events }
}

/** Keys that are there until somebody takes them away. */
function failingKeys(code: 'provider_unavailable' | 'key_destroyed') {
  const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
  let failures = 0
  const fail = () => {
    if (failures-- > 0) throw new WaxsealError(code, `no key for ${SECRET}`)
  }
  return {
    sealer: createSealer({
      keys: {
        ...keys,
        current: (...args) => {
          fail()
          return keys.current(...args)
        },
        resolve: (...args) => {
          fail()
          return keys.resolve(...args)
        },
      },
    }),
    fail(times: number) {
      failures = times
    },
  }
}

describe('onEvent', () => {
  it('is told of jobs that never open, with the code and nothing else', async () => {
    const { boss, plain, schema, events } = await bench()
    await plain.send('pay', data)
    await boss.send('pay', data)
    await postgres.query(
      `UPDATE ${schema}.job SET data = jsonb_set(data, '{$sealed}', to_jsonb(left(data->>'$sealed', -4) || 'AAAA'))
      WHERE data ? '$sealed'`,
    )
    await workOff(boss, 'pay', () => expect.unreachable())
    expect(events.sort((a, b) => a.code!.localeCompare(b.code!))).toEqual([
      { event: 'refused', surface: 'data', code: 'open_failed' },
      { event: 'refused', surface: 'data', code: 'plaintext_rejected' },
    ])
  })

  it('is told of jobs that fetch refuses', async () => {
    const { boss, plain, events } = await bench()
    await plain.send('pay', data)
    expect(await boss.fetch('pay')).toEqual([])
    expect(events).toEqual([{ event: 'refused', surface: 'data', code: 'plaintext_rejected' }])
  })

  it('is told of jobs that may open later, once for each try', async () => {
    const keys = failingKeys('provider_unavailable')
    const { boss, events } = await bench({ sealer: keys.sealer }, { retryLimit: 3, retryDelay: 0 })
    await boss.send('pay', data)
    keys.fail(2)
    const seen: unknown[] = []
    await workOff(boss, 'pay', async (jobs) => seen.push(...jobs.map((job) => job.data)))
    expect(seen).toEqual([data])
    const deferred = { event: 'deferred', surface: 'data', code: 'provider_unavailable' }
    expect(events).toEqual([deferred, deferred])
  })

  it('is told of errors whose details could not be sealed', async () => {
    const keys = failingKeys('provider_unavailable')
    const { boss, plain, events } = await bench({ sealer: keys.sealer })
    const id = (await boss.send('pay', data))!
    await workOff(boss, 'pay', async () => {
      keys.fail(1)
      throw new TypeError(`card ${SECRET} declined`)
    })
    expect((await plain.getJobById('pay', id))!.output).toEqual({ name: 'TypeError', message: '[sealed]' })
    expect(events).toEqual([{ event: 'scrubbed', surface: 'error', code: 'provider_unavailable' }])
  })

  it('is told of an error that belongs to jobs of several tenants', async () => {
    const keys = staticKeys(['acme', 'globex'].map((scope) => ({ kid: scope, scope, key: generateKey() })))
    const settings = {
      sealer: createSealer({ keys }),
      policy: { fields: ['/card'] },
      scope: ({ data }: { data?: unknown }) => (data as typeof data & { tenant: string }).tenant,
    }
    for (const errors of ['seal', 'scrub'] as const) {
      const { boss, events } = await bench({ ...settings, errors })
      await boss.insert('pay', [{ data }, { data: { ...data, tenant: 'globex' } }])
      await workOff(boss, 'pay', async () => {
        throw new Error(SECRET)
      })
      // Where no details are kept anyway, none are lost.
      expect(events).toEqual(errors === 'seal' ? [{ event: 'scrubbed', surface: 'error' }] : [])
    }
  })

  it('changes nothing by what it throws, and is not told of what goes well', async () => {
    let told = 0
    const { boss, plain } = await bench({
      onEvent: () => {
        told++
        throw new Error('a listener fails')
      },
    })
    await boss.send('pay', data)
    await workOff(boss, 'pay')
    expect(told).toBe(0)
    await plain.send('pay', data)
    await boss.send('pay', data)
    const seen: unknown[] = []
    await workOff(boss, 'pay', async (jobs) => seen.push(...jobs.map((job) => job.data)))
    expect([told, seen]).toEqual([1, [data]])
  })
})
