import { NonRetriableError, RetryAfterError } from 'inngest'
import { describe, expect, it } from 'vitest'
import { createReader } from '../src/index.js'
import { type Bench, bench } from './run.js'

class NoFundsError extends NonRetriableError {
  override name = 'NoFundsError'
}

/** Runs a function once for every event; gives how often it was tried, and what Inngest holds of it. */
async function tries(its: Bench, handler: () => unknown, inStep: boolean) {
  let count = 0
  const tried = () => {
    count++
    return handler()
  }
  const fn = its.client.createFunction({ id: 'fn', triggers: { event: 'started' } }, async ({ step }) => {
    await (inStep ? step.run('step', tried) : tried())
  })
  await its.client.send({ name: 'started' })
  await its.settle(fn)
  const [run] = its.inngest.runs
  return { count, run: run!, output: run!.output as { name: string; message: string; stack: string } }
}

const thrown = (value: unknown) => () => {
  throw value
}

describe.each([
  ['a function', false],
  ['a step', true],
])('an error of %s', (_, inStep) => {
  it.each([
    ['is tried again', new TypeError('no card'), 2, 'TypeError'],
    ['is not tried again where it says so', new NonRetriableError('no card'), 1, 'NonRetriableError'],
    ['is not tried again where its class says so', new NoFundsError('no card'), 1, inStep ? 'NoFundsError' : 'NonRetriableError'],
    ['is tried again after its time', new RetryAfterError('no card', 42_000), 2, 'RetryAfterError'],
  ])('%s', async (__, error, times, name) => {
    const its = await bench()
    const { count, output } = await tries(its, thrown(error), inStep)
    expect(count).toBe(times)
    expect(output.name).toBe(name)
    expect(output.message).toMatch(/^[A-Za-z]+Error: \[sealed\] wax1\.\S+$/)
    expect(output.stack).toBe(`${name}: [sealed]`)
    const after = [...its.inngest.dump()].filter((item) => 'text' in item && item.text.includes('["retry-after","42"]'))
    expect(after.length > 0).toBe(error instanceof RetryAfterError)
    const read = await createReader(its.seal).openError('shop-fn', output)
    expect([read.name, read.message]).toEqual([error.name, 'no card'])
    expect(read.stack).toContain('errors.test')
  })

  it('may be anything', async () => {
    for (const value of ['no card', { no: 'card' }, null, undefined, 0]) {
      const its = await bench()
      const { run } = await tries(its, thrown(value), inStep)
      expect(run.state).toBe('failed')
      expect(JSON.stringify([...its.inngest.dump()])).not.toContain('no card')
    }
  })
})

it('a function is not tried again for a step that failed for good', async () => {
  const { inngest, client, settle } = await bench()
  let entered = 0
  const fn = client.createFunction({ id: 'fn', triggers: { event: 'started' } }, async ({ step }) => {
    entered++
    await step.run('step', thrown(new RangeError('no card')))
  })
  await client.send({ name: 'started' })
  await settle(fn)
  // To find the step, to try it again, and to learn that it failed.
  expect(entered).toBe(3)
  expect(inngest.runs[0]!.attempts.step).toBe(1)
})

it('an error that does not open for good stays as it is stored', async () => {
  const events: unknown[] = []
  const { inngest, client, serve } = await bench({ onEvent: (event) => events.push(event) })
  const seen: string[] = []
  const note = (error: Error) => void seen.push(error.message)
  const fn = client.createFunction({ id: 'fn', triggers: { event: 'started' } }, async ({ step }) => {
    await step.run('step', thrown(new NonRetriableError('no card'))).catch(note)
    await step.waitForEvent('wait', { event: 'go', timeout: '1h' })
  })
  const app = await serve(fn)
  await client.send({ name: 'started' })
  await inngest.settle(app)
  const run = inngest.runs[0]!
  const first = run.order[0]!
  const stored = run.steps[first] as { readonly error: { message: string } }
  stored.error.message = `${stored.error.message.slice(0, -6)}AAAAAA`
  await client.send({ name: 'go' })
  await inngest.settle(app)
  expect([...new Set(seen)]).toEqual(['no card', stored.error.message])
  expect(events).toEqual([{ event: 'refused', surface: 'error', code: 'open_failed' }])
  expect(run.state).toBe('done')
})

it('a result that is no JSON fails at once, and says nothing', async () => {
  const its = await bench()
  const { count, output } = await tries(its, () => ({ card: 'no card', big: 1n }), true)
  expect(count).toBe(1)
  expect(output.message).toContain('not_serialisable')
  expect(output.message).not.toContain('no card')
})
