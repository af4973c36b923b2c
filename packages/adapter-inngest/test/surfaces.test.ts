import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { NonRetriableError, type StepError } from 'inngest'
import { describe, expect, it } from 'vitest'
import { type Bench, bench } from './run.js'

const canaries = Object.values(createCanaries())
const text = canaries.map(({ value }) => value).join(' ')
const secret = { text, deep: [canaries.map(({ value }) => value)] }

class CardDeclinedError extends Error {
  override name = 'CardDeclinedError'
  readonly card = secret
}

const fail = (error: Error) => {
  throw error
}
const caught = (error: StepError) => ({ error, is: [error.name, error.message, (error.cause as Error).message] })

/** A run through every kind of step, and a note of what its handlers were given. */
async function everything({ inngest, client, serve }: Bench): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {}
  const charge = client.createFunction({ id: 'charge', triggers: { event: 'never' } }, async ({ event }) => {
    seen.invoked = event.data.secret
    return { receipt: secret }
  })
  const refuse = client.createFunction({ id: 'refuse', triggers: [] }, () =>
    fail(new NonRetriableError(text, { cause: new CardDeclinedError(text) })),
  )
  const order = client.createFunction(
    {
      id: 'order',
      triggers: { event: 'order/created' },
      onFailure: async ({ error, event, step }) => {
        seen.failure = [error instanceof TypeError, error.message, event.data.error.message, event.data.event.data]
        await step.run('after failure', () => secret)
      },
    },
    async ({ event, step, events }) => {
      seen.event = [event.data, events.map(({ data }) => data)]
      seen.step = await step.run('step', () => secret)
      seen.argument = await step.run('argument', (given: typeof secret) => given, secret)
      seen.nothing = [await step.run('undefined', () => {}), await step.run('null', () => null)]
      seen.parallel = await Promise.all(['a', 'b', 'c'].map((name) => step.run(`parallel ${name}`, async () => [name, secret])))
      seen.wrapped = await step.ai.wrap('wrapped', async (prompt: string) => ({ answer: prompt }), text)
      seen.sent = (await step.sendEvent('sent', { name: 'order/sent', data: { secret } })).ids.length
      await step.sleep('asleep', '1s')
      seen.result = await step.invoke('invoke', { function: charge, data: { secret } })
      seen.refused = await step.invoke('refused', { function: refuse, data: { secret } }).catch(caught)
      seen.waited = (await step.waitForEvent('wait', { event: 'order/paid', timeout: '1h', match: 'data.number' }))?.data
      seen.caught = await step
        .run('failing', () => fail(new CardDeclinedError(text, { cause: new RangeError(text) })))
        .catch(caught)
      await step.run('failing for good', () => fail(new TypeError(text, { cause: secret })))
    },
  )
  const app = await serve(charge, refuse, order)
  await client.send({ name: 'order/created', data: { number: 1, secret } })
  await inngest.settle(app)
  await client.send([
    { name: 'order/paid', data: { number: 2, secret: 'of another order' } },
    { name: 'order/paid', data: { number: 1, secret } },
  ])
  await inngest.settle(app)
  return seen
}

const policy = ({ name }: { readonly name: string }) => (name.startsWith('order/') ? { fields: ['/secret'] } : undefined)

describe.each([false, true])('a run, with checkpoints: %s', (checkpointing) => {
  it('leaves nothing in clear, and gives everything to its handlers', async () => {
    const its = await bench({ policy }, { checkpointing })
    const seen = await everything(its)

    const { hits, items } = await scan(its.inngest.dump(), canaries, { inflate: true })
    expect(describeHits(hits)).toBe('')
    expect(items).toBeGreaterThan(30)
    const told = [...its.inngest.dump()].filter(({ where }) => where.includes('/v1/checkpoint/'))
    expect(told.length > 0).toBe(checkpointing)

    const data = { number: 1, secret }
    expect(seen).toEqual({
      event: [data, [data]],
      step: secret,
      argument: secret,
      nothing: [null, null],
      parallel: ['a', 'b', 'c'].map((name) => [name, secret]),
      wrapped: { answer: text },
      sent: 1,
      invoked: secret,
      result: { receipt: secret },
      refused: expect.objectContaining({ is: ['NonRetriableError', text, text] }),
      waited: data,
      caught: expect.objectContaining({ is: ['CardDeclinedError', text, text] }),
      failure: [true, text, text, data],
    })
  })

  it('keeps no details of errors where they are scrubbed', async () => {
    const its = await bench({ policy, errors: 'scrub' }, { checkpointing })
    const { failure, caught } = await everything(its)
    expect(failure).toEqual([true, 'TypeError: [sealed]', 'TypeError: [sealed]', { number: 1, secret }])
    expect(caught).toBeUndefined()
  })
})

it('would be found out if it sent anything in clear', async () => {
  const its = await bench({ write: 'plaintext', plaintext: () => ({ allowUntil: new Date(Date.now() + 60_000) }) })
  await everything(its)
  const { hits } = await scan(its.inngest.dump(), canaries)
  expect(new Set(hits.map(({ id }) => id)).size).toBe(canaries.length)
  expect(hits.length).toBeGreaterThan(30)
})
