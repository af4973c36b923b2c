import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance, compileFields, declaredType, escapeToken, parsePointer, pointerOf } from '../../src/document/fields.ts'

/** The type that the fields declare for a pointer. */
function typeAt(fields: Record<string, string>, pointer: string): string | undefined {
  return declaredType(parsePointer(pointer).reduce((states, token) => advance(states, token), compileFields(fields)))
}

describe('pointers', () => {
  it('are those of RFC 6901', () => {
    expect(parsePointer('/a~1b/m~0n/~01')).toEqual(['a/b', 'm~n', '~1'])
    expect(parsePointer('/')).toEqual([''])
    expect(parsePointer('/a//b')).toEqual(['a', '', 'b'])
    expect(escapeToken('a/b~c')).toBe('a~1b~0c')
    expect(pointerOf([])).toBe('')
    expect(pointerOf(['a/b', 0, '~', ''])).toBe('/a~1b/0/~0/')
  })

  it('come back from their tokens', () =>
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a', '*', '') }), { minLength: 1 }),
        (tokens) => {
          expect(parsePointer(pointerOf(tokens))).toEqual(tokens)
        },
      ),
    ))

  it.each(['', 'a', 'a/b', '#/a', '/~', '/~2', '/a~', undefined, null, 1, {}])(
    'are refused without telling them: %j',
    (pointer) => {
      expect(() => parsePointer(pointer as string)).toThrow(expect.objectContaining({ name: 'PiiError', code: 'config' }))
    },
  )
})

describe('declared fields', () => {
  it.each([
    ['/a', '/a', true],
    ['/a', '/a/b', false],
    ['/a', '/b', false],
    ['/a/b', '/a', false],
    ['/*', '/a', true],
    ['/*', '/a/b', false],
    ['/a/*/c', '/a/b/c', true],
    ['/a/*/c', '/a/0/c', true],
    ['/a/*/c', '/a/c', false],
    ['/a/*/c', '/a/b/b/c', false],
    ['/**/c', '/c', true],
    ['/**/c', '/a/b/c', true],
    ['/**/c', '/c/d', false],
    ['/a/**/c', '/a/c', true],
    ['/a/**/c', '/a/x/y/z/c', true],
    ['/a/**/c', '/b/c', false],
    ['/a/**', '/a/b', true],
    ['/a/**', '/a/b/c/d', true],
    ['/a/**', '/a', false],
    ['/**', '/a', true],
    ['/**/**/c', '/c', true],
    ['/**/b/**/c', '/b/c', true],
    ['/**/b/**/c', '/a/b/x/c', true],
    ['/**/b/**/c', '/a/c', false],
    ['/a~1b', '/a~1b', true],
    ['/', '/', true],
    ['/constructor', '/constructor', true],
    ['/hasOwnProperty/*', '/hasOwnProperty/x', true],
  ])('%s at %s: %s', (field, pointer, declared) => expect(typeAt({ [field]: 'X' }, pointer)).toBe(declared ? 'X' : undefined))

  it('are followed together', () => {
    const fields = { '/a/b': 'ONE', '/*/c': 'TWO', '/**/d': 'THREE', '/a/*/e': 'FOUR' }
    expect(['/a/b', '/a/c', '/a/d', '/a/b/e', '/z/c', '/x/y/d', '/z/z'].map((pointer) => typeAt(fields, pointer))).toEqual([
      'ONE',
      'TWO',
      'THREE',
      'FOUR',
      'TWO',
      'THREE',
      undefined,
    ])
  })

  it('may not name __proto__', () => expect(() => compileFields({ '/a/__proto__': 'X' })).toThrow(/__proto__/))
  it('name nothing that an object inherits', () => expect(typeAt({ '/a': 'X' }, '/toString')).toBeUndefined())

  it('agree with their plain meaning', () => {
    const token = fc.constantFrom('a', 'b', '*', '**')
    /** A selector against tokens, one way after another. */
    const matches = ([first, ...rest]: readonly string[], tokens: readonly string[]): boolean => {
      if (first === undefined) return tokens.length === 0
      if (first === '**')
        return rest.length === 0
          ? tokens.length > 0
          : tokens.some((_, at) => matches(rest, tokens.slice(at))) || matches(rest, [])
      return tokens.length > 0 && (first === '*' || first === tokens[0]) && matches(rest, tokens.slice(1))
    }
    fc.assert(
      fc.property(
        fc.array(token, { minLength: 1, maxLength: 5 }),
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 }),
        (selector, path) => {
          expect(typeAt({ [`/${selector.join('/')}`]: 'X' }, `/${path.join('/')}`) !== undefined).toBe(matches(selector, path))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('take no time that grows with the number of ways', () => {
    const states = Array.from({ length: 400 }, () => 'a').reduce(
      (now, token) => advance(now, token),
      compileFields({ [`/${'**/a/'.repeat(12)}b`]: 'X' }),
    )
    expect(states.length).toBeLessThan(60)
  })
})
