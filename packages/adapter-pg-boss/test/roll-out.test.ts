import { PgBoss as HostPgBoss } from 'pg-boss'
import { describe, expect, it } from 'vitest'
import { PgBoss } from '../src/index.js'
import { sealedClass } from '../src/pg-boss.js'
import { embeddedPostgres, newSealer, workOff } from './embedded.js'

const postgres = embeddedPostgres()
const data = { card: '4242424242424242' }
const tomorrow = () => new Date(Date.now() + 86_400_000)

describe('without seal', () => {
  it('it is pg-boss: the same bytes', async () => {
    const boss = await postgres.unsealed()
    expect(boss).toBeInstanceOf(HostPgBoss)
    expect(boss).toBeInstanceOf(PgBoss)
    expect(boss.send).toBe(HostPgBoss.prototype.send)
    await boss.createQueue('pay', { retryLimit: 0 })
    const id = (await boss.send('pay', data))!
    await workOff(boss, 'pay', () => Promise.reject(new Error('declined 4242424242424242')))
    expect(await boss.getJobById('pay', id)).toMatchObject({ data, output: { message: 'declined 4242424242424242' } })
    expect((await boss.findJobs('pay', { data })).length).toBe(1)
  })

  it('a connection string is passed on', () => {
    expect(new PgBoss('postgres://localhost:1/none')).toBeInstanceOf(HostPgBoss)
  })
})

describe('jobs in clear', () => {
  it('are refused', async () => {
    const { boss, plain } = await postgres.bosses()
    await boss.createQueue('pay')
    const id = (await plain.send('pay', data))!
    await expect(boss.getJobById('pay', id)).rejects.toMatchObject({ code: 'plaintext_rejected' })
    await workOff(boss, 'pay', () => expect.unreachable())
    expect(await plain.getJobById('pay', id)).toMatchObject({ state: 'failed', data, output: { code: 'plaintext_rejected' } })
  })

  it('and so are results in clear; what pg-boss itself writes is told apart from both', async () => {
    const { boss, plain } = await postgres.bosses()
    await boss.createQueue('pay', { retryLimit: 0 })
    const [forged, failed] = (await boss.insert('pay', [{ data }, { data }], { returnId: true })) as [string, string]
    await plain.fetch('pay', { batchSize: 2 })
    await plain.complete('pay', forged, { paid: true })
    await plain.fail('pay', failed, { value: { message: 'job timed out' } })
    await expect(boss.getJobById('pay', forged)).rejects.toMatchObject({ code: 'plaintext_rejected' })
    expect((await boss.getJobById('pay', failed))!.output).toEqual({ $unsealed: { value: { message: 'job timed out' } } })
  })

  it.each([undefined, { fields: ['/card'] }])(
    'are read while a window is open for their queue, and no longer (policy %j)',
    async (policy) => {
      let counted = 0
      const window = { allowUntil: tomorrow(), onPlaintext: () => void counted++ }
      const { boss, plain, schema } = await postgres.bosses({ policy, plaintext: { pay: window } })
      for (const queue of ['pay', 'mail']) await boss.createQueue(queue)
      await plain.send('pay', data)
      await plain.send('mail', data)
      await boss.send('pay', { card: 'sealed' })
      expect((await boss.findJobs('pay')).map((job) => job.data)).toEqual([data, { card: 'sealed' }])
      expect(counted).toBe(1)
      await expect(boss.findJobs('mail')).rejects.toMatchObject({ code: 'plaintext_rejected' })
      const late = await postgres.another(schema, {
        sealer: newSealer(),
        app: 'shop',
        policy,
        plaintext: { pay: { allowUntil: new Date(0) } },
      })
      await expect(late.findJobs('pay')).rejects.toMatchObject({ code: 'plaintext_rejected' })
    },
  )
})

describe('the first step of a roll-out', () => {
  it('writes as pg-boss does and reads both', async () => {
    const plaintext = { pay: { allowUntil: tomorrow() } }
    const { boss, plain, schema, sealer } = await postgres.bosses({ write: 'plaintext', plaintext })
    await boss.createQueue('pay', { retryLimit: 0 })
    const id = (await boss.send('pay', data))!
    expect((await plain.getJobById('pay', id))!.data).toEqual(data)
    const next = await postgres.another(schema, { sealer, app: 'shop' })
    await next.send('pay', { card: 'sealed' })
    const seen: unknown[] = []
    await workOff(
      boss,
      'pay',
      async ([job]) => {
        seen.push(job!.data)
        if (seen.length === 2) throw new Error('as ever')
        return { paid: true }
      },
      { batchSize: 1 },
    )
    expect(seen).toEqual([data, { card: 'sealed' }])
    const outputs = (await plain.findJobs<object>('pay')).map((job) => job.output)
    expect(outputs).toEqual([{ paid: true }, expect.objectContaining({ message: 'as ever' })])
    expect((await boss.getJobById('pay', id))!.output).toEqual({ paid: true })
  })
})

describe('a half configuration', () => {
  it.each([
    ['no sealer', { app: 'shop' }],
    ['no application', { sealer: newSealer() }],
  ])('%s fails at start', async (_, seal) => {
    const boss = new PgBoss({ connectionString: 'postgres://localhost:1/none', seal: seal as never })
    await expect(boss.start()).rejects.toMatchObject({ code: 'config' })
    await expect(boss.send('pay', data)).rejects.toMatchObject({ code: 'config' })
  })

  it('a method that this package does not know is refused', async () => {
    class Later extends HostPgBoss {
      stash(_data: object): Promise<void> {
        return Promise.resolve()
      }
    }
    const LaterPgBoss = sealedClass(Later)
    const boss = new LaterPgBoss({ connectionString: 'postgres://localhost:1/none', seal: { sealer: newSealer(), app: 'shop' } })
    await expect((boss as unknown as Later).stash(data)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('stash'),
    })
    const unsealed = new LaterPgBoss({ connectionString: 'postgres://localhost:1/none' })
    await expect((unsealed as unknown as Later).stash(data)).resolves.toBeUndefined()
  })
})
