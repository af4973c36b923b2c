import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { secrets } from '../../src/secrets/index.ts'
import { SHAPES } from '../../src/secrets/shapes.ts'
import { sample, seeded } from './generate.ts'

const { detectText } = createDetector({ sets: [secrets], types: ['SECRET'], threshold: 0.2 })
const rules = SHAPES.trim()
  .split('\n')
  .map((line) => line.split(' ') as [rule: string, pattern: string, ...options: string[]])

const found = (text: string) => detectText(text).map(({ rule, start, end }) => [rule, text.slice(start, end)])

describe('shapes', () => {
  it('are named once', () => {
    const names = rules.map(([rule]) => rule)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
  })

  describe.each(rules)('%s', (rule, pattern, ...options) => {
    const random = seeded(rule.length * 7919 + pattern.length)
    // Nearly every real one has a digit.
    const withDigit = (longer: number): string => {
      const token = sample(pattern, random, longer)
      return /\d/.test(token) ? token : withDigit(longer)
    }
    const tokens = [0, 0, 1, 3].map(withDigit)

    it('is found at its place', () => {
      for (const token of tokens) {
        expect(found(token)).toEqual([[rule, token]])
        expect(found(`see "${token}", please`)).toEqual([[rule, token]])
        if (!options.some((option) => option.startsWith('back=')))
          expect(found(`A_${token}\\nB`).map(([, text]) => text)).toEqual([token])
      }
    })

    it('is not found with a character that it cannot have', () => {
      for (const token of tokens) {
        const middle = Math.ceil(token.length * 0.7)
        const broken = `${token.slice(0, middle)}\u00a7${token.slice(middle + 1)}`
        expect(found(broken).filter(([name, text]) => name === rule && text === broken)).toEqual([])
      }
    })

    it('is not found as a part of something longer', () => {
      const [token = ''] = tokens
      expect(found(`A1b2${token}`).filter(([name, text]) => name === rule && text === token)).toEqual([])
    })

    const mayBeShorter = /[+?*]$|,\d+\}(?:\(.*\))?(?:=\{0,\d\})?$|\{0,|\)\?$|\|/.test(pattern)
    if (!mayBeShorter)
      it('is not found with a character less', () => {
        const [token = ''] = tokens
        expect(found(token.slice(0, -1)).filter(([name]) => name === rule)).toEqual([])
      })
  })

  it('are not found where documentation masks them', () => {
    for (const [rule, pattern] of rules) {
      const token = sample(pattern, seeded(3))
      const head = /^[A-Za-z]+[-_.]?/.exec(token)?.[0] ?? ''
      const masked = head + 'x'.repeat(Math.max(0, token.length - head.length))
      expect(found(masked).filter(([name]) => name === rule)).toEqual([])
    }
  })
})
