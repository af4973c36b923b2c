import { gzip } from '@waxseal/core'
import { itIf } from '@waxseal/test'
import { describe, expect, it } from 'vitest'
import { ARGS, KEY, VECTORS } from '../../formats/test/ojs-vectors.js'
import { openJob } from '../src/index.js'
import { bench, codeOf, kinds, nonRetryable, ojsKeys, window } from './bench.js'
import type { JsonValue } from './host.js'
import { canCompile, problemsOf } from './schema.js'

const itSchema = itIf(canCompile, 'this runtime makes no code from texts, as the validator does')

const args = [{ card: '4242 4242 4242 4242', amount: 1999 }, 'x']
const vectorKeys = { getKey: async (id: string) => (id === 'key-1' ? KEY : undefined), getCurrentKeyId: () => 'key-1' }

describe.each(kinds)('the conformance requirements of the encryption extension, in %s', (_, optionsOf) => {
  it('ENC-001: args are encoded on their way out and decoded on their way in', async () => {
    const queue = bench(optionsOf())
    await queue.enqueue('pay', args)
    expect(JSON.stringify(queue.backend.jobs)).not.toContain('4242')
    expect((await queue.handled())[0]!.args).toEqual(args)
  })

  it('ENC-002: under a nonce of its own for each job', async () => {
    const queue = bench(optionsOf())
    for (let i = 0; i < 20; i++) await queue.enqueue('pay', args)
    expect(new Set(queue.backend.jobs.map((job) => JSON.stringify(job.args))).size).toBe(20)
  })

  it('ENC-003: encodings and key id stand in meta, beside what was there', async () => {
    const queue = bench(optionsOf())
    await queue.enqueue('pay', args, { meta: { tenant: 'acme', trace_id: 't1' } })
    const { meta } = queue.backend.jobs[0]!
    const encodings = expect.arrayContaining([expect.stringMatching(/^binary\/(encrypted|waxseal)$/)])
    const key_id = expect.stringMatching(/^(key-1|k1)$/)
    expect(meta).toEqual({ tenant: 'acme', trace_id: 't1', 'ojs.codec.encodings': encodings, 'ojs.codec.key_id': key_id })
    expect((await queue.handled())[0]!.meta).toEqual({ tenant: 'acme', trace_id: 't1' })
  })

  it('ENC-004: before the handler, and for it alone', async () => {
    const queue = bench(optionsOf())
    const outside: JsonValue[] = []
    queue.worker.middlewares.unshift(async (ctx, next) => {
      outside.push(structuredClone(ctx.job.args))
      const result = await next()
      outside.push(structuredClone(ctx.job.args), result as JsonValue)
      return result
    })
    await queue.enqueue('pay', args)
    expect((await queue.handled(async () => ({ receipt: '4242' }))).map((job) => job.args)).toEqual([args])
    expect(outside).toHaveLength(3)
    expect(JSON.stringify(outside)).not.toContain('4242')
  })

  itSchema('ENC-005: the marker stands in the encoded args, as the published schema has it', async () => {
    const queue = bench({ ...optionsOf(), paths: ({ name }) => (name === 'part' ? ['args[0].card'] : undefined), compress: gzip })
    await queue.enqueue('pay', args)
    await queue.enqueue('pay', [{ long: 'again and '.repeat(500) }])
    await queue.enqueue('part', args)
    await queue.handled(async () => ({ receipt: '4242' }))
    const [whole, long, part] = queue.backend.jobs
    const values = [whole!.args[0], long!.args[0], (part!.args[0] as { card: JsonValue }).card, whole!.result, part!.result]
    for (const value of values) expect(value).toMatchObject({ ojs_encoded: true })
    expect(values.flatMap((value) => problemsOf('value', value))).toEqual([])
    expect([whole, long, part].flatMap((job) => problemsOf('meta', job!.meta))).toEqual([])
    expect([whole!.args.length, long!.args.length]).toEqual([1, 1])
  })
})

itSchema('the schema refuses what it should', () => {
  expect(problemsOf('value', { ojs_encoded: true, encoding: 'binary/encrypted', data: 'no base64!' })).toHaveLength(1)
  expect(problemsOf('value', { ojs_encoded: false, encoding: '', data: '', more: 1 })).toHaveLength(3)
  expect(problemsOf('meta', { 'ojs.codec.encodings': [] })).toHaveLength(2)
})

describe('jobs of other implementations', () => {
  it.each(Object.entries(VECTORS))('of the %s are handed to the handler', async (_, { args, ...job }) => {
    const queue = bench({ keys: vectorKeys })
    queue.backend.insert({
      specversion: '1.0',
      id: '',
      type: 'pay',
      queue: 'default',
      ...job,
      args: args as JsonValue[],
    } as never)
    expect((await queue.handled())[0]!.args).toEqual(ARGS)
  })

  it.each(['spec', 'js', 'blob'] as const)(
    'in dialect %s are written, and read beside envelopes while both are in use',
    async (write) => {
      const own = kinds[1]![1]()
      const both = { ...own, keys: ojsKeys() }
      const queue = bench({ ...both, write }, both)
      await queue.enqueue('pay', args)
      expect(queue.backend.jobs[0]!.meta).toMatchObject({ 'ojs.codec.encodings': ['binary/encrypted'] })
      expect((await queue.handled())[0]!.args).toEqual(args)
      const without = bench({ ...both, write }, own)
      await without.enqueue('pay', args)
      expect(await without.handled()).toEqual([])
      expect(without.backend.jobs[0]!.errors![0]!.message).toBe('WaxsealError: [sealed] (key_not_found)')
    },
  )

  it('opens with keys alone what has no envelope, and refuses one', async () => {
    const queue = bench(kinds[1]![1](), { keys: ojsKeys(), nonRetryable })
    await queue.enqueue('pay', args)
    expect(await queue.handled()).toEqual([])
    expect(queue.backend.jobs[0]!.errors![0]!.message).toBe('WaxsealError: [sealed] (key_not_found)')
  })
})

describe('keys by job', () => {
  it('rotate for one job type; the others go on under theirs', async () => {
    const keys = ojsKeys(['pay-1', 'mail-1', 'mail-2'])
    const current: Record<string, string> = { pay: 'pay-1', mail: 'mail-1' }
    const queue = bench({ keys, keyId: ({ name }) => current[name]! })
    for (const type of ['pay', 'mail']) await queue.enqueue(type, [{ n: 1 }])
    current.mail = 'mail-2'
    for (const type of ['pay', 'mail']) await queue.enqueue(type, [{ n: 2 }])
    expect(queue.backend.jobs.map(({ meta }) => meta!['ojs.codec.key_id'])).toEqual(['pay-1', 'mail-1', 'pay-1', 'mail-2'])
    expect((await queue.handled()).map((job) => job.args[0])).toEqual([{ n: 1 }, { n: 1 }, { n: 2 }, { n: 2 }])
  })

  it('of one tenant are destroyed: none of its jobs opens, all of the others do', async () => {
    const keys = ojsKeys(['acme', 'globex'])
    const keyId = ({ data }: { data?: unknown }) => (data as [{ tenant: string }])[0].tenant
    const queue = bench({ keys, keyId, nonRetryable, paths: ['args[0].card'] })
    for (const tenant of ['acme', 'globex', 'acme']) await queue.enqueue('pay', [{ tenant, card: `card of ${tenant}` }])
    keys.held.delete('acme')
    expect((await queue.handled()).map((job) => job.args[0])).toEqual([{ tenant: 'globex', card: 'card of globex' }])
    expect(queue.backend.jobs.map(({ state, attempt }) => [state, attempt])).toEqual([
      ['discarded', 1],
      ['completed', 1],
      ['discarded', 1],
    ])
  })
})

describe.each(kinds)('jobs in clear, with %s', (_, optionsOf) => {
  it('are refused, whatever they look like, unless a window admits them', async () => {
    const options = optionsOf()
    const plain = { specversion: '1.0', id: '', type: 'pay', queue: 'default', args }
    const cases = [
      plain,
      { ...plain, meta: { 'ojs.codec.encodings': [] } },
      { ...plain, meta: { 'ojs.codec.encodings': ['binary/encrypted'], 'ojs.codec.paths': [] } },
      {
        ...plain,
        meta: { 'ojs.codec.encodings': ['gzip/plain'] },
        args: [Buffer.from(gzip.compress(Buffer.from('[1]'))).toString('base64')],
      },
    ]
    for (const job of cases) {
      const queue = bench(options)
      queue.backend.insert(job)
      expect(await queue.handled()).toEqual([])
      expect(queue.backend.jobs[0]!.state).toBe('discarded')
    }
    let admitted = 0
    const open = bench({ ...options, plaintext: { default: { ...window(), onPlaintext: () => admitted++ } } })
    for (const job of cases) open.backend.insert(job)
    expect((await open.handled()).map((job) => job.args)).toEqual([args])
    expect(admitted).toBe(1)
    const past = bench({ ...options, plaintext: { default: { allowUntil: new Date(0) } } })
    past.backend.insert(plain)
    expect(await past.handled()).toEqual([])
  })

  it('are written for the first step of a roll-out, as OJS writes them', async () => {
    const options: ReturnType<typeof optionsOf> = { ...optionsOf(), write: 'plaintext', plaintext: window }
    const queue = bench(options)
    await queue.enqueue('pay', args, { unique: { keys: ['args'] } })
    expect(queue.backend.jobs[0]).toMatchObject({ args, unique: { keys: ['args'] } })
    await queue.handled(async () => Promise.reject(new Error('in clear')))
    expect(queue.backend.jobs[0]!.errors![0]!.message).toBe('in clear')
  })
})

describe.each(kinds)('sealing with %s', (_, optionsOf) => {
  it('leaves the job of the caller as it is, and its own alone', async () => {
    const queue = bench(optionsOf())
    const given = { args: structuredClone(args), meta: { tenant: 'acme' } }
    const seen: unknown[] = []
    queue.client.middlewares.unshift(async (job, next) => {
      const stored = await next(job)
      seen.push(structuredClone(job.args), stored!.args)
      return stored
    })
    await queue.enqueue('pay', given.args, { meta: given.meta })
    expect([given, seen[0]]).toEqual([{ args, meta: { tenant: 'acme' } }, args])
    expect(JSON.stringify(seen[1])).not.toContain('4242')
  })

  it('does not seal twice what opens, and lets nothing pass on its mark alone', async () => {
    const options = optionsOf()
    const queue = bench(options)
    queue.client.middlewares.push(queue.client.middlewares[0]!)
    await queue.enqueue('pay', args)
    const stored = queue.backend.jobs[0]!
    await queue.enqueue('pay', stored.args, { meta: stored.meta! })
    expect(queue.backend.jobs[1]!.args).toEqual(stored.args)
    expect((await queue.handled()).map((job) => job.args)).toEqual([args, args])
    const marked = { ojs_encoded: true, encoding: 'binary/encrypted', data: 'c2VjcmV0' }
    for (const [given, meta] of [
      [[marked], {}],
      [args, stored.meta],
      [args, { ojs_encoded: true }],
      [stored.args.concat('x'), stored.meta],
    ] as const)
      expect(await codeOf(queue.enqueue('pay', given as JsonValue, { meta: meta as never }))).toBe('already_sealed')
    expect(queue.backend.jobs).toHaveLength(2)
  })

  it('can be sent again by a handler that changes it', async () => {
    const queue = bench(optionsOf())
    await queue.enqueue('pay', args)
    await queue.handled(async ({ job }) => {
      if (job.type === 'pay') await queue.client.enqueue('mail', job.args, { meta: job.meta! })
      return null
    })
    expect(queue.backend.jobs.map(({ type, state }) => [type, state])).toEqual([
      ['pay', 'completed'],
      ['mail', 'completed'],
    ])
  })

  it('refuses what JSON cannot carry', async () => {
    expect(await codeOf(bench(optionsOf()).client.middlewares[0]!({ args: [1n] } as never, async (job) => job))).toBe(
      'not_serialisable',
    )
  })
})

it('openJob tells all that is stored to whoever has the key', async () => {
  const options = kinds[1]![1]()
  const queue = bench(options)
  await queue.enqueue('pay', args)
  await queue.enqueue('fail', args)
  await queue.handled(async ({ job }) => {
    if (job.type === 'fail') throw Object.assign(new TypeError('no card 4242'), { reason: 'declined', cause: new Error('why') })
    return { receipt: '4242' }
  })
  expect(JSON.stringify(queue.backend.jobs)).not.toMatch(/4242|declined|why/)
  const [done, failed] = await Promise.all(queue.backend.jobs.map((job) => openJob(job, options)))
  expect(done).toMatchObject({ args, result: { receipt: '4242' } })
  expect(failed!.errors).toHaveLength(2)
  expect(failed!.errors![0]).toMatchObject({
    code: 'handler_error',
    message: 'no card 4242',
    details: { name: 'TypeError', reason: 'declined', cause: { message: 'why' }, stack: expect.stringContaining('no card 4242') },
  })
})
