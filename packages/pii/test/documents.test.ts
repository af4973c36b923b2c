import { describe, expect, it } from 'vitest'
import { createDetector } from '../src/detector.ts'
import { everything } from '../src/everything.ts'
import { type LabelledDocument, loadDocuments } from './cases/load.ts'

const documents = loadDocuments(new URL('./cases/', import.meta.url))
const detector = createDetector({ sets: everything })
/** What has a shape, or a number of its own: the rest is found by the name of its field, as far as that is known. */
const SHAPED =
  'CREDIT_CARD,CVV,CARD_EXPIRY,US_SSN,US_ITIN,US_NPI,EMAIL,PHONE,IP_ADDRESS,MAC_ADDRESS,IBAN,BIC,CRYPTO,SECRET'.split(',')

interface Tally {
  gold: number
  found: number
  wrong: string[]
  missed: string[]
}

function tally(all: readonly LabelledDocument[], counts: (label: string) => boolean): Tally {
  const result: Tally = { gold: 0, found: 0, wrong: [], missed: [] }
  for (const { id, document, pii, clear } of all) {
    const pointers = new Set(detector.detectDocument(document).map(({ pointer }) => pointer))
    for (const [pointer, label] of Object.entries(pii)) {
      if (!counts(label)) continue
      result.gold++
      if (pointers.has(pointer)) result.found++
      else result.missed.push(`${id} ${pointer} ${label}`)
    }
    const judged = clear.includes('*') ? undefined : new Set(clear)
    for (const pointer of pointers)
      if (pii[pointer] === undefined && (judged === undefined || judged.has(pointer))) result.wrong.push(`${id} ${pointer}`)
  }
  return result
}

describe('the documents of our own', () => {
  const all = tally(documents, () => true)
  const shaped = tally(documents, (label) => label.split('|').every((type) => SHAPED.includes(type)))

  it('are many, and many of them hold nothing', () => {
    expect(documents.length).toBeGreaterThanOrEqual(400)
    expect(documents.filter(({ pii }) => Object.keys(pii).length === 0).length).toBeGreaterThanOrEqual(150)
  })

  it('are found out where a value has a shape', () => {
    expect(shaped.found / shaped.gold, shaped.missed.join('\n')).toBeGreaterThanOrEqual(0.9)
  })

  it('are found out for the most part where only names tell', () => {
    expect(all.found / all.gold, all.missed.join('\n')).toBeGreaterThanOrEqual(0.72)
  })

  it('are not accused of what they do not hold', () => {
    expect(all.found / (all.found + all.wrong.length), all.wrong.join('\n')).toBeGreaterThanOrEqual(0.93)
  })
})
