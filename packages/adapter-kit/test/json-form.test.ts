import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asJson, asOutput, jsonOf } from '../src/index.js'

describe('a value as JSON', () => {
  it('is what a JSON column gives back', () => {
    class Money {
      cents = 5
    }
    const odd = { at: new Date(0), gone: undefined, list: [undefined, Number.NaN], money: new Money(), json: { toJSON: () => 1 } }
    expect(asJson(odd)).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [null, null], money: { cents: 5 }, json: 1 })
    expect([asJson(undefined), asJson(null), asJson(Symbol('x'))]).toEqual([null, null, null])
  })

  it('is refused where there is none, without a word of what it holds', () => {
    const circle: { secret: string; self?: unknown } = { secret: 'card 4242' }
    circle.self = circle
    for (const value of [circle, 1n, () => 'card 4242']) {
      const refused = (() => {
        try {
          return asJson(value)
        } catch (error) {
          return error
        }
      })() as Error
      expect(refused).toMatchObject({ code: 'not_serialisable' })
      expect(refused.cause).toBeUndefined()
      expect(refused.message).not.toMatch(/4242|self|secret/)
    }
  })
})

describe('a value that is sealed at once', () => {
  it('is not copied where it is JSON already', () => {
    for (const value of [{ a: [1, 'x', null, { b: false }] }, [], Object.create(null), 'text', 0, true, null])
      expect(jsonOf(value)).toBe(value)
  })

  it('is a copy as JSON where it is not', () => {
    class Money {
      cents = 5
    }
    const odd = [
      ...[{ at: new Date(0) }, { gone: undefined }, [undefined], new Array(2), { n: Number.NaN }, { list: [new Money()] }],
      ...[{ toJSON: () => 1 }, new Uint8Array(2), new Map([[1, 2]]), Object.create({ inherited: undefined }), Object('boxed')],
      ...[undefined, Symbol('x'), Object.assign([1], { toJSON: () => 2 })],
    ]
    for (const value of odd) {
      expect(jsonOf(value)).toStrictEqual(asJson(value))
      if (typeof value === 'object') expect(jsonOf(value)).not.toBe(value)
    }
  })

  it('is refused where there is none, however deep it lies', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    for (const value of [circle, [[1n]], () => 1])
      expect(() => jsonOf(value)).toThrow(expect.objectContaining({ code: 'not_serialisable' }))
  })

  it('gives what JSON gives, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.anything({ withDate: true, withNullPrototype: true, withSparseArray: true, withTypedArray: true }),
        (value) => {
          const of = (form: (value: unknown) => unknown) => {
            try {
              return JSON.stringify(form(value))
            } catch {
              return 'refused'
            }
          }
          expect(of(jsonOf)).toBe(of(asJson))
        },
      ),
    )
  })
})

describe('an output', () => {
  it('is an object, or nothing', () => {
    expect([undefined, null, () => 1].map(asOutput)).toEqual([undefined, undefined, undefined])
    expect([1, 'x', false, [2]].map(asOutput)).toEqual([1, 'x', false, [2]].map((value) => ({ value })))
    expect(asOutput({ a: 1 })).toEqual({ a: 1 })
  })

  it('of an error has its causes and properties', () => {
    const error = Object.assign(new AggregateError([new Error('inner')], 'outer', { cause: new Error('cause') }), { card: 1 })
    expect(asOutput(error)).toMatchObject({
      ...{ name: 'AggregateError', message: 'outer', card: 1 },
      ...{ cause: { message: 'cause' }, errors: [{ message: 'inner' }] },
    })
  })
})
