import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WaxsealError } from '../src/errors.ts'
import { canonicalJson } from '../src/format/canonical-json.ts'
import { misreadable } from './fixtures.ts'

// The double of 16 hexadecimal digits, as RFC 8785 appendix B writes them.
function double(digits: string): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(`0x${digits}`))
  return view.getFloat64(0)
}

describe('numbers', () => {
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s', (digits, text) => {
    expect(canonicalJson(double(digits))).toBe(text)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %s', (value) => {
    expect(() => canonicalJson([value])).toThrow(expect.objectContaining({ code: 'not_serialisable' }))
  })
})

it('writes the example of RFC 8785, section 3.2.2', () => {
  const value = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`)
  // Bun writes the euro sign of a raw template as an escape.
  const euro = '€'
  expect(canonicalJson(value)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"${euro}$\u000f\nA'B\"\\\\\"/"}`,
  )
})

it('sorts members by UTF-16 code units, as the example of section 3.2.3', () => {
  const value = JSON.parse(String.raw`{
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
  }`)
  const order = [...canonicalJson(value).matchAll(/"(Euro|Carriage|Hebrew|One|Emoji|Control|Latin)/g)].map(([, name]) => name)
  expect(order).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew'])
})

it('is the same for every order of members, at every depth', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([name, member]) => [name, shuffled(member)]),
    )
  }
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }).filter((value) => !misreadable(value)),
      (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(shuffled(value))).toBe(text)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      },
    ),
  )
})

it('keeps members that carry names of the prototype', () => {
  expect(canonicalJson(JSON.parse('{"__proto__":{"b":1,"a":2},"constructor":3}'))).toBe(
    '{"__proto__":{"a":2,"b":1},"constructor":3}',
  )
})

it('writes empty containers and nothing between tokens', () => {
  expect(canonicalJson({ b: [], a: {}, c: ['x,y', [1, 2]] })).toBe('{"a":{},"b":[],"c":["x,y",[1,2]]}')
})

const circular: unknown[] = []
circular.push(circular)

it.each([
  ['undefined', undefined],
  ['a member that is undefined', { a: undefined }],
  ['a hole in an array', new Array(1)],
  ['a bigint', 1n],
  ['a function', () => {}],
  ['a symbol', Symbol('s')],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['bytes', new Uint8Array(1)],
  ['a string with a lone surrogate', 'a\ud800'],
  ['a name with a lone surrogate', { '\udc00': 1 }],
  ['a value that holds itself', circular],
])('refuses %s', (_, value) => {
  let error: unknown
  try {
    canonicalJson(value)
  } catch (thrown) {
    error = thrown
  }
  expect(WaxsealError.is(error) && error.code).toBe('not_serialisable')
})
