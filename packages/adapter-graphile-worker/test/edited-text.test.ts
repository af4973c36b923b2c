import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editedText } from '../src/reseal/edited-text.js'

const edited = (text: string, edit: (value: Record<string, unknown>) => unknown) =>
  editedText(text, JSON.parse(text), edit(JSON.parse(text)))

describe('the edited text of a document', () => {
  it('exchanges what differs where it stands, and keeps the rest to the last digit and space', () => {
    const text = '{ "big": 12345678901234567890.10 , "card":"a\\"}", "list" : [1, {"card": null}, {} ],"e":{}}'
    expect(edited(text, (value) => ({ ...value, card: '[sealed]', list: [1, { card: 'x' }, {}], $wax: { $id: 'i' } }))).toBe(
      '{ "big": 12345678901234567890.10 , "card":"[sealed]", "list" : [1, {"card": "x"}, {} ],"e":{},"$wax":{"$id":"i"}}',
    )
    expect(edited('{}', () => ({ $wax: 'w', $job: 'pay' }))).toBe('{"$wax":"w","$job":"pay"}')
    expect(edited('{"a":{"b":1}}', () => ({ a: { b: 1, c: 2 } }))).toBe('{"a":{"b":1,"c":2}}')
  })

  it('is another text where a member is gone, or something of another kind is there', () => {
    for (const [text, next] of [
      ['{"card":1}', { $sealed: 'wax1', $job: 'pay' }],
      ['[1,2]', [1]],
      ['[1]', { 0: 1 }],
      [' "text" ', { $sealed: 'wax1' }],
    ] as const)
      expect(editedText(text, JSON.parse(text), next).trim()).toBe(JSON.stringify(next))
  })

  it('exchanges a member that stands there twice each time', () => {
    expect(edited('{"a":1,"a":{"b":[2]}}', (value) => ({ ...value, a: { b: ['x'] } }))).toBe('{"a":{"b":["x"]},"a":{"b":["x"]}}')
  })

  it('knows own members only, of any name', () => {
    const text = '{"__proto__":{"a":1},"constructor":2,"card":3}'
    const next = JSON.parse('{"__proto__":{"a":"x"},"constructor":2,"card":"y"}')
    expect(editedText(text, JSON.parse(text), next)).toBe('{"__proto__":{"a":"x"},"constructor":2,"card":"y"}')
  })

  it('passes what it does not change, however deep', () => {
    const text = `{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},"$sealed":"a"}`
    const deep: unknown[] = []
    expect(editedText(text, { deep, $sealed: 'a' }, { deep, $sealed: 'b' })).toBe(text.replace('"a"', '"b"'))
    expect(edited(`{"a":"${'x'.repeat(3_000_000)}","b":1}`, (value) => ({ ...value, b: 2 }))).toMatch(/,"b":2\}$/)
  })

  it('reads as the value that it was to become', () => {
    const json = fc.jsonValue({ maxDepth: 3 })
    fc.assert(
      fc.property(json, json, fc.constantFrom(0, 1, '\t'), (before, after, space) => {
        expect(JSON.parse(editedText(JSON.stringify(before, null, space), before, after))).toEqual(
          JSON.parse(JSON.stringify(after)),
        )
      }),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.dictionary(fc.string(), json), (before, more) => {
        const after = { ...before, ...more }
        expect(JSON.parse(editedText(JSON.stringify(before), before, after))).toEqual(JSON.parse(JSON.stringify(after)))
      }),
    )
  })
})
