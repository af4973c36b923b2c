import { fail } from '../pii-error.js'
import { HIGH, LOW, type Match, MEDIUM, type Recogniser, type RecogniserSet, type Terms } from '../recogniser.js'
import { continuesRow } from '../text/boundaries.js'
import { isDigit } from '../text/characters.js'
import { africaMiddleEast } from './africa-middle-east.js'
import { americas } from './americas.js'
import { asiaPacific } from './asia-pacific.js'
import { createCheck } from './checks.js'
import { europe } from './europe.js'
import { createShape } from './shape.js'

const SCORES: Readonly<Record<string, number>> = { L: LOW, M: MEDIUM, H: HIGH }
/** Words that speak for the identifiers of many countries, by a letter of the last column; they name no field. */
const SHARED: Readonly<Record<string, string>> = {
  '@p': 'passport,passport number,passport no,travel document',
  '@t': 'tax id,tax number,tax no,tax identification,taxpayer,tin number',
  '@v': 'vat,vatin',
  '@i': 'national id,national identity,national identification,personal id,personal identification,identity number,identity card,id card,id number,citizen id',
  '@d': 'driver license,drivers license,driver licence,driving licence,driving license,license number,licence number,dl number',
  '@c': 'company id,company number,business number,registration number,business id',
  '@n': 'license plate,licence plate,number plate,plate number,vehicle registration,registration number,registration plate',
}
const DIGIT_NEAR = /\d/
/** Small letters in a hash or behind an amount: `dc44639904`, `2592000s`. */
const LIKE_OTHERS = /^(?:\d+[a-z]|(?=.*[a-f])[\da-f]+)$/
const SAME = /^(.)\1+$/

/** Two where separators or a prefix make a difference: what may be any number waits for a hint. */
function recognisersOf([type = '', source = '', check = '', scores = '']: readonly string[]): Recogniser[] {
  const shape = createShape(source)
  const holds = createCheck(check)
  const plain = SCORES[scores.charAt(0)] ?? LOW
  const marked = SCORES[scores.charAt(1)] ?? LOW
  const eager = plain >= MEDIUM || marked >= MEDIUM
  const match = (text: string, start: number, end: number): Match | undefined => {
    // Letters alone begin many words: a digit must be near.
    // A row of short numbers is asked about once, not at each of them.
    if (end - start < 3 && continuesRow(text, start)) return undefined
    if (eager && !isDigit(text.charCodeAt(start)) && !DIGIT_NEAR.test(text.slice(start, end + 4))) return undefined
    const found = shape.find(text, start, end)
    if (!found || SAME.test(found.compact) || holds?.(found.compact) === false) return undefined
    let score = found.marked ? marked : plain
    if (score === MEDIUM && LIKE_OTHERS.test(text.slice(start, found.end))) score = LOW
    return { start, end: found.end, score, validated: holds !== undefined && score >= HIGH }
  }
  return [
    { type, words: shape.plain, hinted: plain < MEDIUM, match },
    ...(shape.marked ? [{ type, words: shape.marked, prefixes: shape.prefixes, hinted: marked < MEDIUM, match }] : []),
  ]
}

function setOf(rows: readonly (readonly string[])[]): RecogniserSet {
  const terms: Terms[] = []
  for (const [type = '', , , , phrases] of rows) {
    if (!phrases) continue
    const [names, near] = [[], []] as [string[], string[]]
    for (const phrase of phrases.split(',')) {
      if (phrase.startsWith('@')) near.push(SHARED[phrase] ?? '')
      else if (phrase.startsWith('~')) near.push(phrase.slice(1))
      else names.push(phrase)
    }
    terms.push({ type, names: names.join(), near: near.join() })
  }
  return {
    // Of two readings that nothing else tells apart the first is reported: let it be one that a check digit speaks for.
    recognisers: [...rows].sort(([, , a], [, , b]) => Number(!a) - Number(!b)).flatMap(recognisersOf),
    terms,
  }
}

const rowsOf = () =>
  [europe, americas, asiaPacific, africaMiddleEast].flatMap((table) => table.trim().split('\n')).map((row) => row.split(';'))

/**
 * Personal, tax and company identifiers, VAT numbers, passports and driving licences of some countries, named by the letters that
 * their types begin with: `nationalIdsOf('DE', 'FR')`. `config` for a country of which nothing is known. `VIN` and `IMEI` are names of their own.
 */
export function nationalIdsOf(...countries: readonly string[]): RecogniserSet {
  const rows = rowsOf()
  const countryOf = ([type = '']: readonly string[]) => type.split('_', 1)[0] as string
  const wanted = countries.map((country) => (typeof country === 'string' ? country.toUpperCase().replace(/^GB$/, 'UK') : ''))
  for (const country of wanted)
    if (!rows.some((row) => countryOf(row) === country))
      fail('config', 'a country is named by two letters, and is one of those known')
  return setOf(rows.filter((row) => wanted.includes(countryOf(row))))
}

/**
 * Those of all countries. Numbers that are only digits are reported where a field name or a word beside them speaks for them, or
 * where they are written with their own separators and their check digits hold.
 */
export const nationalIds: RecogniserSet = /* @__PURE__ */ setOf(/* @__PURE__ */ rowsOf())
