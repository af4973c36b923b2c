import { describe, expect, it } from 'vitest'
import { contextOf } from '../src/index.js'
import { APP, embeddedPostgres, workOff } from './embedded.js'

const postgres = embeddedPostgres()
const policy = { fields: ['/card', '/customer/*/email'] }
const payment = { card: '4242424242424242', amount: 1999, customer: { a: { email: 'a@example.com', vip: true } } }

async function one(boss: { fetch<T>(queue: string): Promise<{ data: T }[]> }, queue: string) {
  const [job] = await boss.fetch<unknown>(queue)
  return job?.data
}

describe('a payload without a policy', () => {
  it('is one envelope beside its job type', async () => {
    const { boss, plain, sealer } = await postgres.bosses()
    await boss.createQueue('pay')
    const id = await boss.send('pay', payment)
    const stored = await plain.getJobById<{ $sealed: string }>('pay', id!)
    expect(stored!.data).toEqual({ $sealed: expect.stringMatching(/^wax1\.c256x\.k1~1\./), $job: 'pay' })
    expect(contextOf(stored!, { app: APP })).toEqual({ app: 'shop', job: 'pay', surface: 'data' })
    expect(await sealer.open(stored!.data.$sealed, { context: contextOf(stored!, { app: APP }) })).toEqual(payment)
    expect(await one(boss, 'pay')).toEqual(payment)
  })

  it('comes back as it would from a jsonb column', async () => {
    const { boss, plain } = await postgres.bosses()
    await boss.createQueue('sealed')
    await plain.createQueue('clear')
    class Money {
      cents = 5
    }
    const odd = {
      at: new Date(0),
      gone: undefined,
      list: [undefined, Number.NaN],
      money: new Money(),
      json: { toJSON: () => 'x' },
    }
    for (const data of [odd, {}, [], null, undefined, { $wax: 'x', $job: 'y', $sealed: 'wax1.' }] as object[]) {
      await boss.send('sealed', data)
      await plain.send('clear', data)
      expect(await one(boss, 'sealed')).toEqual(await one(plain, 'clear'))
    }
  })

  it('is not even null in clear', async () => {
    const { boss, plain } = await postgres.bosses()
    await boss.createQueue('ping')
    const id = await boss.send('ping')
    expect((await plain.getJobById('ping', id!))!.data).toHaveProperty('$sealed')
  })

  it('that is no JSON is refused', async () => {
    const { boss } = await postgres.bosses()
    await boss.createQueue('pay')
    const circle: { self?: object; secret: string } = { secret: '4242424242424242' }
    circle.self = circle
    for (const data of [circle, { big: 1n }, () => 1]) {
      const refused = await boss.send('pay', data as object).catch((error) => error)
      expect(refused).toMatchObject({ code: 'not_serialisable' })
      expect(JSON.stringify([refused, refused.message, String(refused.cause)])).not.toContain('4242')
    }
  })
})

describe('a payload with a policy', () => {
  it('keeps what is not selected readable', async () => {
    const { boss, plain } = await postgres.bosses({ policy })
    await boss.createQueue('pay')
    const id = await boss.send('pay', payment)
    const stored = await plain.getJobById<Record<string, unknown>>('pay', id!)
    expect(stored!.data).toEqual({
      card: '[sealed]',
      amount: 1999,
      customer: { a: { email: '[sealed]', vip: true } },
      $wax: expect.stringMatching(/^wax1\./),
      $job: 'pay',
    })
    expect(await one(boss, 'pay')).toEqual(payment)
  })

  it('may depend on the job type, and on the job', async () => {
    const { boss, plain } = await postgres.bosses({ policy: ({ name }) => (name === 'pay' ? policy : undefined) })
    for (const queue of ['pay', 'other']) await boss.createQueue(queue)
    await boss.send('pay', payment)
    await boss.send('other', payment)
    expect((await plain.findJobs<object>('pay'))[0]!.data).toHaveProperty('amount', 1999)
    expect((await plain.findJobs<object>('other'))[0]!.data).toEqual({ $sealed: expect.any(String), $job: 'other' })
    for (const queue of ['pay', 'other']) expect(await one(boss, queue)).toEqual(payment)
  })

  it('and a root that is no object is sealed whole', async () => {
    const { boss, plain } = await postgres.bosses({ policy: { fields: ['/*/card'] } })
    await boss.createQueue('list')
    await boss.send('list', [payment])
    expect((await plain.findJobs<object>('list'))[0]!.data).toEqual({ $sealed: expect.any(String), $job: 'list' })
    expect(await one(boss, 'list')).toEqual([payment])
  })

  it('in the inline form', async () => {
    const { boss, plain } = await postgres.bosses({ policy: { fields: ['/card'], form: 'inline' } })
    await boss.createQueue('pay')
    await boss.send('pay', payment)
    expect((await plain.findJobs<{ card: string }>('pay'))[0]!.data.card).toMatch(/^wax1\./)
    expect(await one(boss, 'pay')).toEqual(payment)
  })

  it('that holds members of the stored form is refused, never taken for sealed', async () => {
    const { boss } = await postgres.bosses({ policy })
    await boss.createQueue('pay')
    for (const data of [{ $job: 'pay' }, { $sealed: 'wax1.c256.k1~1.AA' }, { $wax: 'wax1.' }])
      await expect(boss.send('pay', data)).rejects.toMatchObject({ code: 'already_sealed' })
  })
})

describe('scopes', () => {
  it('may depend on a clear member of the payload', async () => {
    const { createSealer, generateKey, staticKeys } = await import('@waxseal/core')
    const tenants = ['acme', 'globex'].map((scope) => ({ kid: scope, scope, key: generateKey() }))
    const { boss } = await postgres.bosses({
      sealer: createSealer({ keys: staticKeys(tenants) }),
      policy,
      scope: ({ data }) => (data as { tenant: string }).tenant,
    })
    await boss.createQueue('pay', { retryLimit: 0 })
    const ids = []
    for (const tenant of ['acme', 'globex']) ids.push(await boss.send('pay', { tenant, ...payment }))
    await workOff<{ tenant: string }>(boss, 'pay', async ([job]) => ({ paid: job!.data.tenant }), { batchSize: 1 })
    expect((await boss.getJobById('pay', ids[0]!))!.output).toEqual({ paid: 'acme' })
    expect((await boss.getJobById('pay', ids[1]!))!.output).toEqual({ paid: 'globex' })
  })
})

describe('moving what is stored', () => {
  it('to a queue of another type does not open it there', async () => {
    const { boss, schema } = await postgres.bosses({ policy })
    for (const queue of ['pay', 'refund']) await boss.createQueue(queue)
    await boss.send('pay', payment)
    await boss.send('refund', { card: '5555555555554444' })
    const [{ data }] = (await postgres.query(`SELECT data FROM ${schema}.job WHERE name = 'pay'`)) as [{ data: object }]
    await postgres.query(`UPDATE ${schema}.job SET data = $1::jsonb WHERE name = 'refund'`, [JSON.stringify(data)])
    await expect(boss.findJobs('refund')).rejects.toMatchObject({ code: 'context_required' })
    await postgres.query(`UPDATE ${schema}.job SET data = $1::jsonb WHERE name = 'refund'`, [
      JSON.stringify({ ...data, $job: 'refund' }),
    ])
    await expect(boss.findJobs('refund')).rejects.toMatchObject({ code: 'open_failed' })
  })
})
