import { describe, expect, it } from 'vitest'
import { escapeToken, lookUp, MISSING, member, valueAt } from '../src/document/pointer.ts'
import { compileSelector, select } from '../src/document/selector.ts'
import { outcome } from './fixtures.ts'

describe('pointers and selectors', () => {
  it('escape tokens of nothing but what is escaped', () => {
    expect(['~', '/', '~/', '~1', 'a'].map(escapeToken)).toEqual(['~0', '~1', '~0~1', '~01', 'a'])
  })

  it('name array members of two digits, no part of a text and no __proto__', async () => {
    expect(
      member(
        Array.from({ length: 20 }, (_, i) => i),
        '10',
      ),
    ).toBe(10)
    for (const token of ['0', 'length']) expect(member('text', token)).toBe(MISSING)
    const document = JSON.parse('{"__proto__": {"a": 1}}')
    expect(lookUp(document, '/__proto__/a')).toBe(MISSING)
    expect(await outcome(() => valueAt(document, '/a'))).toBe('document_changed')
  })

  it('select nothing below a text', () => {
    const found: string[] = []
    for (const text of ['/a/*', '/a/**', '/a/*/*']) select({ a: 'text' }, compileSelector(text), (pointer) => found.push(pointer))
    expect(found).toEqual([])
  })

  it('hold three ** and no more', async () => {
    expect(await outcome(() => compileSelector('/**/a/**/b/**'))).toBe('ok')
    expect(await outcome(() => compileSelector('/**/a/**/b/**/c/**'))).toBe('config')
  })
})
