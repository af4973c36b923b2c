import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { createPseudonyms } from '../../src/masking/pseudonyms.ts'
import { applyEdits, settledEdits } from '../../src/redaction/edits.ts'
import { redactText } from '../../src/redaction/redact-text.ts'
import { detector, PLANTED, planted, shownIn, texts } from './samples.ts'

const { email, card } = PLANTED
const pseudonyms = createPseudonyms({ key: new Uint8Array(32).fill(7) })
const byPseudonym = (value: string, { type }: { type: string }) => pseudonyms.of(value, type)

describe('redactText', () => {
  it('masks, names the type or asks a function', () => {
    const text = `write to ${email}, card ${card}.`
    expect(redactText(text, { detector })).toBe('write to j•••@example.com, card •••• 1111.')
    expect(redactText(text, { detector, replace: 'type' })).toBe('write to [EMAIL], card [CREDIT_CARD].')
    expect(redactText(text, { detector, replace: (value, { type }) => `<${type} ${value.length}>` })).toBe(
      'write to <EMAIL 20>, card <CREDIT_CARD 19>.',
    )
    const token = redactText(email, { detector, replace: byPseudonym })
    expect(token).toMatch(/^EMAIL_v1_[0-9a-z]{20}$/)
    expect(redactText(`${email} and ${email}`, { detector, replace: byPseudonym })).toBe(`${token} and ${token}`)
  })

  it('returns the very same text where nothing is found', () => {
    for (const text of ['', 'nothing here', 'order 12345 of 2024-01-02', '日本語 only', '\ud800'])
      expect(redactText(text, { detector })).toBe(text)
  })

  it('shows the type where the function throws or returns no text', () => {
    const failing = () => {
      throw new Error(email)
    }
    expect(redactText(email, { detector, replace: failing })).toBe('[EMAIL]')
    expect(redactText(email, { detector, replace: () => undefined as never })).toBe('[EMAIL]')
    expect(redactText(`a ${email} b`, { detector, replace: () => '' })).toBe('a  b')
  })

  it('does not look for ever at what a function returns', () => {
    let count = 0
    const replace = () => `someone${count++}@example.org`
    expect(redactText(`from ${email} to ${email}`, { detector, replace })).toBe(
      'from someone0@example.org to someone1@example.org',
    )
  })

  it('shows nothing where the detector throws', () => {
    const broken = {
      detectText: () => {
        throw new Error('broken')
      },
    }
    expect(redactText(email, { detector: broken })).toBe('[not redacted: error]')
  })

  it('refuses what does not fit', () => {
    expect(() => redactText(email, {} as never)).toThrow('a detector with detectText is needed')
    expect(() => redactText(email, { detector, replace: 'none' as never })).toThrow("replace is 'mask'")
    expect(() => redactText(7 as never, { detector })).toThrow('a text is a string')
  })

  it.each(['mask', 'type'] as const)('changes nothing more of what it redacted: %s', (replace) => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = redactText(text, { detector, replace })
        expect(redactText(once, { detector, replace })).toBe(once)
      }),
      { numRuns: 500 },
    )
  })

  it('changes nothing more of pseudonyms, also behind words that speak of secrets', () => {
    for (const before of ['', 'from ', 'password: ', 'api_key=', '{"secret":"', 'phone ']) {
      for (const value of planted) {
        const once = redactText(`${before}${value} end`, { detector, replace: byPseudonym })
        expect(redactText(once, { detector, replace: byPseudonym }), once).toBe(once)
      }
    }
  })

  it('leaves no planted value, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...planted),
        fc.array(fc.constantFrom('see', 'of', 'Jane', 'order', '(', 'x'), { maxLength: 8 }),
        (value, words) => {
          const text = `${words.join(' ')} ${value} ${words.reverse().join(' ')}`
          expect(shownIn(redactText(text, { detector }))).toEqual([])
        },
      ),
    )
  })

  it('does not take for redacted what only begins so', () => {
    for (const text of [
      `g•••@example.com-*${email}`,
      `x•••@a.test,${email}`,
      `•••• ${card}`,
      `[EMAIL]${email}`,
      `EMAIL_v1_${email}`,
    ])
      expect(shownIn(redactText(text, { detector })), text).toEqual([])
  })

  it('trusts no order of findings, and no place outside of the text', () => {
    const found = (...places: [number, number][]) => ({
      detectText: (text: string) => (text.includes('0123456789') ? places.map(([start, end]) => finding(start, end)) : []),
    })
    const finding = (start: number, end: number) => ({ type: 'T', start, end, score: 1, validated: false })
    const options = (...places: [number, number][]) => ({ detector: found(...places), replace: 'type' as const })
    expect(redactText('a 0123456789 b', options([2, 12], [4, 6]))).toBe('a [T] b')
    expect(redactText('a 0123456789 b', options([4, 6], [2, 12]))).toBe('a [T] b')
    expect(redactText('a 0123456789 b', options([13, 14], [2, 12]))).toBe('a [T] [T]')
    for (const place of [
      [-3, 5],
      [2, 99],
      [Number.NaN, 12],
      [2, undefined as never],
    ] as [number, number][])
      expect(redactText('a 0123456789 b', options(place))).toBe('[not redacted: error]')
  })

  it('takes no secret for a pseudonym, but one of a type that is known', () => {
    const digits = 'f8e7d6c5b4a392817060'
    expect(redactText(`api_key=SK_v1_${digits}`, { detector })).not.toContain(digits)
    expect(redactText(`api_key=EMAIL_v1_${digits}`, { detector })).toContain(digits)
  })

  it('has edits that say of the given text what the rounds made of it', () => {
    const onceEach = {
      detectText: (text: string) =>
        [...text.matchAll(/a+|b(?=x)|xc/g)].map(({ 0: found, index }) => ({
          type: 'T',
          start: index,
          end: index + found.length,
          score: 1,
          validated: false,
        })),
    }
    const replace = (value: string) => (value[0] === 'a' ? 'x' : `<${value}>`)
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength: 12 }), (text) => {
        let expected = text
        for (let round = 0; round < 5; round++) expected = redactText(expected, { detector: onceEach, replace })
        const edits = settledEdits(text, { detector: onceEach, replace })
        for (const [at, edit] of edits.entries()) expect(edit.start).toBeGreaterThanOrEqual(edits[at - 1]?.end ?? 0)
        expect(applyEdits(text, edits)).toBe(redactText(text, { detector: onceEach, replace }))
      }),
    )
  })

  it('takes little more than finding where there is nothing', () => {
    const text = 'The quick brown fox jumps over the lazy dog, 17 times of 2024. '.repeat(2000)
    const clear = createDetector()
    const time = (run: () => unknown) => {
      const times = Array.from({ length: 9 }, () => {
        const start = performance.now()
        run()
        return performance.now() - start
      })
      return Math.min(...times)
    }
    expect(time(() => redactText(text, { detector: clear }))).toBeLessThan(time(() => clear.detectText(text)) * 2 + 1)
  })
})
