import { describe, expect, it } from 'vitest'
import { createPolicies } from '../src/policies.ts'
import { createSearch, scanDatabase } from '../src/scan.ts'
import { secretsOf } from '../src/secrets.ts'

const secret = 'Ngozi Adéyẹmí "the\nsecond" 4111111111111111'
const bytes = Buffer.from(secret)

describe('createSearch', () => {
  const search = createSearch([secret])
  it.each([
    ['raw', secret],
    ['inside other text', `before${secret}after`],
    ['as JSON', JSON.stringify({ a: secret })],
    [
      'as JSON in ASCII',
      JSON.stringify(secret).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ['as hex', bytes.toString('hex')],
    ['as base64', bytes.toString('base64')],
    ['as base64url', bytes.toString('base64url')],
    ['as base64 one byte on', Buffer.concat([Buffer.from('x'), bytes]).toString('base64')],
    ['as base64 two bytes on', Buffer.concat([Buffer.from('xy'), bytes]).toString('base64')],
  ])('finds a value %s', (_, text) => {
    expect(search(text).size).toBeGreaterThan(0)
  })

  it('finds nothing else', () => {
    expect(search(JSON.stringify({ a: 'Ngozi', b: '4111 1111', c: secret.slice(1, 20) })).size).toBe(0)
  })
})

describe('scanDatabase', () => {
  const query = async (sql: string) =>
    sql.includes('information_schema')
      ? [{ name: 'public.jobs' }]
      : [{ row: '{"a":"clear"}' }, { row: JSON.stringify({ b: secret }) }]

  it('reports where, and never what', async () => {
    const report = await scanDatabase(query, new Set([secret]))
    expect(report.hits.length).toBeGreaterThan(0)
    expect(JSON.stringify(report)).not.toContain('Ngozi')
    expect(report).toMatchObject({ values: 1, tables: 1 })
  })
})

describe('secretsOf', () => {
  it('takes what the policy seals, unless it also stands in clear', async () => {
    const data = { id: 'shared-identifier', card: { number: '4111111111111111', holder: 'shared-identifier' }, amount: 1 }
    expect([...(await secretsOf([{ type: 'payment.charge', data }], createPolicies(undefined)))]).toEqual(['4111111111111111'])
    expect([
      ...(await secretsOf([{ type: 'unknown', data: { note: 'all of it is sealed' } }], createPolicies(undefined))),
    ]).toEqual(['all of it is sealed'])
  })
})
