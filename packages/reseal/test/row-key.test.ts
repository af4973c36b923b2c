import { describe, expect, it } from 'vitest'
import { keyOfCursor, keyOfRow } from '../src/sql/row-key.ts'

const config = expect.objectContaining({ code: 'config' })

describe('a key of a row', () => {
  it.each([2 ** 53, -(2 ** 53), 1.5, Number.NaN, null, undefined, true, new Date(0)])('is not %s', (id) => {
    expect(() => keyOfRow({ id }, ['id'])).toThrow(config)
  })

  it.each([2 ** 53 - 1, 2n ** 60n, '', 'é', Uint8Array.of(0xff)])('may be %s', (id) => {
    expect(keyOfRow({ id }, ['id'])).toEqual([id])
  })

  it.each([2 ** 53, 1.5, Number.POSITIVE_INFINITY])('is not taken from a job that says %s', (value) => {
    expect(() => keyOfCursor([value], 1)).toThrow(config)
  })
})
