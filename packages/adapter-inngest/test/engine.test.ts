import { InngestTestEngine } from '@inngest/test'
import { expect, it } from 'vitest'
import { createReader } from '../src/index.js'
import { bench } from './run.js'

it('works in Inngest’s own test engine, on events as they were sent', async () => {
  const { inngest, client, seal } = await bench()
  const fn = client.createFunction({ id: 'fn', triggers: { event: 'a' } }, async ({ event, step }) => {
    const first = await step.run('first', () => ({ n: event.data.n + 1 }))
    const both = await Promise.all([step.run('left', () => first.n + 1), step.run('right', () => first.n + 2)])
    return { first, both }
  })
  await client.send({ name: 'a', data: { n: 1 } })
  const engine = new InngestTestEngine({ function: fn, events: [inngest.events[0] as never] })
  const { result } = await engine.execute()
  expect(JSON.stringify(result)).not.toContain('first')
  expect(await createReader(seal).openResult('shop-fn', result)).toEqual({ first: { n: 2 }, both: [3, 4] })
})

it('gives its mocks of steps to functions that read plaintext', async () => {
  const window = () => ({ allowUntil: new Date(Date.now() + 60_000) })
  const { client } = await bench({ write: 'plaintext', plaintext: window })
  const fn = client.createFunction({ id: 'fn', triggers: { event: 'a' } }, async ({ event, step }) => {
    return [event.data.n, await step.run('first', () => 'real')]
  })
  const engine = new InngestTestEngine({
    function: fn,
    events: [{ name: 'a', data: { n: 1 } } as never],
    steps: [{ id: 'first', handler: () => 'mocked' }],
  })
  expect((await engine.execute()).result).toEqual([1, 'mocked'])
})
