import { pathToFileURL } from 'node:url'
import { describeIf } from '@waxseal/test'
import { NO_SHARED, shared } from '@waxseal/test/shared'
import { beforeAll, expect, it } from 'vitest'
import { createDetector } from '../src/detector.ts'
import { everything } from '../src/everything.ts'

type Span = readonly [start: number, end: number, type: string]
interface Case {
  readonly id: string
  readonly file: string
  readonly text: string
}
interface Rates {
  readonly P: number
  readonly R: number
  readonly macroF1: number
}
interface Score {
  readonly types: Readonly<Record<string, { readonly P: number; readonly R: number }>>
  readonly neg: { readonly cases: number; readonly fpCases: number }
  agg(types: readonly string[]): Rates
}
interface Scorer {
  readonly CORE: readonly string[]
  score(cases: readonly Case[], found: ReadonlyMap<string, readonly Span[]>, options?: { weak: 'only' }): Score
}

const scorer = shared('tools/pii/lib/score.mjs')
const loader = shared('tools/pii/lib/load.mjs')

describeIf(scorer !== undefined && loader !== undefined, NO_SHARED)('the shared cases, by their scorer', () => {
  let strict: Score
  let evasions: Rates
  let core: readonly string[]

  beforeAll(async () => {
    const { CORE, score } = (await import(pathToFileURL(scorer as string).href)) as Scorer
    const { loadCases } = (await import(pathToFileURL(loader as string).href)) as { loadCases(): Case[] }
    const cases = loadCases()
    const detector = createDetector({ sets: everything })
    const found = new Map(
      cases.map(({ id, text }) => [id, detector.detectText(text).map(({ start, end, type }): Span => [start, end, type])]),
    )
    core = CORE
    strict = score(cases, found)
    const disguised = cases.filter(({ file }) => file === 'evasion')
    evasions = score(disguised, found, { weak: 'only' }).agg([...CORE, 'CA_SIN'])
  })

  it('are found: macro-F1 over the nine core types', () => {
    expect(strict.agg(core).macroF1).toBeGreaterThanOrEqual(0.95)
  })

  it.each([
    ['CREDIT_CARD', 0.95, 0.9],
    ['US_SSN', 0.95, 0.9],
    ['EMAIL', 0.95, 0.9],
    ['PHONE', 0.95, 0.87],
    ['IP_ADDRESS', 0.95, 0.9],
    ['SECRET', 0.98, 0.9],
  ])('%s: precision %d, recall %d', (type, precision, recall) => {
    expect(strict.types[type]?.P).toBeGreaterThanOrEqual(precision)
    expect(strict.types[type]?.R).toBeGreaterThanOrEqual(recall)
  })

  it('are left alone where there is nothing: at most 0.5 %', () => {
    expect(strict.neg.cases).toBeGreaterThan(400)
    expect(strict.neg.fpCases / strict.neg.cases).toBeLessThanOrEqual(0.005)
  })

  it('are found in disguise', () => {
    expect(evasions.R).toBeGreaterThanOrEqual(0.85)
  })
})
