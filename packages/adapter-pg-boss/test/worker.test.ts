import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import type { JobWithMetadata } from 'pg-boss'
import { describe, expect, it } from 'vitest'
import { APP, embeddedPostgres, newSealer, workOff } from './embedded.js'

const postgres = embeddedPostgres()
const SECRET = '4242424242424242'
const data = { card: SECRET }
const once = { retryLimit: 0 }
const sealedOutput = { $sealed: expect.stringMatching(/^wax1\./), $job: 'pay' }
const sealedError = { name: 'Error', message: '[sealed]', $error: expect.stringMatching(/^wax1\./), $job: 'pay' }

async function withQueue(seal: Parameters<typeof postgres.bosses>[0] = {}, queue: object = once) {
  const made = await postgres.bosses(seal)
  await made.boss.createQueue('pay', queue)
  return made
}

class CardError extends Error {
  override name = 'CardDeclinedError'
  card = SECRET
}
const declined = () => {
  throw new CardError(`card ${SECRET} declined`, { cause: new Error(`balance of ${SECRET}`) })
}

describe('a worker', () => {
  it('sees opened jobs, and its result is sealed', async () => {
    const { boss, plain } = await withQueue()
    const id = (await boss.send('pay', data))!
    let seen: unknown
    await workOff<typeof data>(boss, 'pay', async ([job]) => {
      seen = { ...job!, signal: job!.signal.aborted }
      return { receipt: job!.data.card }
    })
    expect(seen).toMatchObject({ id, name: 'pay', data, signal: false })
    expect(await plain.getJobById('pay', id)).toMatchObject({ state: 'completed', output: sealedOutput })
    expect((await boss.getJobById('pay', id))!.output).toEqual({ receipt: SECRET })
  })

  it('takes batches, whose one result pg-boss does not store', async () => {
    const { boss, plain } = await withQueue()
    await boss.insert('pay', [{ data }, { data: { card: 'x' } }])
    const cards: string[] = []
    await workOff<typeof data>(boss, 'pay', async (jobs) => {
      cards.push(...jobs.map((job) => job.data.card))
      return { SECRET }
    })
    expect(cards.sort()).toEqual([SECRET, 'x'])
    for (const job of await plain.findJobs('pay')) expect(job).toMatchObject({ state: 'completed', output: null })
  })

  it('may answer for each job of a batch', async () => {
    const { boss, plain } = await withQueue()
    const ids = (await boss.insert('pay', [{ data: { n: 0 } }, { data: { n: 1 } }, { data: { n: 2 } }], { returnId: true }))!
    await workOff<{ n: number }>(
      boss,
      'pay',
      async (jobs) =>
        jobs.map(({ id, data: { n } }) =>
          n === 0
            ? { id, status: 'completed', output: { SECRET } }
            : n === 1
              ? { id, status: 'failed', output: new CardError(SECRET) }
              : { id, status: 'failed' },
        ),
      { perJobResults: true },
    )
    const stored = await Promise.all(ids.map((id) => plain.getJobById('pay', id)))
    expect(stored.map((job) => job!.state)).toEqual(['completed', 'failed', 'failed'])
    expect(stored.map((job) => job!.output)).toEqual([sealedOutput, { ...sealedError, name: 'CardDeclinedError' }, null])
    expect((await boss.getJobById('pay', ids[1]!))!.output).toMatchObject({
      name: 'CardDeclinedError',
      message: SECRET,
      card: SECRET,
    })
  })

  it('that fails leaves a name of its error and nothing else in clear', async () => {
    const { boss, plain } = await withQueue()
    const id = (await boss.send('pay', data))!
    await workOff(boss, 'pay', async () => declined())
    const stored = await plain.getJobById('pay', id)
    expect(stored).toMatchObject({ state: 'failed' })
    expect(stored!.output).toEqual({ ...sealedError, name: 'CardDeclinedError' })
    expect((await boss.getJobById('pay', id))!.output).toMatchObject({
      name: 'CardDeclinedError',
      message: `card ${SECRET} declined`,
      stack: expect.stringContaining('worker.test'),
      cause: { message: `balance of ${SECRET}` },
      card: SECRET,
    })
  })

  it('that fails leaves nothing to open where errors are scrubbed', async () => {
    const { boss, plain } = await withQueue({ errors: 'scrub' })
    const id = (await boss.send('pay', data))!
    await workOff(boss, 'pay', async () => declined())
    for (const reader of [plain, boss])
      expect((await reader.getJobById('pay', id))!.output).toEqual({ name: 'CardDeclinedError', message: '[sealed]' })
  })

  it('may throw anything', async () => {
    const { boss, plain } = await withQueue()
    for (const thrown of [
      SECRET,
      { card: SECRET },
      Object.assign(new Error('x'), { name: SECRET }),
      undefined,
      5n,
      Symbol(SECRET),
    ]) {
      const id = (await boss.send('pay', data))!
      await workOff(boss, 'pay', () => Promise.reject(thrown))
      const { output } = (await plain.getJobById('pay', id))!
      expect(output).toMatchObject({ name: 'Error', message: '[sealed]' })
      expect(JSON.stringify(output)).not.toContain(SECRET)
    }
  })

  it('sees a job that is tried again opened again', async () => {
    const { boss, plain } = await withQueue({}, { retryLimit: 2, retryDelay: 0 })
    const id = (await boss.send('pay', data))!
    const seen: unknown[] = []
    await workOff(boss, 'pay', async ([job]) => {
      seen.push(job!.data)
      if (seen.length < 3) declined()
      return { tries: seen.length }
    })
    expect(seen).toEqual([data, data, data])
    expect(await plain.getJobById('pay', id)).toMatchObject({ state: 'completed', retryCount: 2, output: sealedOutput })
  })

  it('that sees metadata sees earlier outputs opened', async () => {
    const { boss } = await withQueue({}, { retryLimit: 1, retryDelay: 0 })
    await boss.send('pay', data)
    const outputs: unknown[] = []
    await workOff(
      boss,
      'pay',
      async ([job]) => {
        outputs.push((job as JobWithMetadata).output)
        if (outputs.length === 1) declined()
      },
      { includeMetadata: true },
    )
    expect(outputs).toEqual([null, expect.objectContaining({ message: `card ${SECRET} declined` })])
  })
})

describe('dead letters', () => {
  const deadLetters = { 'pay-dead': ['pay', 'refund'] }

  it('open in the queue that lists their source', async () => {
    const { boss, plain } = await postgres.bosses({
      deadLetters,
      policy: ({ name }) => (name === 'pay' ? { fields: ['/card'] } : undefined),
    })
    await boss.createQueue('pay-dead')
    for (const queue of ['pay', 'refund']) {
      await boss.createQueue(queue, { deadLetter: 'pay-dead', ...once })
      await boss.send(queue, data)
      await workOff(boss, queue, async () => declined())
    }
    for (const job of await plain.findJobs('pay-dead')) expect(JSON.stringify(job)).not.toContain(SECRET)
    const seen: unknown[] = []
    await workOff(
      boss,
      'pay-dead',
      async (jobs) => seen.push(...jobs.map((job) => [job.data, (job as JobWithMetadata).sourceOutput])),
      {
        includeMetadata: true,
      },
    )
    expect(seen).toEqual([
      [data, expect.objectContaining({ message: `card ${SECRET} declined` })],
      [data, expect.objectContaining({ message: `card ${SECRET} declined` })],
    ])
  })

  it('go back to their source and open there', async () => {
    const { boss } = await postgres.bosses({ deadLetters })
    await boss.createQueue('pay-dead')
    await boss.createQueue('pay', { deadLetter: 'pay-dead', ...once })
    await boss.send('pay', data)
    await workOff(boss, 'pay', async () => declined())
    expect(await boss.redrive('pay-dead')).toBe(1)
    expect((await boss.fetch('pay'))[0]!.data).toEqual(data)
  })

  it('a queue that is not listed is refused when it is named, not when its jobs are lost', async () => {
    const { boss } = await postgres.bosses({ deadLetters })
    for (const queue of ['pay-dead', 'mail']) await boss.createQueue(queue)
    const refused = { code: 'config', message: expect.stringContaining('deadLetters') }
    await expect(boss.createQueue('other', { deadLetter: 'pay-dead' })).rejects.toMatchObject(refused)
    await expect(boss.updateQueue('mail', { deadLetter: 'pay-dead' })).rejects.toMatchObject(refused)
    await expect(boss.send('mail', data, { deadLetter: 'pay-dead' })).rejects.toMatchObject(refused)
    await expect(boss.insert('mail', [{ data, deadLetter: 'pay-dead' }])).rejects.toMatchObject(refused)
  })
})

describe('jobs that do not open', () => {
  async function tampered(options: object = {}) {
    const made = await withQueue({}, { retryLimit: 5, retryDelay: 0 })
    const ids = (await made.boss.insert('pay', [{ data }, { data: { card: 'good' } }], { returnId: true }))!
    await postgres.query(
      `UPDATE ${made.schema}.job SET data = jsonb_set(data, '{$sealed}', to_jsonb(left(data->>'$sealed', -4) || 'AAAA')) WHERE id = $1`,
      [ids[0]],
    )
    return { ...made, ids, options }
  }

  it('fail for good: kept, not tried again, never seen by a handler', async () => {
    const { boss, plain, ids } = await tampered()
    const seen: unknown[] = []
    await workOff(boss, 'pay', async (jobs) => seen.push(...jobs.map((job) => job.data)))
    expect(seen).toEqual([{ card: 'good' }])
    const [bad, good] = await Promise.all(ids.map((id) => plain.getJobById('pay', id)))
    expect(bad).toMatchObject({
      state: 'failed',
      retryCount: 0,
      output: { name: 'WaxsealError', message: '[sealed]', code: 'open_failed' },
    })
    expect(good).toMatchObject({ state: 'completed' })
  })

  it('are not handed out by fetch either', async () => {
    const { boss, plain, ids } = await tampered()
    expect((await boss.fetch('pay', { batchSize: 5 })).map((job) => job.id)).toEqual([ids[1]])
    expect(await plain.getJobById('pay', ids[0]!)).toMatchObject({ state: 'failed' })
    await expect(boss.getJobById('pay', ids[0]!)).rejects.toMatchObject({ code: 'open_failed' })
  })

  it('do not spoil a batch that answers for each job', async () => {
    const { boss, plain, ids } = await tampered()
    await workOff(boss, 'pay', async (jobs) => jobs.map(({ id }) => ({ id, status: 'completed' })), { perJobResults: true })
    expect((await Promise.all(ids.map((id) => plain.getJobById('pay', id)))).map((job) => job!.state)).toEqual([
      'failed',
      'completed',
    ])
  })

  it('reach their dead letter queue as they are', async () => {
    const { boss, plain, schema } = await postgres.bosses({ deadLetters: { dead: ['pay'] } })
    await boss.createQueue('dead')
    await boss.createQueue('pay', { deadLetter: 'dead', retryLimit: 3 })
    await boss.send('pay', data)
    await postgres.query(`UPDATE ${schema}.job SET data = '{"card":"${SECRET}"}'`)
    await workOff(boss, 'pay', () => expect.unreachable())
    expect(await plain.findJobs('dead')).toMatchObject([{ data, sourceOutput: { code: 'plaintext_rejected' } }])
  })

  it('for want of a key, or sealed under other bytes of it', async () => {
    const { boss, plain, schema } = await withQueue()
    const ids = (await boss.insert('pay', [{ data }], { returnId: true }))!
    const other = await postgres.another(schema, { sealer: newSealer('k9'), app: APP })
    await workOff(other, 'pay', () => expect.unreachable())
    expect(await plain.getJobById('pay', ids[0]!)).toMatchObject({ state: 'failed', output: { code: 'key_not_found' } })
  })

  it('whose key is suspended hold up no other job of their batch', async () => {
    const [open, suspended] = [generateKey(), generateKey()]
    const source = (state: 'active' | 'suspended') =>
      staticKeys([
        { kid: 'a', key: open, scope: 'a' },
        { kid: 'b', key: suspended, scope: 'b', state },
      ])
    const scope = ({ data }: { data?: unknown }) => (data as { tenant: string } | null)?.tenant ?? 'a'
    const policy = { fields: ['/card'] }
    const producer = { sealer: createSealer({ keys: source('active') }), scope, policy }
    const { boss, plain, schema } = await withQueue(producer)
    const ids: string[] = []
    for (const [tenant, card] of ['a1', 'b2', 'a3']) ids.push((await boss.send('pay', { tenant, card }))!)
    const worker = await postgres.another(schema, { app: APP, ...producer, sealer: createSealer({ keys: source('suspended') }) })
    const seen: string[] = []
    await workOff<{ card: string }>(worker, 'pay', async (jobs) => seen.push(...jobs.map((job) => job.data.card)))
    expect(seen.sort()).toEqual(['1', '3'])
    const states = await Promise.all(ids.map(async (id) => (await plain.getJobById('pay', id))!.state))
    expect(states).toEqual(['completed', 'failed', 'completed'])
  })

  it('because a key service is down are tried again', async () => {
    const key = { kid: 'k1', key: generateKey() }
    let down = 1
    const keys = staticKeys([key])
    const flaky: typeof keys = {
      ...keys,
      resolve: (...args) => {
        if (down-- > 0) throw new WaxsealError('provider_unavailable', 'the key service is down')
        return keys.resolve(...args)
      },
    }
    const { boss, plain } = await withQueue({ sealer: createSealer({ keys: flaky }) }, { retryLimit: 3, retryDelay: 0 })
    const id = (await boss.send('pay', data))!
    const seen: unknown[] = []
    await workOff(boss, 'pay', async (jobs) => seen.push(...jobs.map((job) => job.data)))
    expect(seen).toEqual([data])
    expect(await plain.getJobById('pay', id)).toMatchObject({ state: 'completed', retryCount: 1 })
  })
})
