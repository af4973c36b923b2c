import { PGlite } from '@electric-sql/pglite'
import { postgresTables } from '@waxseal/conformance/leak-probe'
import { fieldPolicy } from '@waxseal/core'
import { afterAll, describe, expect, it } from 'vitest'
import { createPolicies } from '../src/policies.ts'
import { scanDump } from '../src/scan.ts'
import { createSearch } from '../src/search.ts'
import { secretsOf } from '../src/secrets.ts'

const secret = 'Ngozi Adéyẹmí 4111111111111111'

describe('scanDump', () => {
  const db = new PGlite()
  afterAll(() => db.close())

  it('reads every column of every table, and reports where, never what', async () => {
    await db.exec(
      `create schema other; create table other."odd table" (id int, note jsonb, raw bytea); create table clear (id int)`,
    )
    await db.query('insert into other."odd table" values (1, $1, $2)', [JSON.stringify({ deep: [secret] }), Buffer.from(secret)])
    const query = async (sql: string) => (await db.query<Record<string, unknown>>(sql)).rows
    const dump = () => ({ places: 2, items: postgresTables(query) })
    const report = await scanDump(dump(), createSearch([secret]))
    expect(report.hits).toEqual([
      { where: 'other."odd table".note', form: 'raw' },
      { where: 'other."odd table".raw', form: 'hex' },
    ])
    expect(report.bytes).toBeGreaterThan(secret.length)
    expect(JSON.stringify(report)).not.toContain('Ngozi')
    expect((await scanDump(dump(), createSearch([secret]), { isHit: () => false })).hits).toEqual([])
  })
})

describe('secretsOf', () => {
  const data = {
    id: 'shared-identifier',
    card: { number: '4111111111111111', holder: 'shared-identifier', cvc: '123' },
    note: 'a readable note that holds Readable Name too',
    customer: { name: 'Readable Name' },
  }

  it('takes what the policy seals, without what is short or also stands in clear', async () => {
    const secrets = await secretsOf([{ type: 'payment.charge', data }], createPolicies(undefined))
    expect([...secrets.values]).toEqual(['4111111111111111'])
    expect(secrets).toMatchObject({ tooShort: 1, alsoReadable: 2 })
  })

  it('takes everything of a type without a policy, and what the fields of the user select', async () => {
    const jobs = [{ type: 'unknown', data: { note: 'all of it is sealed', code: 12345678901 } }]
    expect([...(await secretsOf(jobs, createPolicies(undefined))).values]).toEqual(['all of it is sealed', '12345678901'])
    expect([...(await secretsOf(jobs, () => fieldPolicy({ fields: ['/note'] }))).values]).toEqual(['all of it is sealed'])
  })

  it('leaves out words that pg-boss writes, and names of queues', async () => {
    const secrets = await secretsOf(
      [{ type: 'my.own.queue', data: { a: 'completed', b: 'my.own.queue' } }],
      createPolicies(undefined),
    )
    expect(secrets).toMatchObject({ values: new Set(), alsoReadable: 2 })
  })
})
