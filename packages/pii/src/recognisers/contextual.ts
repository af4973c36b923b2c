import { LOW, type Match, type Recogniser } from '../recogniser.js'
import { closesNumber, matchAt, opensNumber, standsAlone } from '../text/boundaries.js'

/** Countries as two letters (ISO 3166-1), to tell a BIC from a word. */
const COUNTRIES =
  'AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CW CY CZ ' +
  'DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FO FR GA GB GD GE GG GH GI GL GM GN GQ GR GT GU GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO ' +
  'JP KE KG KH KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP ' +
  'NZ OM PA PE PF PG PH PK PL PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR ' +
  'TT TW TZ UA UG US UY UZ VA VC VE VG VN VU WS XK YE ZA ZM ZW'

const BIC = /[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?/y
const bic: Recogniser = {
  type: 'BIC',
  hinted: true,
  words: 'u8 u11 m8 m11',
  match(text, start, end): Match | undefined {
    const found = matchAt(BIC, text, start)
    if (!found || found[0].length !== end - start || !COUNTRIES.includes(found[1] as string)) return undefined
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

const MONTH = '(?:0?[1-9]|1[0-2])'
const DAY = '(?:0?[1-9]|[12]\\d|3[01])'
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
    'd1 d2 d4 d8',
    new RegExp(
      `${YEAR}([-/. ]?)${MONTH}\\1${DAY}|${DAY}([-/. ])${MONTH}\\2(?:${YEAR}|\\d\\d)|${MONTH}([-/. ])${DAY}\\3(?:${YEAR}|\\d\\d)|` +
        `${DAY}(?:st|nd|rd|th|\\.)? (?:of )?${NAME},? ${YEAR}`,
      'iy',
    ),
  ),
  {
    type: 'DATE_OF_BIRTH',
    hinted: true,
    prefixes: [...'JFMASOND'].flatMap((letter) => [...'aepuco'].map((next) => letter + next)),
    match(text, start): Match | undefined {
      const found = matchAt(NAMED_DATE, text, start)
      return found ? { start, end: start + found[0].length, score: LOW, validated: false } : undefined
    },
  },
]
