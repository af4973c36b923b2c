import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { everything } from '../../src/everything.ts'
import { PiiError } from '../../src/pii-error.ts'
import { type PatternOptions, patternSet, type TermOptions, termSet } from '../../src/recognisers/custom.ts'

const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (PiiError.is(error)) return error.code
    throw error
  }
  return 'ok'
}

/** Texts of what a type finds. */
const found = (set: ReturnType<typeof patternSet>, text: string, type: string) =>
  createDetector({ sets: [set] })
    .detectText(text)
    .filter((finding) => finding.type === type)
    .map(({ start, end }) => text.slice(start, end))
const byPattern = (text: string, options: Omit<PatternOptions, 'type'>) =>
  found(patternSet({ type: 'custom', ...options }), text, 'CUSTOM')
const byTerm = (text: string, terms: string[], options: Partial<TermOptions> = {}) =>
  found(termSet({ type: 'custom', terms, ...options }), text, 'CUSTOM')

describe('patternSet', () => {
  it.each<[string, RegExp, string, string[]]>([
    ['a prefix', /EMP-\d{6}/, 'EMP-123456 and (EMP-654321), not XEMP-111111', ['EMP-123456', 'EMP-654321']],
    ['a prefix in any case', /emp-\d{6}/i, 'Emp-123456 eMP-654321', ['Emp-123456', 'eMP-654321']],
    ['digits', /\d{5}-[A-Z]/, 'a 12345-A, 123456-A', ['12345-A']],
    ['a sign', /#\d{4}/, 'ticket #1234 and #12345', ['#1234']],
    ['an escaped sign', /\$[A-Z]{4}/, 'buy $ABCD now', ['$ABCD']],
    ['letters alone', /Project [A-Z][a-z]{2,20}/, 'the Project Heron is late', ['Project Heron']],
    ['alternatives', /AB\d{3}|cd\d{3}/, 'AB123 cd456 ab789', ['AB123', 'cd456']],
    ['a group', /(?:AB|CD)\d{3}/, 'AB123 CD456 EF789', ['AB123', 'CD456']],
    ['an optional start', /A?B\d{3}/, 'AB123 B456', ['AB123', 'B456']],
    ['a word boundary', /\bEMP\d{3}\b/, 'EMP123 EMP1234', ['EMP123']],
    ['another script', /社員\d{4}/, '番号は社員1234です', ['社員1234']],
    ['one letter', /K\d{8}/, 'K12345678', ['K12345678']],
    ['a class at the start', /[KL]\d{8}/, 'L12345678', ['L12345678']],
    ['dashes of other kinds, as folded', /EMP-\d{6}/, 'EMP\u2011\uff11\uff12\uff13456', ['EMP\u2011\uff11\uff12\uff13456']],
    ['a lookahead', /EMP(?=\d{2}Z)\d{2}Z/, 'EMP12Z', ['EMP12Z']],
  ])('finds %s: %s', (_title, pattern, text, expected) => {
    expect(byPattern(text, { pattern })).toEqual(expected)
  })

  it('ends where a word ends, and begins at a word', () => {
    expect(byPattern('EMP-1234567', { pattern: /EMP-\d{6}/ })).toEqual([])
    expect(byPattern('xEMP-123456', { pattern: /EMP-\d{6}/ })).toEqual([])
    expect(byPattern('EMP-123456é', { pattern: /EMP-\d{6}/ })).toEqual([])
  })

  it('wakes at the characters that it is told of', () => {
    expect(byPattern('ref (@|#)1234 @4321', { pattern: /(?:@|#)\d{4}/ })).toEqual([])
    expect(byPattern('ref @4321 #1234', { pattern: /(?:@|#)\d{4}/, characters: '@#' })).toEqual(['@4321', '#1234'])
  })

  it('does not find what is longer than its view, nor cuts it off', () => {
    const pattern = /EMP-\d+/
    expect(byPattern(`EMP-${'1'.repeat(251)} x`, { pattern })).toHaveLength(1)
    expect(byPattern(`EMP-${'1'.repeat(252)} x`, { pattern })).toEqual([])
    expect(byPattern(`EMP-${'1'.repeat(252)}`, { pattern })).toHaveLength(1)
    expect(byPattern(`EMP-${'1'.repeat(400)} x`, { pattern })).toEqual([])
  })

  it('asks validate, and counts what it accepts as validated', () => {
    const set = patternSet({ type: 'member', pattern: /M\d{6}/, validate: (value) => Number(value.slice(1)) % 97 === 1 })
    const detector = createDetector({ sets: [set] })
    expect(detector.detectText('order M000098 M000099')).toEqual([
      { type: 'MEMBER', start: 6, end: 13, score: 0.85, validated: true },
    ])
  })

  it('is raised by names and words, and lowered by hostile ones', () => {
    const set = patternSet({
      type: 'badge',
      pattern: /\d{7}/,
      score: 0.3,
      hinted: true,
      names: 'badge,badge number',
      near: 'gate',
    })
    const detector = createDetector({ sets: [set] })
    expect(detector.detectText('call 1234567')).toEqual([])
    expect(detector.detectText('gate 1234567')).toMatchObject([{ type: 'BADGE', start: 5, end: 12 }])
    expect(detector.detectDocument({ badgeNumber: '1234567', other: '1234567' })).toMatchObject([
      { pointer: '/badgeNumber', type: 'BADGE' },
    ])
    expect(byPattern('order 1234567', { pattern: /\d{7}/ })).toEqual([])
  })

  it('leaves the expression given as it is, and takes its other flags', () => {
    const pattern = /EMP.\d/gs
    expect(byPattern('EMP\n1', { pattern })).toEqual(['EMP\n1'])
    expect(pattern.lastIndex).toBe(0)
  })

  it.each<[string, PatternOptions]>([
    ['a start', { type: 'a', pattern: /^\d{3}/ }],
    ['an end', { type: 'a', pattern: /\d{3}$/ }],
    ['looking behind', { type: 'a', pattern: /(?<=x)\d{3}/ }],
    ['looking behind for what is not there', { type: 'a', pattern: /(?<!x)\d{3}/ }],
    ['a reference', { type: 'a', pattern: /(a)\1/ }],
    ['a named reference', { type: 'a', pattern: /(?<n>a)\k<n>/ }],
    ['nested repetition', { type: 'a', pattern: /(?:a+)+b/ }],
    ['deeply nested repetition', { type: 'a', pattern: /(?:x(?:a*y)?){2,5}/ }],
    ['no expression', { type: 'a', pattern: 'a' as unknown as RegExp }],
    ['a score', { type: 'a', pattern: /a/, score: 2 }],
    ['a type', { type: 'a b', pattern: /a/ }],
    ['hinted by nothing', { type: 'a', pattern: /a/, hinted: true }],
  ])('refuses %s', (_title, options) => {
    expect(code(() => patternSet(options))).toBe('config')
  })

  it.each([/[$^(]\d/, /\$\d{3}\^/, /a(?:b|c{1,3}){2}/, /(?:\d{1,3}\.){3}\d{1,3}/, /(?<name>a)b/, /\p{L}{2}\d/u, /a(?!b)/])(
    'takes %s',
    (pattern) => {
      expect(code(() => patternSet({ type: 'a', pattern }))).toBe('ok')
    },
  )

  it.each([
    /(?:a|a)*b/,
    /(?:a|ab|b)*c/,
    /(?:\w|\d)+x/,
    /(?:\x61|a)*b/,
    /(?:\u0061|[a-z])*b/i,
    /(?:\d{1,2})+x/,
    /(?:\d?\d?)+x/,
    /(?:a?){26}b/,
    /(?:a{0,9}){9,}b/,
    /(?:(?:a|a){2})*c/,
    new RegExp('(?:[[a-z]--[b]]|a){9}', String('v')),
    /x(?=(?:a|a)*c)/,
    /\p{L}*\p{L}*\p{L}*\p{L}*x/u,
    /\d{1,99}\d+\w*\d*x/,
  ])('refuses what matches in too many ways: %s', (pattern) => {
    expect(code(() => patternSet({ type: 'a', pattern }))).toBe('config')
  })

  it.each([
    /\d(?:[ -]?\d){11,18}/,
    /(?:\d{3}-?)+x/,
    /(?:(?:ab){2})+c/,
    /(?:foo|bar)+x/,
    /(?:(?:a|b)?c){20}/,
    /(?:[a-z\d]{1,20}\.){1,10}[a-z]{2,6}/,
    /(?:[A-Z][a-z]{1,20} ?){2,4}/,
    /[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}/,
    /\p{Lu}\p{L}*(?: \p{Lu}\p{L}{0,30}){1,9}/u,
    /\w+ \w+ \w+ \w+ \w+/,
    /[\w.]+@[\w.]+/,
    /A.*B.*C/,
  ])('takes what matches in one way, or few: %s', (pattern) => {
    expect(code(() => patternSet({ type: 'a', pattern }))).toBe('ok')
  })

  it('takes no expression that hangs', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', 'ab', '\\w', 'a?', 'b{0,2}')
    const { source } = fc.letrec<{ source: string }>((tie) => ({
      source: fc.oneof(
        { maxDepth: 3 },
        atom,
        fc.tuple(tie('source'), tie('source')).map(([a, b]) => a + b),
        fc.tuple(tie('source'), tie('source')).map(([a, b]) => `(?:${a}|${b})`),
        fc.tuple(tie('source'), fc.constantFrom('*', '+', '?', '{2}', '{12}', '{1,30}')).map(([a, count]) => `(?:${a})${count}`),
      ),
    }))
    fc.assert(
      fc.property(source, fc.constantFrom('a', 'b', 'ab', 'aab'), (text, unit) => {
        const pattern = new RegExp(`${text}!`)
        if (code(() => patternSet({ type: 'a', pattern })) !== 'ok') return
        const start = performance.now()
        new RegExp(pattern.source, 'y').test(unit.repeat(30))
        expect(performance.now() - start, pattern.source).toBeLessThan(200)
      }),
      { numRuns: 2000 },
    )
  })

  it('scans in linear time', () => {
    const detector = createDetector({ sets: [patternSet({ type: 'x', pattern: /[a-z]+ [a-z]+!/ })] })
    const time = (length: number) => {
      const text = 'ab '.repeat(length)
      const start = performance.now()
      detector.detectText(text)
      return performance.now() - start
    }
    time(20_000)
    expect(time(200_000)).toBeLessThan(Math.max(60, time(20_000) * 40))
  })
})

describe('termSet', () => {
  it.each<[string, string[], string, string[]]>([
    ['a word', ['Falcon'], 'the falcon, FALCON; falcons', ['falcon', 'FALCON']],
    ['a phrase over any white space', ['Blue Heron'], 'blue heron, Blue  \n Heron', ['blue heron', 'Blue  \n Heron']],
    ['the longest', ['Blue', 'Blue Heron'], 'a blue heron is blue', ['blue heron', 'blue']],
    ['one letter', ['X'], 'plan X, not XY', ['X']],
    ['digits', ['4711'], 'order 4711 and 47110', ['4711']],
    ['letters of other kinds', ['Ömer', 'Łódź'], 'ömer aus ŁÓDŹ, Ömers', ['ömer', 'ŁÓDŹ']],
    ['letters within', ['Jörg'], 'JÖRG, Jörgs', ['JÖRG']],
    ['decomposed letters', ['Jörg', 'Élan'], 'Jo\u0308rg E\u0301LAN'.normalize('NFD'), ['Jo\u0308rg', 'E\u0301LAN']],
    ['Greek with its final sigma', ['Οδυσσεύς'], 'ΟΔΥΣΣΕΎΣ', ['ΟΔΥΣΣΕΎΣ']],
    ['Cyrillic', ['Сокол'], 'проект сокол, соколы', ['сокол']],
    ['scripts without spaces', ['東京', '青鷺計画'], '東京都の青鷺計画', ['東京', '青鷺計画']],
    ['a name before a script without spaces', ['Falcon'], 'Falconは秘密', ['Falcon']],
    ['a sign', ['@ada', '.env', 'C++'], 'ask @ada for .env of C++', ['@ada', '.env', 'C++']],
    ['wide letters', ['Falcon'], '\uff26\uff41\uff4c\uff43\uff4f\uff4e', ['\uff26\uff41\uff4c\uff43\uff4f\uff4e']],
    ['characters beyond the basic plane', ['𠮷野家'], '昨日𠮷野家で', ['𠮷野家']],
    ['a text that is the term', ['Falcon'], 'Falcon', ['Falcon']],
    ['nothing inside a word', ['art'], 'party artful art_x', []],
  ])('finds %s', (_title, terms, text, expected) => {
    expect(byTerm(text, terms)).toEqual(expected)
  })

  it('can count case', () => {
    expect(byTerm('US us Us', ['US'], { caseSensitive: true })).toEqual(['US'])
    expect(byTerm('Öl öl', ['Öl'], { caseSensitive: true })).toEqual(['Öl'])
  })

  it('takes back seat to what is longer around it', () => {
    const set = termSet({ type: 'project', terms: ['falcon'] })
    const detector = createDetector({ sets: [...everything, set] })
    expect(detector.detectText('falcon@example.com falcon')).toMatchObject([{ type: 'EMAIL' }, { type: 'PROJECT', start: 19 }])
  })

  it('is one of the types of a document, and names its fields', () => {
    const set = termSet({ type: 'project', terms: ['Blue Heron'], names: 'code name' })
    expect(createDetector({ sets: [set] }).detectDocument({ note: 'on Blue Heron', codeName: 'blue heron' })).toMatchObject([
      { pointer: '/note', type: 'PROJECT' },
      { pointer: '/codeName', type: 'PROJECT' },
    ])
  })

  it.each<[string, TermOptions]>([
    ['no term', { type: 'a', terms: [] }],
    ['an empty term', { type: 'a', terms: [' '] }],
    ['a term without width', { type: 'a', terms: ['\u200b'] }],
    ['a term that is none', { type: 'a', terms: [1 as unknown as string] }],
    ['a long term', { type: 'a', terms: ['x'.repeat(201)] }],
    ['a type', { type: '1', terms: ['a'] }],
  ])('refuses %s', (_title, options) => {
    expect(code(() => termSet(options))).toBe('config')
  })

  it('costs the same with thousands of terms, and time in proportion to the text', () => {
    const terms = Array.from({ length: 5000 }, (_, number) => `heron ${number.toString(36)} wing`)
    const many = createDetector({ sets: [termSet({ type: 'x', terms })] })
    const one = createDetector({ sets: [termSet({ type: 'x', terms: ['heron zzzz wing'] })] })
    const time = (detector: typeof many, length: number) => {
      const text = 'heron zzz '.repeat(length)
      const start = performance.now()
      detector.detectText(text)
      return performance.now() - start
    }
    time(many, 20_000)
    time(one, 20_000)
    expect(time(many, 20_000)).toBeLessThan(Math.max(50, time(one, 20_000) * 10))
    expect(time(many, 200_000)).toBeLessThan(Math.max(100, time(many, 20_000) * 40))
    expect(many.detectText(`no heron ${(4999).toString(36)} wing`)).toHaveLength(1)
  })
})
