import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { africaMiddleEast } from '../../src/national-ids/africa-middle-east.ts'
import { americas } from '../../src/national-ids/americas.ts'
import { asiaPacific } from '../../src/national-ids/asia-pacific.ts'
import { createCheck } from '../../src/national-ids/checks.ts'
import { europe } from '../../src/national-ids/europe.ts'
import { nationalIds, nationalIdsOf } from '../../src/national-ids/index.ts'
import { seeded, writtenAs } from './generate.ts'

interface Row {
  readonly type: string
  readonly shape: string
  readonly check: string
  readonly scores: string
}

const rows: Row[] = [europe, americas, asiaPacific, africaMiddleEast]
  .flatMap((table) => table.trim().split('\n'))
  .map((line) => {
    const columns = line.split(';')
    const [type = '', shape = '', check = '', scores = ''] = columns
    expect(columns).toHaveLength(5)
    return { type, shape, check, scores }
  })

const compactOf = (shape: string, text: string) =>
  shape.includes('(dm99)') ? text.slice(0, 6) + text.slice(7) : text.replace(/[^A-Z0-9]/g, '')

/** Numbers of a row that its check accepts, without the prefix that may be left out. */
function validOf({ shape, check }: Row, count: number, separated = false): string[] {
  const random = seeded(shape.length * 7919 + check.length)
  const holds = createCheck(check)
  const ahead = /^\(\?[=!][^)]*\)/.exec(shape)?.[0]
  const begins = new RegExp(`^${ahead ?? ''}`)
  const found: string[] = []
  for (let tries = 0; found.length < count && tries < 400_000; tries++) {
    const text = writtenAs(shape, random, { separated })
    const compact = compactOf(shape, text)
    if (/^(.)\1+$/.test(compact) || holds?.(compact) === false || !begins.test(text)) continue
    found.push(text)
  }
  return found
}

const detectors = new Map<string, ReturnType<typeof createDetector>>()
const detectorOf = (type: string) => {
  const made = detectors.get(type) ?? createDetector({ sets: [nationalIds], types: [type] })
  detectors.set(type, made)
  return made
}
const phrasesOf = (type: string) => {
  const terms = nationalIds.terms.find((entry) => entry.type === type)
  return [...(terms?.names ?? '').split(','), ...(terms?.near ?? '').split(',')].filter((phrase) => phrase !== '')
}
const prefixed = /^[A-Z|]+~/

describe('nationalIds', () => {
  it('has rows of five columns, terms for every type, and checks that can be read', () => {
    for (const { type, check, scores } of rows) {
      expect(phrasesOf(type).length, type).toBeGreaterThan(0)
      expect(scores).toMatch(/^[LMH]{2}$/)
      if (check) expect(createCheck(check)).toBeTypeOf('function')
    }
    expect(new Set(nationalIds.terms.map(({ type }) => type)).size).toBe(nationalIds.terms.length)
  })

  it.each(rows.map((row) => [`${row.type} ${row.shape}`, row] as const))(
    'finds %s where a word or a field name speaks for it',
    (_, row) => {
      const detector = detectorOf(row.type)
      const phrases = phrasesOf(row.type)
      const phrase = phrases.find((candidate) => /^[a-z0-9 ]+$/.test(candidate)) ?? (phrases[0] as string)
      const key = phrase.replace(/ (.)/g, (__, letter: string) => letter.toUpperCase())
      const numbers = [...validOf(row, 3), ...validOf(row, 2, true)]
      expect(numbers.length).toBe(5)
      for (const number of numbers) {
        // What only looks behind itself stands behind the plate's province.
        const text = row.shape.startsWith('(?<=') ? `京${number}` : number
        expect(detector.detectText(`${phrase}: ${text}`), `${phrase}: ${text}`).toEqual([
          expect.objectContaining({ type: row.type }),
        ])
        const [found] = detector.detectDocument({ [key]: text })
        expect(found?.findings, `${key}: ${text}`).toEqual([expect.objectContaining({ type: row.type })])
      }
    },
  )

  it.each(rows.filter(({ scores }) => scores.startsWith('L')).map((row) => [`${row.type} ${row.shape}`, row] as const))(
    'leaves %s alone where nothing speaks for it',
    (_, row) => {
      const detector = createDetector({
        sets: [{ recognisers: nationalIds.recognisers.filter(({ type }) => type === row.type), terms: [] }],
        types: [row.type],
      })
      const stronger = rows.filter(({ type, scores }) => type === row.type && !scores.startsWith('L'))
      if (stronger.length > 0) return
      for (const number of validOf(row, 3)) expect(detector.detectText(`see ${number} below`)).toEqual([])
    },
  )

  it.each(
    rows.filter(({ shape, scores }) => prefixed.test(shape) && scores.endsWith('H')).map((row) => [row.type, row] as const),
  )('knows %s by the prefix of its country', (type, row) => {
    const prefix = /^[A-Z]+/.exec(row.shape)?.[0]
    for (const number of validOf(row, 3)) {
      expect(detectorOf(type).detectText(`see ${prefix}${number} below`)).toEqual([
        expect.objectContaining({ type, score: 0.85 }),
      ])
      expect(detectorOf(type).detectText(`see ${prefix} ${number} below`)).toEqual([expect.objectContaining({ type })])
    }
  })

  it('takes a number apart from what it is part of', () => {
    const detector = detectorOf('BR_CPF')
    const [cpf = ''] = validOf(rows.find(({ type }) => type === 'BR_CPF') as Row, 1, true)
    expect(detector.detectText(`see ${cpf}.`)).toEqual([
      expect.objectContaining({ type: 'BR_CPF', score: 0.85, validated: true }),
    ])
    for (const text of [`${cpf}1`, `1${cpf}`, `${cpf}-12`, `12.${cpf}`, `x_${cpf}`])
      expect(detector.detectText(text), text).toEqual([])
  })

  it('does not take orders, times, versions, telephone numbers or ids for identifiers', () => {
    const detector = createDetector({ sets: [nationalIds], types: rows.map(({ type }) => type) })
    const random = seeded(11)
    const number = (length: number) => String(1 + random(9)) + Array.from({ length: length - 1 }, () => random(10)).join('')
    for (let round = 0; round < 300; round++) {
      const texts = [
        `order ${number(9)} shipped`,
        `order ${number(11)}`,
        `at ${1_700_000_000_000 + random(1e9)}`,
        `2024${number(10)}`,
        `v${random(20)}.${random(100)}.${random(1000)}`,
        `+1 ${number(3)} ${number(3)} ${number(4)}`,
        `(${number(3)}) ${number(3)}-${number(4)}`,
        `${number(3)}-${number(3)}-${number(4)}`,
        `tracking ${number(12)}`,
        `2024-0${1 + random(9)}-1${random(9)} 10:${10 + random(49)}:${10 + random(49)}`,
        `${number(4)} ${number(4)} ${number(4)} ${number(4)}`,
      ]
      for (const text of texts) expect(detector.detectText(text), text).toEqual([])
    }
  })
})

describe('nationalIdsOf', () => {
  it('takes some countries only', () => {
    const set = nationalIdsOf('DE', 'FR')
    expect(new Set(set.recognisers.map(({ type }) => type.slice(0, 3)))).toEqual(new Set(['DE_', 'FR_']))
    expect(new Set(set.terms.map(({ type }) => type.slice(0, 3)))).toEqual(new Set(['DE_', 'FR_']))
    expect(nationalIdsOf('VIN').recognisers.every(({ type }) => type === 'VIN')).toBe(true)
    expect(nationalIdsOf().recognisers).toEqual([])
  })
})
