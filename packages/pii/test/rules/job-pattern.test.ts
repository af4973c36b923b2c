import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareSpecificity, parseJobPattern } from '../../src/rules/job-pattern.ts'

const matches = (pattern: string, jobType: string) => parseJobPattern(pattern).matches(jobType)

describe('patterns of job types', () => {
  it.each<[string, string[], string[]]>([
    ['invoice.paid', ['invoice.paid'], ['invoice', 'invoice.paid.x', 'Invoice.paid', 'invoice-paid']],
    ['invoice.*', ['invoice.paid', 'invoice.x'], ['invoice', 'invoice.paid.x', 'invoices.paid']],
    ['*.paid', ['a.paid'], ['paid', 'a.b.paid']],
    ['inv*.p*d', ['invoice.paid', 'inv.pd'], ['invoice.pay']],
    ['health.**', ['health', 'health.a', 'health.a.b'], ['healthy', 'x.health']],
    ['**.pii', ['pii', 'a.pii', 'a.b.pii', 'pii.pii'], ['a.pii.b']],
    ['a.**.z', ['a.z', 'a.b.z', 'a.z.z', 'a.b.c.z'], ['a', 'z', 'a.b']],
    ['**', ['', 'a', 'a.b'], []],
    ['*', ['', 'a'], ['a.b']],
    ['a*b*c', ['abc', 'axbxc', 'abbcc'], ['ab', 'acb']],
  ])('%s', (pattern, fitting, others) => {
    for (const jobType of fitting) expect([jobType, matches(pattern, jobType)]).toEqual([jobType, true])
    for (const jobType of others) expect([jobType, matches(pattern, jobType)]).toEqual([jobType, false])
  })

  it('fit as a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 })
    const segment = fc.oneof(
      fc.constant('**'),
      fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 }).filter((part) => !part.includes('**')),
    )
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), text, (segments, jobType) => {
        const source = segments.map((part) => (part === '**' ? '(?:[^.]*\\.)*' : `${part.replaceAll('*', '[^.]*')}\\.`)).join('')
        expect(matches(segments.join('.'), jobType)).toBe(new RegExp(`^${source}$`).test(`${jobType}.`))
      }),
    )
  })

  it('are ordered by how much they say', () => {
    const ordered = [
      '**',
      '**.paid',
      '*',
      '*.paid',
      'inv*',
      'invo*',
      'invo*.paid',
      'invoice.**',
      'invoice',
      'invoice.*',
      'invoice.p*',
      'invoice.paid',
    ]
    const shuffled = [...ordered].sort().map(parseJobPattern).sort(compareSpecificity)
    expect(shuffled.map(({ text }) => text)).toEqual(ordered)
    expect(compareSpecificity(parseJobPattern('a*'), parseJobPattern('*a'))).toBe(0)
  })

  it.each(['', 'a**', '**a.b', 'a.***', 1])('refuses %o', (pattern) => {
    expect(() => parseJobPattern(pattern as string)).toThrow(expect.objectContaining({ code: 'config' }))
  })

  it('does not blow up', () => {
    const start = performance.now()
    expect(matches(`${'a*'.repeat(50)}b.${'**.*.'.repeat(50)}x`, `${'a'.repeat(2000)}${'.a'.repeat(2000)}`)).toBe(false)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
