import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isObject } from '../src/engine/envelopes.ts'
import { replacedInText } from '../src/sql/document-text.ts'

it.each([
  // Written with escapes, with the same text in a clear member.
  ['{"note":"wax1.a","$wax":"wax1\\u002ea"}', '{"note":"wax1.a","$wax":"wax1.b"}'],
  // A copy in a clear member, and digits that no number has.
  [
    '{"big":12345678901234567890, "copy": "wax1.a","$wax" : "wax1.a"}',
    '{"big":12345678901234567890, "copy": "wax1.a","$wax" : "wax1.b"}',
  ],
  ['{"wax1.a":1.00,"$wax":"wax1.a"}', '{"wax1.a":1.00,"$wax":"wax1.b"}'],
  // Of members with one name the last one counts.
  ['{"$wax":"other","$wax":"wax1.a","a":[ ],"b":{ }}', '{"$wax":"other","$wax":"wax1.b","a":[ ],"b":{ }}'],
])('only the envelope changes in %s', (text, expected) => {
  const before = JSON.parse(text)
  expect(replacedInText(text, before, { ...before, $wax: 'wax1.b' })).toBe(expected)
})

it('is the document with other strings, for every document and every layout', () => {
  const change = (value: unknown): unknown => {
    if (typeof value === 'string') return value.startsWith('w') ? `${value}"\\é` : value
    if (Array.isArray(value)) return value.map(change)
    if (!isObject(value)) return value
    const copy = JSON.parse(JSON.stringify(value))
    for (const name of Object.keys(copy))
      Object.defineProperty(copy, name, { value: change(copy[name]), enumerable: true, writable: true, configurable: true })
    return copy
  }
  const word = fc.oneof(fc.string(), fc.constant('w'), fc.constant('"w\\'))
  const json = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, word, fc.double(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(word, tie('value'), { maxKeys: 4 }),
  })).value
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 1, '\t', ' \r\n'), (value, space) => {
      const text = JSON.stringify(value, null, space)
      const before = JSON.parse(text)
      const after = change(before)
      expect(JSON.stringify(JSON.parse(replacedInText(text, before, after)))).toBe(JSON.stringify(after))
      expect(replacedInText(text, before, before)).toBe(text)
    }),
  )
})

it('takes long strings', () => {
  const before = { long: '\\"x'.repeat(2_000_000), $wax: 'wax1.a' }
  const text = JSON.stringify(before)
  expect(replacedInText(text, before, { ...before, $wax: 'wax1.b' })).toBe(text.replace('wax1.a', 'wax1.b'))
})
