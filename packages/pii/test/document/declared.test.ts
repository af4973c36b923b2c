import { describe, expect, it } from 'vitest'
import { declaredPlan } from '../../src/document/declared.ts'

const plan = (fields: Record<string, string>, wanted = (_type: string) => true) => declaredPlan(fields, wanted)
const declared = (pointer: string, type: string) => ({ pointer, type, findings: [], byName: false, declared: true })

describe('a plan of declared fields', () => {
  it('reads them where they are', () => {
    const read = plan({ '/a/b': 'EMAIL', '/list/1': 'PHONE', '/x~1y': 'IBAN' })
    expect(read?.({ a: { b: 'x' }, list: [1, 2], 'x/y': 0 })).toEqual([
      declared('/a/b', 'EMAIL'),
      declared('/list/1', 'PHONE'),
      declared('/x~1y', 'IBAN'),
    ])
  })

  it('leaves out what is absent, null or inherited', () => {
    const read = plan({
      '/a': 'EMAIL',
      '/b': 'EMAIL',
      '/toString': 'EMAIL',
      '/constructor/name': 'EMAIL',
      '/text/length': 'EMAIL',
    })
    for (const document of [{}, null, undefined, 1, 'text', [], { a: null, b: undefined, text: 'abc' }])
      expect(read?.(document)).toEqual([])
    expect(read?.(JSON.parse('{"constructor":{"name":"x"}}'))).toEqual([declared('/constructor/name', 'EMAIL')])
  })

  it('takes false, 0 and empty texts', () =>
    expect(plan({ '/a': 'X', '/b': 'X', '/c': 'X' })?.({ a: false, b: 0, c: '' })).toHaveLength(3))
  it('leaves out types that nobody wants', () =>
    expect(plan({ '/a': 'X', '/b': 'Y' }, (type) => type === 'Y')?.({ a: 1, b: 1 })).toEqual([declared('/b', 'Y')]))
  it('is none with a selector', () => {
    expect(plan({ '/a': 'X', '/*/b': 'X' })).toBeUndefined()
    expect(plan({ '/**/b': 'X' })).toBeUndefined()
  })
  it('refuses what is no pointer', () => expect(() => plan({ a: 'X' })).toThrow(expect.objectContaining({ code: 'config' })))
})
