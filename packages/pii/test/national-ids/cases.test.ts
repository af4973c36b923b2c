import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describeIf } from '@waxseal/test'
import { NO_SHARED, shared } from '@waxseal/test/shared'
import { expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { nationalIds } from '../../src/national-ids/index.ts'

interface Case {
  readonly text: string
  readonly scope: readonly string[]
  /** Null: at least `min` hits, their places not given. */
  readonly spans: readonly (readonly [number, number, string])[] | null
  readonly min?: number
  readonly disputed?: boolean
  readonly weak?: boolean
  readonly file: string
}

/** Types of the cases that stand for several of ours. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  BR_CPF_CNPJ: ['BR_CPF', 'BR_CNPJ'],
  PL_PESEL_NIP: ['PL_PESEL', 'PL_NIP'],
  UK_UTR_NINO: ['UK_UTR', 'UK_NINO'],
  US_TIN: ['US_EIN', 'US_ITIN'],
  GB_PASSPORT: ['UK_PASSPORT'],
  ES_NIF: ['ES_NIF', 'ES_NIE', 'ES_CIF'],
  DE_TAX_NUMBER: ['DE_TAX_NUMBER', 'DE_TAX_ID'],
  SK_RC: ['SK_RC', 'CZ_RC'],
  BA_JMBG: ['BA_JMBG', 'RS_JMBG'],
}

const file = shared('data/pii/cases.jsonl.gz')
const all = (): Case[] =>
  gunzipSync(readFileSync(file as string))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
const terms = new Map(
  nationalIds.terms.map((entry) => [entry.type, `${entry.names},${entry.near}`.split(',').find((name) => name !== '') as string]),
)
const isNational = (type: string) => /^[A-Z]{2}_/.test(type) && type !== 'US_SSN' && type !== 'IP_ADDRESS'

/** Prose says what its number is; a number that stands alone is given a name of its type. */
const standsAlone = ({ text, spans }: Case) =>
  spans?.length === 1
    ? spans[0]?.[0] === 0 && spans[0][1] === text.length
    : text.length < 30 && !/[a-z]{3,} [a-z]{2,}|[:：]/i.test(text)

describeIf(file !== undefined, NO_SHARED)('public cases of national identifiers', () => {
  const detector = createDetector({ sets: [nationalIds] })

  it('finds 90 of 100 where a word or a field name speaks for them, and 95 of 100 found are meant', () => {
    const tally = { text: [0, 0, 0], document: [0, 0, 0] }
    for (const one of all()) {
      const [scope = ''] = one.scope
      const types = ALSO[scope] ?? [scope]
      const name = types.map((type) => terms.get(type)).find((term) => term !== undefined)
      if (!isNational(scope) || one.disputed || one.file === 'evasion' || !name) continue
      const alone = standsAlone(one)
      const wanted = one.spans === null ? (one.min ?? 0) > 0 : one.spans.length > 0
      const seen = (hit: boolean, counts: number[]) => {
        const at = wanted ? (hit ? 0 : 1) : hit ? 2 : 3
        counts[at] = (counts[at] ?? 0) + 1
      }
      const text = alone ? `${name}: ${one.text}` : one.text
      seen(
        detector.detectText(text).some(({ type }) => types.includes(type)),
        tally.text,
      )
      if (!alone) continue
      const key = name.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase())
      const found = detector.detectDocument({ [key]: one.text }).flatMap(({ findings }) => findings)
      seen(
        found.some(({ type }) => types.includes(type)),
        tally.document,
      )
    }
    for (const [hits = 0, missed = 0, wrong = 0] of Object.values(tally)) {
      expect(hits + missed).toBeGreaterThan(500)
      expect(hits / (hits + missed)).toBeGreaterThanOrEqual(0.9)
      expect(hits / (hits + wrong)).toBeGreaterThanOrEqual(0.95)
    }
  })

  it('reports next to nothing where the cases say that there is nothing', () => {
    const types = nationalIds.terms.map(({ type }) => type)
    const only = createDetector({ sets: [nationalIds], types })
    const negatives = all().filter(({ scope }) => scope[0] === '*')
    const hit = negatives.filter(({ text }) => only.detectText(text).length > 0)
    expect(negatives.length).toBeGreaterThan(400)
    expect(hit.length / negatives.length).toBeLessThanOrEqual(0.01)
  })
})
