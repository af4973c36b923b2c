import { createDedupKey, createSealer, generateKey, staticKeys } from '@waxseal/core'
import { cron, eventType, Inngest, type Middleware, staticSchema } from 'inngest'
import { createDefer } from 'inngest/experimental'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { contextOf, createReader, sealing } from '../src/index.js'
import { bench, newSealer } from './run.js'

const order = eventType('order/created', { schema: staticSchema<{ number: number; card: string }>() })
const data = { number: 1, card: '4242 4242 4242 4242' }

/** A schema that takes cards with their digits and nothing else. */
const strict = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    types: undefined as unknown as { input: typeof data; output: typeof data },
    validate: (value: unknown) =>
      /^\d/.test((value as { card?: string }).card ?? '')
        ? { value: value as typeof data }
        : { issues: [{ message: 'no card' }] },
  },
}

describe('an event', () => {
  it('keeps its types, and stands with its clear members beside its envelope', async () => {
    const { inngest, client, seal, settle } = await bench({ policy: { fields: ['/card'] } })
    let seen: unknown
    const fn = client.createFunction({ id: 'fn', triggers: order }, async ({ event, step }) => {
      expectTypeOf(event.data).toEqualTypeOf<{ number: number; card: string }>()
      const result = await step.run('step', () => ({ at: new Date(0), digits: event.data.card.slice(-4) }))
      expectTypeOf(result).toEqualTypeOf<{ at: string; digits: string }>()
      seen = [event.data, result]
    })
    await client.send(order.create(data))
    const [stored] = inngest.events
    expect(stored!.data).toEqual({
      number: 1,
      card: '[sealed]',
      $wax: expect.stringMatching(/^wax1\./),
      $job: 'order/created',
    })
    await settle(fn)
    expect(seen).toEqual([data, { at: '1970-01-01T00:00:00.000Z', digits: '4242' }])
    expect((await createReader(seal).openEvent(stored!)).data).toEqual(data)
  })

  it('is sealed whole under its own context without a policy', async () => {
    const { inngest, client, seal } = await bench()
    await client.send({ name: 'a', data: { n: 1 } })
    const sealed = String(inngest.events[0]!.data.$sealed)
    expect(await seal.sealer.open(sealed, { context: contextOf('a', { app: 'shop' }) })).toEqual({ n: 1 })
    await expect(seal.sealer.open(sealed, { context: contextOf('b', { app: 'shop' }) })).rejects.toThrow()
  })

  it('meets its schema before it is sealed, and after it is opened', async () => {
    const { client, inngest, serve } = await bench()
    const paid = eventType('paid', { schema: strict })
    const seen: unknown[] = []
    const fn = client.createFunction({ id: 'fn', triggers: paid }, async ({ event, step }) => {
      const next = await step.waitForEvent('wait', { event: paid, timeout: '1h' })
      seen.push(event.data, next?.data)
    })
    await expect(client.send(paid.create({ number: 1, card: 'none' }))).rejects.toThrow('no card')
    const app = await serve(fn)
    await client.send(paid.create(data))
    await inngest.settle(app)
    await client.send(paid.create({ ...data, number: 2 }))
    await inngest.settle(app)
    expect(seen).toEqual([data, { ...data, number: 2 }])
  })

  it('has its id hashed with dedup, so that equal ids are still one event', async () => {
    const dedup = createDedupKey({ keys: staticKeys([{ kid: 'd1', key: generateKey() }]), key: { kid: 'd1' } })
    const { inngest, client } = await bench({ dedup })
    for (const n of [1, 2]) await client.send({ id: 'order of jane@example.com', name: 'a', data: { n } })
    await client.send({ id: 'another', name: 'a', data: {} })
    expect(inngest.events).toHaveLength(2)
    expect(JSON.stringify([...inngest.dump()])).not.toContain('jane')
  })

  it('is not sealed twice', async () => {
    const { inngest, client } = await bench()
    await client.send({ name: 'a', data: { n: 1 } })
    const again = { name: 'a', data: inngest.events[0]!.data }
    await expect(client.send(again)).rejects.toMatchObject({ code: 'already_sealed' })
    expect(inngest.events).toHaveLength(1)
  })

  it('is opened once where there are several, each of a batch', async () => {
    let opened = 0
    const sealer = newSealer()
    const counting = {
      ...sealer,
      open: (...call: Parameters<typeof sealer.open>) => {
        opened++
        return sealer.open(...call)
      },
    }
    const { inngest, client, serve } = await bench({ sealer: counting as typeof sealer })
    const seen: unknown[] = []
    const fn = client.createFunction(
      { id: 'fn', triggers: { event: 'a' }, batchEvents: { maxSize: 10, timeout: '1s' } },
      async ({ event, events }) => void seen.push(event.data, ...events.map((each) => each.data)),
    )
    const app = await serve(fn)
    await client.send([1, 2, 3].map((n) => ({ name: 'a', data: { n } })))
    await inngest.settle(app)
    expect(seen).toEqual([{ n: 1 }, { n: 1 }, { n: 2 }, { n: 3 }])
    expect(opened).toBe(3)
  })
})

describe('a batch', () => {
  it('is refused as a whole where one of its events does not open', async () => {
    const { inngest, client, settle } = await bench()
    const seen: unknown[] = []
    const batchEvents = { maxSize: 10, timeout: '1s' as const }
    const fn = client.createFunction({ id: 'fn', triggers: { event: 'a' }, batchEvents }, async () => void seen.push('called'))
    await client.send([1, 2].map((n) => ({ name: 'a', data: { n } })))
    inngest.pending[1]!.data = { n: 3 }
    await settle(fn)
    expect([seen, inngest.runs.map(({ state }) => state)]).toEqual([[], ['failed']])
  })
})

describe('an event of Inngest’s own', () => {
  it('is read by who listens to it: a schedule, a run that finished, an invocation by its name', async () => {
    const { inngest, client, serve } = await bench()
    const seen: unknown[] = []
    const clock = client.createFunction({ id: 'clock', triggers: cron('* * * * *') }, async ({ event }) => {
      seen.push(event.data)
      return { ticks: 1 }
    })
    const watch = client.createFunction({ id: 'watch', triggers: { event: 'inngest/function.finished' } }, async ({ event }) => {
      seen.push(event.data.result)
    })
    const app = await serve(clock, watch)
    await inngest.begin(app, 'shop-clock', 'inngest/scheduled.timer', { cron: '* * * * *', more: 'in clear' })
    expect(seen).toEqual([{ cron: '* * * * *' }, { ticks: 1 }])
  })

  it('begins a deferred function only where that may be in clear', async () => {
    for (const clear of [[], ['defer'] as const]) {
      const { inngest, client, serve } = await bench({ clear })
      const seen: unknown[] = []
      const later = createDefer(client, { id: 'later' }, async ({ event }) => void seen.push(event.data))
      const app = await serve(later)
      const _inngest = { fn_slug: 'shop-later', parent_fn_slug: 'shop-fn', parent_run_id: '1' }
      await inngest.begin(app, 'shop-later', 'inngest/deferred.schedule', { n: 1, _inngest })
      expect(seen).toEqual(clear.length === 0 ? [] : [{ n: 1 }])
    }
  })

  it('hands the handler of failures a report without data where the event of the run does not open', async () => {
    const { inngest, client, settle } = await bench()
    const seen: unknown[] = []
    const fn = client.createFunction(
      {
        id: 'fn',
        triggers: { event: 'a' },
        onFailure: ({ error, event }) => void seen.push(error.message, event.data.event.data),
      },
      () => void seen.push('the function'),
    )
    await client.send({ name: 'a', data: { n: 1 } })
    inngest.pending[0]!.data = { n: 2 }
    await settle(fn)
    expect(seen).toEqual(['WaxsealError: [sealed] (plaintext_rejected)', {}])
  })
})

describe('sealing', () => {
  const seal = { sealer: newSealer(), app: 'shop' }

  it('is a class of middleware, like any other', () => {
    expectTypeOf(sealing(seal)).toEqualTypeOf<Middleware.Class>()
    expect(() => sealing({ ...seal, app: '' })).toThrow(expect.objectContaining({ code: 'config' }))
    expect(() => sealing({ ...seal, legacy: { keys: [] } })).toThrow(expect.objectContaining({ code: 'config' }))
  })

  it('stands once', () => {
    const twice = expect.objectContaining({ code: 'config' })
    const one = sealing(seal)
    expect(() => new Inngest({ id: 'shop', middleware: [one, one] })).toThrow(twice)
    expect(() => new Inngest({ id: 'shop', middleware: [one, sealing(seal)] })).toThrow(twice)
    const client = new Inngest({ id: 'shop', middleware: [one] })
    expect(() => client.createFunction({ id: 'fn', triggers: [], middleware: [sealing(seal)] }, () => {})).toThrow(twice)
    const plain = new Inngest({ id: 'shop' })
    plain.createFunction({ id: 'fn', triggers: [], middleware: [one] }, () => {})
  })

  it('opens and does not send where the sealer only opens', async () => {
    const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]), mode: 'open-only' })
    const { client, inngest } = await bench({ sealer })
    await expect(client.send({ name: 'a', data: {} })).rejects.toMatchObject({ code: 'sealing_disabled' })
    expect(inngest.events).toEqual([])
  })
})
