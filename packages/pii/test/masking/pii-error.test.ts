import { describe, expect, it } from 'vitest'
import { fail, PiiError } from '../../src/pii-error.ts'

describe('PiiError', () => {
  it('is known by its mark, also from another copy of the package', () => {
    const error = new PiiError('config', 'width is a whole number')
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'PiiError', code: 'config', message: 'width is a whole number' })
    expect(PiiError.is(error)).toBe(true)
    expect(PiiError.is({ [Symbol.for('waxseal.pii-error')]: true })).toBe(true)
    for (const other of [new Error('x'), null, undefined, 'PiiError', {}]) expect(PiiError.is(other)).toBe(false)
  })

  it('is what fail throws', () => {
    expect(() => fail('conflict', 'taken')).toThrow(new PiiError('conflict', 'taken'))
  })
})
