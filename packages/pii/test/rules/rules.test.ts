import { createSealer, fieldPolicy, staticKeys } from '@waxseal/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { everything } from '../../src/everything.ts'
import { createPseudonyms } from '../../src/masking/pseudonyms.ts'
import { PiiError } from '../../src/pii-error.ts'
import { createRules, type RulesOptions } from '../../src/rules/rules.ts'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (PiiError.is(error)) return error.code
    throw error
  }
  return 'ok'
}
const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

const detector = createDetector({ sets: everything })
const pseudonyms = createPseudonyms({ key: Uint8Array.from({ length: 32 }, (_, at) => at + 1) })
const rulesOf = (options: Omit<RulesOptions, 'detector'>) => createRules({ detector, pseudonyms, ...options }).for('job')
const CARD = '4111 1111 1111 1111'

describe('what is done', () => {
  const document = freeze({
    user: { email: 'ada@example.com', phone: '+1 415-555-0132', firstName: 'Ada' },
    ip: '203.0.113.7',
    card: { number: 4111111111111111, cvv: 123 },
    lines: [{ note: 'plain' }, { cvv: '123' }],
    total: 12.5,
  })
  const rules = rulesOf({
    actions: { email: 'seal', PHONE: 'mask', ipAddress: 'hash', cvv: 'drop', person: 'keep', 'credit-card': 'mask' },
  })

  it('masks, hashes, drops and keeps in a new document, and leaves what is to be sealed', () => {
    const { document: applied, report } = rules.apply(document)
    expect(applied).toEqual({
      user: { email: 'ada@example.com', phone: '••• 0132', firstName: 'Ada' },
      ip: pseudonyms.of('203.0.113.7', 'IP_ADDRESS'),
      card: { number: '•••• 1111' },
      lines: [{ note: 'plain' }, {}],
      total: 12.5,
    })
    expect(report).toEqual([
      { pointer: '/user/email', type: 'EMAIL', action: 'seal' },
      { pointer: '/user/phone', type: 'PHONE', action: 'mask' },
      { pointer: '/user/firstName', type: 'PERSON', action: 'keep' },
      { pointer: '/ip', type: 'IP_ADDRESS', action: 'hash' },
      { pointer: '/card/number', type: 'CREDIT_CARD', action: 'mask' },
      { pointer: '/card/cvv', type: 'CVV', action: 'drop' },
      { pointer: '/lines/1/cvv', type: 'CVV', action: 'drop' },
    ])
    expect(applied.lines[0]).toBe(document.lines[0])
    expect(rules.detector.detectDocument(document)).toEqual([{ pointer: '/user/email' }])
  })

  it('acts on places of a text, not on the whole', () => {
    const { document: applied, report } = rules.apply({ note: `call +1 415-555-0132 from 203.0.113.7, card ${CARD}.` })
    expect(applied.note).toBe(`call ••• 0132 from ${pseudonyms.of('203.0.113.7', 'IP_ADDRESS')}, card •••• 1111.`)
    expect(report.map(({ type, action }) => [type, action])).toEqual([
      ['PHONE', 'mask'],
      ['IP_ADDRESS', 'hash'],
      ['CREDIT_CARD', 'mask'],
    ])
    expect(rulesOf({ otherwise: 'drop' }).apply(`to ada@example.com, cc bob@example.org!`).document).toBe('to , cc !')
  })

  it('seals a member as a whole where one of its types is sealed', () => {
    const note = `card ${CARD} of ada@example.com`
    const { document: applied, report } = rules.apply({ note })
    expect(applied).toEqual({ note })
    expect(report).toEqual([
      { pointer: '/note', type: 'CREDIT_CARD', action: 'seal' },
      { pointer: '/note', type: 'EMAIL', action: 'seal' },
    ])
    expect(rules.detector.detectDocument({ note })).toEqual([{ pointer: '/note' }])
  })

  it('leaves a member that is kept as a whole, but for other types in it', () => {
    const keeping = rulesOf({ actions: { ADDRESS: 'keep', EMAIL: 'mask' } })
    const { document: applied, report } = keeping.apply({ address: '1 Main Street, ada@example.com' })
    expect(applied).toEqual({ address: '1 Main Street, a•••@example.com' })
    expect(report.slice(0, 2)).toEqual([
      { pointer: '/address', type: 'ADDRESS', action: 'keep' },
      { pointer: '/address', type: 'EMAIL', action: 'mask' },
    ])
  })

  it('leaves nothing of findings that overlap or come in any order', () => {
    const span = (start: number, end: number, type = 'T') => ({ type, start, end, score: 1, validated: false })
    const treated = (...findings: object[]) =>
      createRules({
        detector: { detectDocument: () => [{ pointer: '/a', type: 'T', findings, byName: false, declared: false }] as never },
        actions: { T: 'drop', K: 'keep' },
      })
        .for('job')
        .apply({ a: 'x 0123456789 y' }).document
    expect(treated(span(2, 12), span(4, 6))).toEqual({ a: 'x  y' })
    expect(treated(span(6, 12), span(2, 8))).toEqual({ a: 'x  y' })
    expect(treated(span(4, 6, 'K'), span(2, 12))).toEqual({ a: 'x  y' })
    expect(code(() => treated(span(2, 99)))).toBe('malformed')
    expect(code(() => treated(span(2, undefined as never)))).toBe('malformed')
  })

  it('puts null in place of an element', () => {
    const applied = rulesOf({ actions: { EMAIL: 'drop' }, fields: { '/mails/*': 'drop' }, otherwise: 'keep' }).apply({
      mails: ['ada@example.com', 'x'],
      emails: ['ada@example.com', 'bob@example.org'],
    })
    expect(applied.document).toEqual({ mails: [null, null], emails: [null, null] })
  })

  it('treats declared objects and arrays down to their leaves', () => {
    const declared = createDetector({
      fields: { '/address': 'ADDRESS', '/codes': 'badge', '/gone': 'CVV' },
      byName: false,
      byValue: false,
    })
    const value = {
      address: { street: '1 Main Street', zip: 94103, none: null, empty: '', deep: [true] },
      codes: ['x', 2],
      gone: { a: 1 },
    }
    const masked = createRules({ detector: declared, actions: { ADDRESS: 'mask', badge: 'hash', CVV: 'drop' }, pseudonyms })
      .for('x')
      .apply(value)
    const hidden = '••••••••'
    expect(masked.document).toEqual({
      address: { street: hidden, zip: hidden, none: null, empty: '', deep: [hidden] },
      codes: [pseudonyms.of('x', 'BADGE'), pseudonyms.of(2, 'BADGE')],
    })
    expect(createRules({ detector: declared }).for('x').detector.detectDocument(value)).toEqual([
      { pointer: '/address' },
      { pointer: '/codes' },
      { pointer: '/gone' },
    ])
  })

  it('masks what is too long for a pseudonym, and leaves blanks', () => {
    const hashing = rulesOf({ fields: { '/long': 'hash', '/blank': 'hash', '/flag': 'hash' } })
    expect(hashing.apply({ long: 'x'.repeat(5000), blank: '  ', flag: true }).document).toEqual({
      long: '••••••••',
      blank: '  ',
      flag: pseudonyms.of('true', 'FIELD'),
    })
  })

  it('takes members called __proto__ and names that are escaped', () => {
    const value = JSON.parse('{"__proto__":{"email":"ada@example.com"},"a/b~c":{"email":"bob@example.org"}}') as object
    const { document: applied } = rulesOf({ actions: { EMAIL: 'mask' } }).apply(value)
    expect(JSON.stringify(applied)).toBe('{"__proto__":{"email":"a•••@example.com"},"a/b~c":{"email":"b•••@example.org"}}')
    expect(Object.getPrototypeOf(applied)).toBe(Object.prototype)
  })

  it('takes documents that are a text or nothing', () => {
    expect(rules.apply('+1 415-555-0132').document).toBe('••• 0132')
    expect(rules.apply(null)).toEqual({ document: null, report: [] })
    expect(rules.apply(undefined).document).toBeUndefined()
  })
})

describe('selectors of rules', () => {
  it('win over types, also where nothing is found', () => {
    const rules = rulesOf({
      actions: { EMAIL: 'mask' },
      fields: { '/user/email': 'keep', '/internal': 'drop', '/secretNote': 'seal', '/list/*/id': 'hash' },
    })
    const value = {
      user: { email: 'ada@example.com', mail: 'bob@example.org' },
      internal: { a: 1 },
      secretNote: 'nothing special',
      list: [{ id: 'one' }, { id: 2 }],
    }
    const { document: applied, report } = rules.apply(value)
    expect(applied).toEqual({
      user: { email: 'ada@example.com', mail: 'b•••@example.org' },
      secretNote: 'nothing special',
      list: [{ id: pseudonyms.of('one', 'FIELD') }, { id: pseudonyms.of(2, 'FIELD') }],
    })
    expect(report).toContainEqual({ pointer: '/user/email', type: 'EMAIL', action: 'keep' })
    expect(report).toContainEqual({ pointer: '/internal', action: 'drop' })
    expect(rules.detector.detectDocument(value)).toEqual([{ pointer: '/secretNote' }])
  })

  it('count for all that is inside, the nearest before those around it', () => {
    const rules = rulesOf({
      fields: { '/user': 'mask', '/user/id': 'keep', '/user/ssn': 'seal', '/user/old': 'drop', '/user/*': 'hash' },
    })
    const user = { id: 7, ssn: '123-45-6789', old: 'x', email: 'ada@example.com', deep: { email: 'bob@example.org', n: 1 } }
    const { document: applied } = rules.apply({ user })
    expect(applied).toEqual({
      user: {
        id: 7,
        ssn: '123-45-6789',
        email: pseudonyms.of('ada@example.com', 'EMAIL'),
        deep: { email: pseudonyms.of('bob@example.org', 'EMAIL'), n: pseudonyms.of(1, 'FIELD') },
      },
    })
    expect(rules.detector.detectDocument({ user })).toEqual([{ pointer: '/user/ssn' }])
  })

  it('give way to what is sealed or dropped around them', () => {
    const declared = createDetector({ fields: { '/user': 'HEALTH' } })
    const rules = createRules({
      detector: declared,
      fields: { '/user/id': 'mask' },
      jobs: { dropping: { actions: { HEALTH: 'drop' } } },
    })
    expect(rules.for('x').apply({ user: { id: 7 } })).toEqual({
      document: { user: { id: 7 } },
      report: [{ pointer: '/user', type: 'HEALTH', action: 'seal' }],
    })
    expect(rules.for('dropping').apply({ user: { id: 7 } })).toEqual({
      document: {},
      report: [{ pointer: '/user', type: 'HEALTH', action: 'drop' }],
    })
    expect(rulesOf({ fields: { '/a': 'drop', '/a/b': 'keep' } }).apply({ a: { b: 1 } }).report).toEqual([
      { pointer: '/a', action: 'drop' },
    ])
  })

  it('do not enter $wax at the root', () => {
    expect(rulesOf({ fields: { '/**': 'drop' } }).apply({ $wax: 'wax1', a: 1 }).document).toEqual({ $wax: 'wax1' })
  })
})

describe('rules by type of job', () => {
  const rules = createRules({
    detector,
    pseudonyms,
    actions: { EMAIL: 'mask', PHONE: 'mask' },
    fields: { '/user/email': 'keep' },
    jobs: {
      'invoice.paid': { actions: { EMAIL: 'keep' } },
      'invoice.*': { actions: { EMAIL: 'hash' }, otherwise: 'keep' },
      'health.**': { actions: { EMAIL: 'seal' }, fields: { '/user/email': 'seal' } },
      'health.public.*': { fields: { '/user/*': 'drop' } },
    },
  })
  const action = (jobType: string, value: unknown) =>
    rules
      .for(jobType)
      .apply(value)
      .report.map((entry) => entry.action)

  it('are those of all patterns that fit, the one that says most last', () => {
    const value = { to: 'ada@example.com', tel: '+1 415-555-0132', card: CARD }
    expect(action('other', value)).toEqual(['mask', 'mask', 'seal'])
    expect(action('invoice.sent', value)).toEqual(['hash', 'mask', 'keep'])
    expect(action('invoice.paid', value)).toEqual(['keep', 'mask', 'keep'])
    expect(action('health', value)).toEqual(['seal', 'mask', 'seal'])
    expect(action('health.a.b', value)).toEqual(['seal', 'mask', 'seal'])
  })

  it('inherit selectors, of which the one that names most counts', () => {
    const value = { user: { email: 'ada@example.com', mail: 'ada@example.com' } }
    expect(action('other', value)).toEqual(['keep', 'mask'])
    expect(action('health.x', value)).toEqual(['seal', 'seal'])
    expect(action('health.public.x', value)).toEqual(['seal', 'drop'])
  })

  it('are made once for the jobs of the same patterns', () => {
    expect(rules.for('a')).toBe(rules.for('b'))
    expect(rules.for('health.x')).toBe(rules.for('health.y.z'))
    for (let at = 0; at < 1000; at++) rules.for(`job-${at}`)
    expect(rules.for('a')).toBe(rules.for('job-1'))
  })

  it('take the later of patterns that say as much', () => {
    const two = (first: string, second: string) =>
      createRules({ detector, jobs: { [first]: { otherwise: 'keep' }, [second]: { otherwise: 'mask' } } })
        .for('aa')
        .apply({ to: 'ada@example.com' }).report[0]?.action
    expect(two('a*', '*a')).toBe('mask')
    expect(two('*a', 'a*')).toBe('mask')
  })
})

describe('refusals', () => {
  it.each<[string, Partial<RulesOptions>]>([
    ['hash without pseudonyms', { actions: { EMAIL: 'hash' } }],
    ['hash by selector', { fields: { '/a': 'hash' } }],
    ['hash of all others', { otherwise: 'hash' }],
    ['hash in a job', { jobs: { a: { otherwise: 'hash' } } }],
    ['an action', { actions: { EMAIL: 'erase' as 'drop' } }],
    ['a type', { actions: { 'e mail': 'drop' } }],
    ['a type of two actions', { actions: { EMAIL: 'drop', email: 'keep' } }],
    ['a selector', { fields: { email: 'drop' } }],
    ['a pattern', { jobs: { 'a**': {} } }],
    ['no detector', { detector: undefined as unknown as typeof detector }],
  ])('%s', (_title, options) => {
    expect(code(() => createRules({ detector, ...options }))).toBe('config')
  })

  it('a type of job that is none', () => {
    expect(code(() => rulesOf({}) && createRules({ detector }).for(1 as unknown as string))).toBe('config')
  })
})

describe('with @waxseal/core', () => {
  const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: Uint8Array.from({ length: 32 }, (_, at) => at) }]) })
  const context = { app: 'test' }

  it('seals what the rules of a job say, and opens it again', async () => {
    const rules = createRules({
      detector,
      pseudonyms,
      actions: { EMAIL: 'seal', PHONE: 'mask', IP_ADDRESS: 'hash', CVV: 'drop', PERSON: 'keep' },
      jobs: { 'health.**': { actions: { PERSON: 'seal' } } },
    })
    const data = freeze({
      customer: { firstName: 'Ada', email: 'ada@example.com', phone: '+1 415-555-0132' },
      ip: '203.0.113.7',
      card: { number: 4111111111111111, cvv: '123' },
      note: `charge ${CARD} of ada@example.com`,
      amount: 9.5,
    })
    const job = rules.for('health.visit.booked')
    const { document, report } = job.apply(data)
    const policy = fieldPolicy({ detector: job.detector })
    const sealed = (await sealer.sealFields(document, policy, { context })) as unknown as Record<string, unknown>
    expect(sealed).toEqual({
      customer: { firstName: '[sealed]', email: '[sealed]', phone: '••• 0132' },
      ip: pseudonyms.of('203.0.113.7', 'IP_ADDRESS'),
      card: { number: '[sealed]' },
      note: '[sealed]',
      amount: 9.5,
      $wax: expect.any(String),
    })
    expect(JSON.stringify(report)).not.toMatch(/ada|Ada|4111|0132|203/)
    const opened = await sealer.openFields(sealed as never, policy, { context })
    expect(opened).toEqual(document)
    expect(opened).toMatchObject({ customer: { email: 'ada@example.com' }, card: { number: 4111111111111111 }, note: data.note })
  })

  it('seals also what is no longer recognised once its neighbours are masked or dropped', async () => {
    const data = {
      answers: [
        { name: 'ssn', value: '123456789' },
        { name: 'ssn', value: '123456789', email: 'ada@example.com' },
      ],
    }
    const plain = detector.detectDocument(data)
    expect(plain.some(({ pointer }) => pointer === '/answers/0/value')).toBe(true)
    for (const action of ['mask', 'drop'] as const) {
      const job = createRules({ detector, fields: { '/answers/*/name': action } }).for('x')
      const { document } = job.apply(data)
      const sealed = await sealer.sealFields(document, fieldPolicy({ detector: job.detector }), { context })
      expect(JSON.stringify(sealed)).not.toContain('123456789')
    }
  })

  it('shows nothing of what is sealed, masked, hashed or dropped', async () => {
    const values = ['ada@example.com', '+1 415-555-0132', '203.0.113.7', CARD, '123-45-6789']
    const text = fc
      .array(fc.oneof(fc.constantFrom(...values), fc.constantFrom('hello', 'see', 'the note,')), { maxLength: 4 })
      .map((parts) => parts.join(', '))
    const leaf = fc.oneof(text, fc.constantFrom(4111111111111111, true, null))
    const key = fc.constantFrom('email', 'phone', 'note', 'card', 'ip', 'x')
    const tree = fc.dictionary(key, fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(key, leaf, { maxKeys: 3 })), {
      maxKeys: 4,
    })
    const action = fc.constantFrom('seal' as const, 'mask' as const, 'hash' as const, 'drop' as const)
    await fc.assert(
      fc.asyncProperty(
        tree,
        fc.record({ EMAIL: action, PHONE: action, IP_ADDRESS: action, CREDIT_CARD: action }),
        action,
        async (given, actions, otherwise) => {
          const value = JSON.parse(JSON.stringify(given)) as object
          const job = createRules({ detector, pseudonyms, actions, otherwise }).for('x')
          const before = JSON.stringify(value)
          const { document } = job.apply(freeze(value))
          const policy = fieldPolicy({ detector: job.detector })
          const sealed = await sealer.sealFields(document, policy, { context })
          expect(JSON.stringify(value)).toBe(before)
          for (const secret of values) expect(JSON.stringify(sealed)).not.toContain(secret)
          expect(await sealer.openFields(sealed, policy, { context })).toEqual(document)
        },
      ),
      { numRuns: 150 },
    )
  })
})
