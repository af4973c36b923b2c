import { SEALED_ENCODING, sealingCodec, WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { contextOf, type JobEvent, openExecution, openJob, type SealOptions, sealEnqueue } from '../src/index.js'
import { aSealer, bench, kinds, ojsKeys, window } from './bench.js'
import { type Job, type JobContext, type JsonValue, OJSError } from './host.js'

const args = [{ card: '4242 4242' }]
const throwing = (error: unknown) => async () => Promise.reject(error)

describe.each(kinds)('what comes back from handlers, in %s', (_, optionsOf) => {
  it('is sealed: results of every type, and none where there is none', async () => {
    const options = optionsOf()
    const results = [{ receipt: '4242' }, '4242', 4242, null, ['4242'], undefined]
    const queue = bench(options)
    for (const n of results.keys()) await queue.enqueue('pay', [n])
    await queue.handled(async ({ job }) => results[job.args[0] as number])
    expect(JSON.stringify(queue.backend.jobs)).not.toContain('4242')
    const opened = await Promise.all(queue.backend.jobs.map((job) => openJob(job, options)))
    expect(opened.map(({ result }) => result)).toEqual(results)
    expect(queue.backend.jobs.at(-1)).not.toHaveProperty('result')
  })

  it('is left as it is where results are not to be sealed', async () => {
    const options: SealOptions = { ...optionsOf(), results: ({ name }) => (name === 'open' ? 'plaintext' : 'sealed') }
    const queue = bench(options)
    await queue.enqueue('open', args)
    await queue.enqueue('pay', args)
    await queue.handled(async () => ({ receipt: 1 }))
    expect(queue.backend.jobs.map(({ result }) => result)).toEqual([
      { receipt: 1 },
      expect.objectContaining({ ojs_encoded: true }),
    ])
    expect((await openJob(queue.backend.jobs[0]!, options)).result).toEqual({ receipt: 1 })
  })

  it('cannot be read where somebody put a result in clear', async () => {
    const options = optionsOf()
    const queue = bench(options)
    await queue.enqueue('pay', args)
    await queue.handled(async () => ({ receipt: 1 }))
    await expect(openJob({ ...queue.backend.jobs[0]!, result: { receipt: 2 } }, options)).rejects.toMatchObject({
      code: 'plaintext_rejected',
    })
  })

  it('is opened for the next step of a workflow, and only inside', async () => {
    const queue = bench(optionsOf())
    await queue.enqueue('first', args)
    await queue.handled(async () => ({ token: '4242' }))
    const outside: string[] = []
    queue.worker.middlewares.unshift(async (ctx, next) => {
      const result = await next()
      outside.push(JSON.stringify(ctx.parentResults))
      return result
    })
    queue.worker.parentResults = { '0': queue.backend.jobs[0]!.result!, '1': null }
    await queue.enqueue('second', args)
    let parents: JobContext['parentResults']
    await queue.handled(async (ctx) => {
      parents = ctx.parentResults
      return null
    })
    expect(parents).toEqual({ '0': { token: '4242' }, '1': null })
    expect(outside.join()).not.toContain('4242')
  })

  it('in clear is no result of an earlier step, unless results are not sealed or a window is open', async () => {
    const forged = { '0': { token: 'forged' } }
    const read = async (reads: Partial<SealOptions>) => {
      const options = optionsOf()
      const queue = bench(options, { ...options, ...reads })
      queue.worker.parentResults = forged
      await queue.enqueue('second', args)
      return queue.handled(async (ctx) => ctx.parentResults)
    }
    expect(await read({})).toEqual([])
    expect(await read({ results: 'plaintext' })).toHaveLength(1)
    expect(await read({ plaintext: () => window() })).toHaveLength(1)
  })

  it('shows nothing to whoever looks from outside: traces, logs, errors', async () => {
    const queue = bench(optionsOf())
    await queue.enqueue('pay', args)
    await queue.enqueue('fail', args)
    await queue.handled(async ({ job }) => {
      if (job.type === 'pay') return { card: '4242' }
      throw Object.assign(new RangeError('card 4242', { cause: new Error('4242') }), {
        name: 'Card 4242',
        card: '4242',
        code: '4242',
      })
    })
    expect(queue.worker.spans).toHaveLength(3)
    expect(queue.worker.spans.join() + JSON.stringify(queue.backend.jobs)).not.toContain('4242')
  })

  it('is tried again or not as the handler says, and gives up a result that is no JSON', async () => {
    const queue = bench(optionsOf())
    for (const type of ['final', 'again', 'foreign', 'bigint']) await queue.enqueue(type, args)
    const outcomes: Record<string, () => Promise<unknown>> = {
      final: throwing(new OJSError('4242', 'declined')),
      again: throwing(new OJSError('4242', 'busy', { retryable: true })),
      foreign: throwing(new WaxsealError('open_failed', 'of the handler’s own')),
      bigint: async () => 1n,
    }
    await queue.handled(({ job }) => outcomes[job.type]!())
    expect(queue.backend.jobs.map(({ type, attempt }) => [type, attempt])).toEqual([
      ['final', 1],
      ['again', 2],
      ['foreign', 2],
      ['bigint', 1],
    ])
  })
})

it('errors are scrubbed with keys alone, and by option with a sealer', async () => {
  const sealer: SealOptions = { sealer: aSealer(), app: 'billing' }
  for (const [options, line] of [
    [{ keys: ojsKeys() }, /^TypeError: \[sealed\]$/],
    [{ ...sealer, errors: 'scrub' }, /^TypeError: \[sealed\]$/],
    [sealer, /^TypeError: \[sealed\] wax1\.\S+$/],
  ] as [SealOptions, RegExp][]) {
    const queue = bench(options)
    await queue.enqueue('pay', args)
    await queue.handled(throwing(new TypeError('4242')))
    const [error] = queue.backend.jobs[0]!.errors!
    expect(error!.message).toMatch(line)
    expect(error!.details).toEqual({ stack: expect.stringMatching(/^\w+: \[sealed\]$/) })
  }
})

describe('jobs that do not open', () => {
  const damaged = ({ backend }: ReturnType<typeof bench>) => {
    const encoded = backend.jobs[0]!.args[0] as Record<string, string>
    encoded.data = encoded.data!.replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA'))
  }

  it.each(kinds)('and never will are not tried again, and told of once, in %s', async (_, optionsOf) => {
    const events: JobEvent[] = []
    const queue = bench({ ...optionsOf(), onEvent: (event) => events.push(event) })
    await queue.enqueue('pay', args)
    damaged(queue)
    expect(await queue.handled()).toEqual([])
    const error = { message: expect.stringMatching(/^WaxsealError: \[sealed\] \((open_failed|malformed)\)$/), retryable: false }
    expect(queue.backend.jobs).toMatchObject([{ state: 'discarded', attempt: 1, errors: [error] }])
    expect(events).toMatchObject([{ event: 'refused', surface: 'data' }])
  })

  it.each(kinds)('use up their attempts where the SDK is not told otherwise, in %s', async (_, optionsOf) => {
    const queue = bench({ ...optionsOf(), nonRetryable: undefined })
    await queue.enqueue('pay', args)
    damaged(queue)
    expect(await queue.handled()).toEqual([])
    expect(queue.backend.jobs).toMatchObject([{ state: 'discarded', attempt: 2 }])
  })

  it('but may later are tried again', async () => {
    const keys = ojsKeys()
    let down = true
    const events: JobEvent[] = []
    const getKey = async (id: string) => {
      if (down) throw new Error('connection refused')
      return keys.getKey(id)
    }
    const queue = bench({ keys }, { keys: { ...keys, getKey }, onEvent: (event) => events.push(event) })
    await queue.enqueue('pay', args)
    queue.worker.middlewares.unshift(async (_, next) => {
      try {
        return await next()
      } finally {
        down = false
      }
    })
    expect((await queue.handled()).map((job) => job.args)).toEqual([args])
    expect(queue.backend.jobs[0]!.errors![0]!.message).toBe('WaxsealError: [sealed] (provider_unavailable)')
    expect(events).toEqual([{ event: 'deferred', surface: 'data', code: 'provider_unavailable' }])
  })

  it('are opened again by a retry inside the chain', async () => {
    const queue = bench({ keys: ojsKeys() })
    queue.worker.middlewares.unshift((_, next) => next().catch(() => next()))
    await queue.enqueue('pay', args)
    let times = 0
    const seen = await queue.handled(async () => {
      if (times++ === 0) throw new Error('once')
      return null
    })
    expect(seen.map((job) => job.args)).toEqual([args, args])
    expect(queue.backend.jobs[0]).toMatchObject({ state: 'completed', attempt: 1 })
  })
})

it('whoever has the key opens an envelope as a payload, by its context', async () => {
  const sealer = aSealer()
  const queue = bench({ sealer, app: 'billing' })
  await queue.enqueue('pay', args)
  const [job] = queue.backend.jobs as [Job]
  const data = Uint8Array.from(Buffer.from((job.args[0] as Record<string, string>).data!, 'base64'))
  const codec = sealingCodec(sealer, { context: contextOf(job, { app: 'billing' }) })
  const [payload] = await codec.decode([{ metadata: { encoding: new TextEncoder().encode(SEALED_ENCODING) }, data }])
  expect(JSON.parse(new TextDecoder().decode(payload!.data!))).toEqual(args)
  expect(sealer.inspect(data).context).toEqual({ app: 'billing', job: 'pay', surface: 'data' })
  expect(contextOf(job, { app: 'a', surface: 'data', path: 'args[0]' })).toEqual({
    app: 'a',
    job: 'pay',
    surface: 'data',
    path: 'args[0]',
  })
})

it('options that do not fit are refused at once', () => {
  const [sealer, keys] = [aSealer(), ojsKeys()]
  const wrong = [
    {},
    { sealer },
    { sealer, app: '' },
    { keys: {} },
    { sealer, app: 'billing', write: 'spec' },
    { keys, write: 'sealed' },
    { keys, write: 'waxseal' },
  ]
  for (const options of wrong)
    for (const make of [sealEnqueue, openExecution])
      expect(() => make(options as SealOptions)).toThrow(expect.objectContaining({ code: 'config' }))
})

describe('changed at random', () => {
  /** The same numbers each run. */
  function numbers(seed: number) {
    let state = seed
    return (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
  }
  const odd: JsonValue[] = [
    null,
    true,
    0,
    '',
    'AQ==',
    [],
    {},
    ['binary/encrypted'],
    { ojs_encoded: true },
    [{ ojs_encoded: true, data: 'AQ==' }],
  ]

  function mutate(value: JsonValue, random: (below: number) => number): JsonValue {
    if (typeof value === 'string' && value.length > 0 && random(3) > 0) {
      const at = random(value.length)
      return random(2) ? value.slice(0, at) + 'ABab01+/=.'[random(10)] + value.slice(at + 1) : value.slice(0, at)
    }
    const names = typeof value === 'object' && value !== null ? Object.keys(value) : []
    if (names.length === 0 || random(6) === 0) return odd[random(odd.length)]!
    const name = names[random(names.length)]!
    const copy = structuredClone(value) as Record<string, JsonValue>
    if (random(6) === 0) delete copy[name]
    else copy[name] = mutate(copy[name]!, random)
    return copy as JsonValue
  }

  const keys = ojsKeys()
  const forms: [string, SealOptions][] = [
    ...(['spec', 'js', 'blob'] as const).map((write): [string, SealOptions] => [write, { keys, write }]),
    ['sealed', { sealer: aSealer(), app: 'billing', keys }],
    ['paths', { sealer: aSealer(), app: 'billing', keys, paths: ['args[0].card'] }],
  ]
  it.each(forms)('a job in form %s gives its own args or a WaxsealError', async (_, options) => {
    const queue = bench(options)
    await queue.enqueue('pay', args)
    const [job] = queue.backend.jobs as [Job]
    const random = numbers(7)
    let refused = 0
    for (let i = 0; i < 500; i++) {
      let changed: JsonValue = { args: job.args, meta: job.meta! }
      for (let times = random(3); times >= 0; times--) changed = mutate(changed, random)
      const stored = { ...job, args: undefined as never, ...(changed as object) }
      const outcome = await openJob(stored, options).then(
        (opened) => opened.args,
        (error) => error,
      )
      if (!(outcome instanceof Error)) {
        // With paths what is not sealed may be anything; what is sealed is as it was, or not there.
        const card = JSON.stringify(outcome).includes('card') ? (outcome[0] as Record<string, JsonValue>).card : args[0]!.card
        expect(options.paths ? card : outcome, JSON.stringify(changed)).toEqual(options.paths ? args[0]!.card : args)
        continue
      }
      refused++
      expect(WaxsealError.is(outcome), `${JSON.stringify(changed)}: ${outcome.stack}`).toBe(true)
      expect(outcome.message).not.toContain('4242')
    }
    expect(refused).toBeGreaterThan(150)
  })
})
