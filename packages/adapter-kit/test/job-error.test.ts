import { inspect } from 'node:util'
import { WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { asOutput, isPoison, isScrubbed, JobError, scrubbed } from '../src/index.js'

describe('a scrubbed error', () => {
  it('has the name of a class and, of Waxseal, a code', () => {
    expect(scrubbed(new TypeError('card 4242'))).toEqual({ name: 'TypeError', message: '[sealed]' })
    expect(scrubbed(new WaxsealError('open_failed', 'x'))).toEqual({
      ...{ name: 'WaxsealError', message: '[sealed]', code: 'open_failed' },
    })
    for (const name of ['Card4242Error', 'a@example.com', 'secret', `${'A'.repeat(80)}Error`])
      expect(scrubbed(Object.assign(new Error('x'), { name, code: 'E4242' }))).toEqual({ name: 'Error', message: '[sealed]' })
    for (const thrown of [undefined, 'card 4242', 5n, Symbol('x')])
      expect(scrubbed(thrown)).toEqual({ name: 'Error', message: '[sealed]' })
  })

  it('is told from one that says more', () => {
    expect(isScrubbed(scrubbed(new Error('x')))).toBe(true)
    for (const more of [{ message: 'x' }, { stack: 'at x' }, { $error: 'wax1.x' }])
      expect(isScrubbed({ ...scrubbed(new Error('x')), ...more })).toBe(false)
  })

  it('says no more by its name or code either', () => {
    for (const more of [{ name: '4242 4242 4242 4242' }, { name: { card: '4242' } }, { code: 'E4242' }, { code: ['4242'] }])
      expect(isScrubbed({ ...scrubbed(new Error('x')), ...more })).toBe(false)
    expect(isScrubbed({ message: '[sealed]' })).toBe(false)
    for (const name of ['Error', 'TypeError', 'WaxsealError'])
      expect(isScrubbed({ name, message: '[sealed]', code: 'open_failed' })).toBe(true)
  })
})

it('what is thrown to a host holds no more than what may be stored, whichever way it looks', () => {
  const stored = { name: 'CardError', message: '[sealed]', $error: 'wax1.x', $job: 'pay' }
  const error = new JobError(stored)
  expect(JSON.parse(JSON.stringify(error))).toEqual(stored)
  expect(asOutput(error)).toEqual(stored)
  expect(`${error} ${error.stack} ${inspect(error)}`).not.toMatch(/CardError|\.ts:|wax1/)
  expect(error.cause).toBeUndefined()
})

describe('poison', () => {
  it.each([
    ['open_failed', true],
    ['plaintext_rejected', true],
    ['context_required', true],
    ['key_not_found', true],
    ['key_destroyed', true],
    ['provider_unavailable', false],
    ['throttled', false],
    ['config', false],
    ['closed', false],
    ['access_denied', false],
    ['key_suspended', false],
  ] as const)('%s: %s', (code, expected) => {
    expect(isPoison(new WaxsealError(code, 'x'))).toBe(expected)
  })

  it('is no error of somebody else, except what is too deep to read', () => {
    expect([new Error('x'), undefined, new RangeError('x')].map(isPoison)).toEqual([false, false, true])
  })
})
