import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod'
import { type PointerOf, typedDetector } from '../../src/schema/typed-detector.ts'

const order = z.object({
  to: z.email().meta({ pii: 'email' }),
  badge: z.string().meta({ pii: 'badge' }),
  count: z.number(),
  lines: z.array(z.object({ 'a/b': z.string().optional() })),
})

describe('typedDetector', () => {
  it('takes what the schema takes, and tells its pointers', () => {
    const detector = typedDetector(order)
    const found = detector.detectDocument({ to: 'nobody', badge: 'x1', count: 3, lines: [{ 'a/b': 'ada@example.com' }] })
    expect(found.map(({ pointer, type, declared }) => [pointer, type, declared])).toEqual([
      ['/to', 'EMAIL', true],
      ['/badge', 'BADGE', true],
      ['/lines/0/a~1b', 'EMAIL', false],
    ])
    type Pointer = (typeof found)[number]['pointer']
    expectTypeOf<Pointer>().toEqualTypeOf<'/to' | '/badge' | '/count' | '/lines' | `/lines/${number}` | `/lines/${number}/a~1b`>()
    // @ts-expect-error: a member is missing
    detector.detectDocument({ to: 'nobody' })
    expect(detector.detectText('ada@example.com')).toHaveLength(1)
  })

  it('takes the options of a detector, whose fields win', () => {
    const detector = typedDetector(order, { byName: false, byValue: false, fields: { '/to': 'PHONE', '/count': 'AGE' } })
    expect(detector.detectDocument({ to: '1', badge: '2', count: 3, lines: [] }).map(({ type }) => type)).toEqual([
      'PHONE',
      'BADGE',
      'AGE',
    ])
  })

  it('takes any document of a JSON Schema', () => {
    const detector = typedDetector({ properties: { to: { pii: 'email' } } })
    expectTypeOf(detector.detectDocument).parameter(0).toBeUnknown()
    expect(detector.detectDocument({ to: 'x' })).toMatchObject([{ pointer: '/to', type: 'EMAIL' }])
    const told = typedDetector(order, { toJsonSchema: () => ({ properties: { count: { pii: 'age' } } }) })
    expect(told.detectDocument({ to: '', badge: '', count: 3, lines: [] })).toMatchObject([{ pointer: '/count', type: 'AGE' }])
  })

  it('knows the pointers of a type', () => {
    interface Tree {
      name: string
      kids: Tree[]
    }
    expectTypeOf<'/kids/0/kids/1/name'>().toExtend<PointerOf<Tree>>()
    expectTypeOf<PointerOf<string | null>>().toEqualTypeOf<''>()
    expectTypeOf<PointerOf<unknown>>().toEqualTypeOf<string>()
    expectTypeOf<PointerOf<{ a?: { b: Date; c: unknown } | null; 'x~y': 1 }>>().toEqualTypeOf<
      '/a' | '/a/b' | '/a/c' | `/a/c/${string}` | '/x~0y'
    >()
    expectTypeOf<PointerOf<Record<string, { a: 1 }>>>().toEqualTypeOf<`/${string}` | `/${string}/a`>()
  })
})
