import { createSealer, generateKey, type KeySource, staticKeys, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { StepState } from './executor.js'
import { type Bench, bench } from './run.js'

const result = (state: StepState): { $sealed: string; $job: string } => {
  if (state.type !== 'data') throw new Error('the step has no result')
  return state.data as { $sealed: string; $job: string }
}

/** A run that waits after its first step; `change` alters what Inngest holds of it before it goes on. */
async function resumed(its: Bench, change: (steps: Record<string, StepState>, first: string, other: string) => void) {
  const seen: unknown[] = []
  const { inngest, client, serve } = its
  const other = client.createFunction({ id: 'other', triggers: { event: 'started' } }, async ({ step }) => {
    await step.run('first', () => 'of another function')
  })
  const fn = client.createFunction({ id: 'fn', triggers: { event: 'started' } }, async ({ step }) => {
    try {
      const first = await step.run('first', () => ({ amount: 1999 }))
      const event = await step.waitForEvent('wait', { event: 'go', timeout: '1h' })
      seen.push(first, event?.data)
    } catch (error) {
      seen.push(error)
    }
  })
  const app = await serve(other, fn)
  await client.send({ name: 'started' })
  await inngest.settle(app)
  const run = inngest.runs.find(({ functionId }) => functionId === 'shop-fn')!
  const foreign = inngest.runs.find(({ functionId }) => functionId === 'shop-other')!
  change(run.steps, run.order[0]!, result(foreign.steps[foreign.order[0]!]!).$sealed)
  await client.send({ name: 'go', data: { by: 'hand' } })
  await inngest.settle(app)
  return { seen, run }
}

describe('what Inngest holds of a run', () => {
  it('is used as it was stored', async () => {
    const { seen, run } = await resumed(await bench(), () => {})
    expect(seen).toEqual([{ amount: 1999 }, { by: 'hand' }])
    expect(run.state).toBe('done')
  })

  const changes: Record<string, (state: StepState, foreign: string) => StepState> = {
    'was damaged': (state) => ({
      type: 'data',
      data: { ...result(state), $sealed: `${result(state).$sealed.slice(0, -6)}AAAAAA` },
    }),
    'was replaced by plaintext': () => ({ type: 'data', data: { amount: 1 } }),
    'was replaced by nothing': () => ({ type: 'data', data: null }),
    'is another function’s': (state, foreign) => ({ type: 'data', data: { ...result(state), $sealed: foreign } }),
    'is another function’s, and says so': (_, foreign) => ({ type: 'data', data: { $sealed: foreign, $job: 'shop-other' } }),
    'was replaced by an event': () => ({ type: 'data', data: { name: 'go', data: { $job: 'go', $sealed: 'wax1.' } } }),
  }
  for (const [what, change] of Object.entries(changes))
    it(`ends the run for good where the result of a step ${what}, and no handler sees or catches it`, async () => {
      const events: unknown[] = []
      const its = await bench({ onEvent: (event) => events.push(event) })
      const { seen, run } = await resumed(its, (steps, first, foreign) => {
        steps[first] = change(steps[first]!, foreign)
      })
      expect(seen).toEqual([])
      expect(run.state).toBe('failed')
      expect(run.attempts).toEqual({ step: 1 })
      expect(run.output).toMatchObject({
        name: 'NonRetriableError',
        message: expect.stringMatching(/^WaxsealError: \[sealed\] \(/),
      })
      expect(events).toContainEqual(expect.objectContaining({ event: 'refused', surface: 'result' }))
    })

  it('is refused where a step is given another event than it waits for', async () => {
    const { inngest, client, serve } = await bench()
    const seen: unknown[] = []
    const fn = client.createFunction({ id: 'fn', triggers: { event: 'started' } }, async ({ step }) => {
      seen.push(await step.waitForEvent('wait', { event: 'paid', timeout: '1h' }))
    })
    const app = await serve(fn)
    await client.send({ name: 'started' })
    await inngest.settle(app)
    await client.send([{ name: 'refused', data: {} }, { name: 'paid' }])
    const [refused, paid] = inngest.pending
    inngest.pending.splice(0, 2, { ...paid!, ...refused!, name: 'paid' })
    await inngest.settle(app)
    expect(seen).toEqual([])
    expect(inngest.runs[0]!.state).toBe('failed')
  })
})

describe('while the key service is down', () => {
  function failingKeys(retryAfterMs?: number) {
    const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
    const failures = { skip: 0, left: 0 }
    const source: KeySource = {
      kind: 'source',
      current: (...call) => keys.current(...call),
      resolve(...call) {
        if (failures.left > 0 && failures.skip-- <= 0 && failures.left-- > 0)
          throw new WaxsealError('provider_unavailable', 'the key service is down', { retryAfterMs })
        return keys.resolve(...call)
      },
    }
    return { sealer: createSealer({ keys: source }), failures }
  }
  const headerOf = ({ inngest }: Bench, name: string) =>
    [...inngest.dump()]
      .filter(({ where }) => where.includes('answer of'))
      .map((item) => ('text' in item ? new Map(JSON.parse(item.text.split('\n')[0]!)).get(name) : undefined))
      .filter((value) => value !== undefined)

  it.each([
    ['that it says', 42_000, '42'],
    ['of its own', undefined, '15'],
  ])('a function begins again after the time %s', async (_, retryAfterMs, seconds) => {
    const { sealer, failures } = failingKeys(retryAfterMs)
    const events: unknown[] = []
    const its = await bench({ sealer, onEvent: (event) => events.push(event) })
    const seen: unknown[] = []
    const fn = its.client.createFunction({ id: 'fn', triggers: { event: 'started' } }, async ({ event }) => {
      seen.push(event.data)
    })
    await its.client.send({ name: 'started', data: { n: 1 } })
    failures.left = 1
    await its.settle(fn)
    expect(seen).toEqual([{ n: 1 }])
    expect(headerOf(its, 'retry-after')).toEqual([seconds])
    expect(events).toEqual([{ event: 'deferred', surface: 'data', code: 'provider_unavailable' }])
  })

  it('a step that does not open now opens later, and no handler sees or catches that', async () => {
    const { sealer, failures } = failingKeys()
    // The event of the run, the event that it waited for, and the result of its first step are opened, in this order.
    for (const skip of [0, 1, 2]) {
      const its = await bench({ sealer })
      const { seen, run } = await resumed(its, () => Object.assign(failures, { skip, left: 1 }))
      expect(failures.left).toBe(0)
      expect(seen).toEqual([{ amount: 1999 }, { by: 'hand' }])
      expect([run.state, run.attempts]).toEqual(['done', { step: 1 }])
      expect(headerOf(its, 'retry-after')).toEqual(['15'])
    }
  })
})

describe('what would go to Inngest in clear', () => {
  it('is refused, or let through where that is asked for', async () => {
    for (const clear of [[], ['waitForSignal', 'defer'] as const]) {
      const { inngest, client, settle } = await bench({ clear })
      const errors: unknown[] = []
      const fn = client.createFunction({ id: 'fn', triggers: { event: 'started' } }, async ({ step, defer }) => {
        const note = (error: unknown) => errors.push((error as Error).message)
        await step.fetch('http://127.0.0.1:9/').catch(note)
        await step.sendSignal('signal', { signal: 's', data: { n: 1 } }).catch(note)
        try {
          defer('later', { function: undefined as never, data: {} as never })
        } catch (error) {
          note(error)
        }
        if (clear.length === 0) await step.waitForSignal('wait', { signal: 's', timeout: '1h', onConflict: 'fail' }).catch(note)
      })
      await client.send({ name: 'started' })
      await settle(fn)
      expect(inngest.runs[0]!.state).toBe('done')
      const refused = (what: string) => `${what} hands its data to Inngest in clear: see the option clear of sealing`
      expect(errors).toEqual([
        refused('a step of type fetch'),
        refused('a step of type unknown'),
        ...(clear.length === 0 ? [refused('defer'), refused('a step of type waitForSignal')] : []),
      ])
    }
  })

  it('is refused where Inngest’s own events are forged', async () => {
    const { inngest, client, serve } = await bench()
    const seen: unknown[] = []
    const fn = client.createFunction({ id: 'fn', triggers: { event: 'started' } }, async ({ event }) => {
      seen.push(event.data)
    })
    const app = await serve(fn)
    const forged = [
      'scheduled.timer',
      'function.failed',
      'function.finished',
      'function.invoked',
      'deferred.schedule',
      'http.request',
    ]
    for (const name of forged)
      await inngest.begin(app, 'shop-fn', `inngest/${name}`, { cron: 'x', amount: 1, function_id: 'shop-fn' })
    expect(seen).toEqual([])
    expect(inngest.runs.map(({ state }) => state)).toEqual(forged.map(() => 'failed'))
  })
})
