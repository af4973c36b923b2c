import { LOW, type Match, type Recogniser } from '../recogniser.js'
import { closesNumber, endAt, matchAt, opensNumber, standsAlone } from '../text/boundaries.js'

const BIC = /[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?/y
const bic: Recogniser = {
  type: 'BIC',
  hinted: true,
  words: 'u8 u11 m8 m11',
  match(text, start, end): Match | undefined {
    if (endAt(BIC, text, start) !== end) return undefined
    return standsAlone(text, start, end) ? { start, end, score: LOW, validated: false } : undefined
  },
}

/** Shapes that many things have: reported only where a field name or a word beside them says what they are. */
const shape = (type: string, words: string, expression: RegExp): Recogniser => ({
  type,
  hinted: true,
  words,
  match(text, start): Match | undefined {
    if (!opensNumber(text, start)) return undefined
    const found = matchAt(expression, text, start)
    if (!found) return undefined
    const end = start + found[0].length
    return closesNumber(text, end) ? { start, end, score: LOW, validated: false } : undefined
  },
})

const MONTH = '(?:1[0-2]|0?[1-9])'
const DAY = '(?:3[01]|[12]\\d|0?[1-9])'
const YEAR = '(?:19|20)\\d\\d'
const NAME = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}'

const NAMED_DATE = new RegExp(`${NAME}\\.? ${DAY}(?:st|nd|rd|th)?,? ${YEAR}(?!\\d)`, 'iy')

/** What only its name tells apart: security codes, expiry dates, account numbers, dates of birth, BICs. */
export const contextual: readonly Recogniser[] = [
  bic,
  shape('CVV', 'd3 d4', /\d{3,4}/y),
  shape('CARD_EXPIRY', 'd1 d2', new RegExp(`${MONTH} ?[/-] ?(?:20)?[2-4]\\d`, 'y')),
  shape('BANK_ACCOUNT', 'd4-17', /\d{4,17}(?:[ -]\d{1,12}){0,4}/y),
  shape(
    'DATE_OF_BIRTH',
    'd1 d2 d4 d8 m3-4',
    new RegExp(
      `${YEAR}([-/. ]?)${MONTH}\\1${DAY}|${DAY}([-/. ])${MONTH}\\2(?:${YEAR}|\\d\\d)|${MONTH}([-/. ])${DAY}\\3(?:${YEAR}|\\d\\d)|` +
        `${DAY}(?:st|nd|rd|th|\\.)? (?:of )?${NAME},? ${YEAR}|${DAY}([-/ ])${NAME}\\4(?:${YEAR}|\\d\\d)(?!\\d)`,
      'iy',
    ),
  ),
  {
    type: 'DATE_OF_BIRTH',
    hinted: true,
    prefixes: [...'JFMASOND'].flatMap((letter) => [...'aepucoAEPUCO'].map((next) => letter + next)),
    match(text, start): Match | undefined {
      const found = matchAt(NAMED_DATE, text, start)
      return found ? { start, end: start + found[0].length, score: LOW, validated: false } : undefined
    },
  },
]
