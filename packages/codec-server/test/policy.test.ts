import { createDetector } from '@waxseal/pii'
import { describe, expect, it } from 'vitest'
import type { CodecServerOptions, PolicyRule } from '../src/index.js'
import { answerOf, BILLING, CARD, HR, sealed, sealer, serverWith, TOKENS } from './bench.js'

/** What ann sees of a value under these rules, and what became of it. */
async function seen(
  value: unknown,
  policy: PolicyRule[],
  context: Record<string, string> = BILLING,
  more: Partial<CodecServerOptions> = {},
) {
  const { document, report } = await answerOf(serverWith({ policy, ...more }), {
    body: { document: await sealed(value, context) },
  })
  return report[0].outcome === 'refused' ? 'refused' : document
}
const rule = (give: PolicyRule['give'], what?: PolicyRule['what'], where?: PolicyRule['where']): PolicyRule => ({
  who: ['ann'],
  give,
  ...(what && { what }),
  ...(where && { where }),
})
const HIDDEN = '••••••••'

describe('the policy', () => {
  it('goes by the first rule that applies', async () => {
    expect(await seen('x', [rule('clear'), rule('nothing')])).toBe('x')
    expect(await seen('x', [rule('nothing'), rule('clear')])).toBe('refused')
    expect(await seen('x', [rule('masked'), rule('clear')])).toBe(HIDDEN)
    expect(await seen('x', [])).toBe('refused')
  })

  it.each<[string, readonly string[], boolean]>([
    ['an id', ['ann'], true],
    ['a group', ['group:fraud'], true],
    ['everybody', ['*'], true],
    ['another id', ['an', 'ann ', 'ANN'], false],
    ['another group', ['group:support', 'fraud', 'group:'], false],
    ['a pattern, which is none here', ['a*'], false],
  ])('names %s', async (_, who, isNamed) => {
    expect(await seen('x', [{ who, give: 'clear' }])).toBe(isNamed ? 'x' : 'refused')
  })

  it('takes no id for a group', async () => {
    const policy: PolicyRule[] = [{ who: ['group:fraud'], give: 'clear' }]
    const auth = () => ({ id: 'group:fraud', groups: [] })
    expect(await seen('x', policy, BILLING, { auth })).toBe('refused')
  })

  it.each<[PolicyRule['where'], Record<string, string>, boolean]>([
    [{ namespace: 'default' }, BILLING, true],
    [{ namespace: 'def*' }, BILLING, true],
    [{ namespace: 'default' }, HR, false],
    [{ namespace: '*' }, { app: 'billing' }, false],
    [{ context: { app: 'b*g' } }, BILLING, true],
    [{ context: { app: 'b*g*g' } }, BILLING, false],
    [{ context: { tenant: '*' } }, BILLING, false],
    [{ context: { toString: '*' } }, BILLING, false],
    [{ context: { app: 'billing', namespace: 'people' } }, BILLING, false],
    [{ scope: '*' }, BILLING, false],
    [{ group: '*' }, BILLING, false],
  ])('applies at %j to %j: %s', async (where, context, applies) => {
    expect(await seen('x', [rule('clear', undefined, where)], context)).toBe(applies ? 'x' : 'refused')
  })

  it('gives parts by pointers', async () => {
    const value = { a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }], z: 3 }
    expect(await seen(value, [rule('clear', { pointers: ['/a/b', '/list/*/x'] })])).toEqual({
      a: { b: 1, c: '[sealed]' },
      list: [{ x: 1, y: '[sealed]' }],
      z: '[sealed]',
    })
    expect(await seen(value, [rule('nothing', { pointers: ['/a'] }), rule('clear')])).toEqual({ ...value, a: '[sealed]' })
    expect(await seen(value, [rule('clear', { pointers: [] })])).toBe('[sealed]')
    expect(await seen('x', [rule('clear', { pointers: ['/a'] })])).toBe('[sealed]')
  })

  it('withholds names of members with what it withholds', async () => {
    const value = { open: 1, people: { 'ada@example.com': { age: 36 } } }
    expect(await seen(value, [rule('clear', { pointers: ['/open'] })])).toEqual({ open: 1, people: '[sealed]' })
  })

  it('gives parts by types, where nothing else is in them', async () => {
    const value = { card: CARD, mail: 'ada@example.com', both: `ada@example.com ${CARD}`, note: 'call ada@example.com: HIV' }
    const shown = await seen(value, [rule('clear', { types: ['EMAIL'] }), rule('masked', { types: ['CREDIT_CARD'] })])
    expect(shown).toEqual({ card: '•••• 1111', mail: 'ada@example.com', both: '[sealed]', note: '[sealed]' })
    const hides = await seen(value, [rule('nothing', { types: ['CREDIT_CARD'] }), rule('clear')])
    expect(hides).toEqual({ ...value, card: '[sealed]', both: '[sealed]' })
  })

  it('masks by type, and everything else altogether', async () => {
    const value = {
      card: CARD,
      card_number: 4111111111111111,
      yes: true,
      nil: null,
      text: 'x',
      empty: {},
      none: [],
      __proto__x: 1,
    }
    expect(await seen(value, [rule('masked')])).toEqual({
      card: '•••• 1111',
      card_number: '•••• 1111',
      yes: HIDDEN,
      nil: HIDDEN,
      text: HIDDEN,
      empty: HIDDEN,
      none: HIDDEN,
      __proto__x: HIDDEN,
    })
  })

  it.each(['x', 7, true, null, [], {}, ''])('masks the root %j', async (value) => {
    expect(await seen(value, [rule('masked')])).toBe(HIDDEN)
  })

  it('takes __proto__ for a name like any other', async () => {
    const value = JSON.parse('{"__proto__":{"admin":"canary"},"constructor":"canary","a":1}')
    const shown = await seen(value, [rule('clear', { pointers: ['/a'] }), rule('masked')])
    expect(JSON.stringify(shown)).toBe(`{"__proto__":{"admin":"${HIDDEN}"},"constructor":"${HIDDEN}","a":1}`)
  })

  it('leaves what was in clear all along', async () => {
    const stored = await sealer.sealFields(
      { id: 1, card: CARD, mail: 'ada@example.com' },
      { fields: ['/card'] },
      { context: BILLING, storeContext: true },
    )
    const answer = await answerOf(serverWith(), { token: TOKENS.bob, body: { document: stored } })
    expect(answer.document).toEqual({ id: 1, card: '•••• 1111', mail: 'ada@example.com' })
  })

  it('knows keys of scopes, which opening proves', async () => {
    const policy = [rule('clear', undefined, { scope: 'tenant:*' })]
    const document = await sealed('x')
    const body = { document, scope: 'tenant:1' }
    expect((await answerOf(serverWith({ policy }), { body })).report).toMatchObject([{ outcome: 'failed' }])
  })

  it.each<[string, unknown]>([
    ['no list', {}],
    ['who is missing', [{ give: 'clear' }]],
    ['who is empty', [{ who: [], give: 'clear' }]],
    ['give is unknown', [{ who: ['*'], give: 'all' }]],
    ['a name is misspelt', [{ who: ['*'], give: 'clear', were: { namespace: 'x' } }]],
    ['a name of where is misspelt', [{ who: ['*'], give: 'clear', where: { namespaces: 'x' } }]],
    ['what stands in where', [{ who: ['*'], give: 'clear', where: { pointers: ['/a'] } }]],
    ['where stands in what', [{ who: ['*'], give: 'clear', what: { namespace: 'x' } }]],
    ['a pattern is empty', [{ who: ['*'], give: 'clear', where: { namespace: '' } }]],
    ['a pointer is none', [{ who: ['*'], give: 'clear', what: { pointers: ['a'] } }]],
    ['pointers are a text', [{ who: ['*'], give: 'clear', what: { pointers: '/a' } }]],
    ['foreign is a text', [{ who: ['*'], give: 'clear', foreign: 'no' }]],
    ['a rule is null', [null]],
  ])('is refused where %s', (_, policy) => {
    expect(() => serverWith({ policy: policy as PolicyRule[] })).toThrow(expect.objectContaining({ code: 'config' }))
  })

  it('that names types needs what tells them', () => {
    const policy = [rule('nothing', { types: ['CREDIT_CARD'] }), rule('clear')]
    expect(() => serverWith({ policy, detector: undefined })).toThrow('detector')
    expect(() => serverWith({ policy, detector: createDetector() })).not.toThrow()
  })
})
