import { describe, expect, it } from 'vitest'
import { redactFields } from '../src/index.ts'
import { codeOf } from './sealers.ts'

describe('redactFields', () => {
  it('replaces members of a name at any depth, whatever their case and value', () => {
    const redact = redactFields(['Password', 'card'])
    const given = { PASSWORD: 'x', list: [{ password: { a: 1 } }, [{ card: [1, 2] }]], cards: 'kept', passwords: 'kept' }
    expect(redact(given)).toEqual({
      PASSWORD: '[REDACTED]',
      list: [{ password: '[REDACTED]' }, [{ card: '[REDACTED]' }]],
      cards: 'kept',
      passwords: 'kept',
    })
    expect(given.PASSWORD).toBe('x')
  })

  it('takes a path from the root, in which elements of arrays have no part', () => {
    const redact = redactFields(['user.ssn', 'items.secret'])
    expect(redact({ user: { SSN: 1 }, ssn: 2, other: { user: { ssn: 3 } }, items: [{ secret: 4 }, { secret: 5 }] })).toEqual({
      user: { SSN: '[REDACTED]' },
      ssn: 2,
      other: { user: { ssn: 3 } },
      items: [{ secret: '[REDACTED]' }, { secret: '[REDACTED]' }],
    })
  })

  it('leaves values without members, takes another placeholder, and treats __proto__ as a member', () => {
    const redact = redactFields(['a', '__proto__'], { placeholder: '***' })
    for (const value of ['a', 1, null, true, undefined]) expect(redact(value)).toBe(value)
    expect(JSON.stringify(redact(JSON.parse('{"a":1,"__proto__":{"b":2}}')))).toBe('{"a":"***","__proto__":"***"}')
  })

  it('needs names', async () => {
    for (const fields of [[], [''], [1], undefined]) expect(await codeOf(() => redactFields(fields as never))).toBe('config')
  })
})
