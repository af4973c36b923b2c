import { CERTAIN, type Match, type Recogniser } from '../recogniser.js'
import { glued, opensNumber } from '../text/boundaries.js'
import { isDigit, isWord } from '../text/characters.js'

/** Lengths by country (SWIFT IBAN registry; then those outside it that banks use). */
const LENGTHS = new Map(
  (
    'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28' +
    'IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24' +
    'SC31SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20BI27DJ27FK18MN20NI28OM23RU33SD18SO23YE30' +
    'IR26DZ26AO25BJ28BF28CM27CV25CF27TD27KM27CG27CI28GA27GQ27GW25HN28MG27ML28MA28MZ25NE28SN28TG28'
  )
    .match(/[A-Z]{2}\d\d/g)
    ?.map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
)

/** Countries in which the bank is named by letters first. */
const LETTERS_FIRST = /* @__PURE__ */ new Set('AZ BG BH GB GI IE IQ JO KW LC LV MT MU NL PK PS QA RO SC SV VG'.split(' '))
const SEPARATORS = /* @__PURE__ */ new Set([9, 10, 13, 32, 45, 46])

/**
 * IBANs of every country (ISO 13616-1, check digits by ISO 7064 mod 97-10), in either case, plain or with a space,
 * dash or dot between any two characters.
 */
export const iban: Recogniser = {
  type: 'IBAN',
  words: 'm3-34 l2',
  match(text, start, wordEnd): Match | undefined {
    // Most words of two letters are of a language: behind a country there is a digit.
    if (wordEnd - start === 2 && !isDigit(text.charCodeAt(wordEnd + 1)) && !isDigit(text.charCodeAt(wordEnd + 2)))
      return undefined
    const second = text.charCodeAt(start + 1)
    // A letter, a letter, two digits: asked at every such word, so without an expression.
    if (isDigit(text.charCodeAt(start)) || isDigit(second) || (start > 0 && !opensNumber(text, start))) return undefined
    const country = text.slice(start, start + 2).toUpperCase()
    const length = LENGTHS.get(country)
    if (length === undefined) return undefined
    let end = start
    let count = 0
    let rest = 0
    let head = 0
    /** Tabs and line breaks: more than one is a table. */
    let breaks = 0
    for (let gap = 0; count < length && end < text.length; end++) {
      const code = text.charCodeAt(end)
      if (!isWord(code)) {
        if (gap++ > 1 || !SEPARATORS.has(code) || (code < 14 && code !== 13 && ++breaks > 1)) return undefined
        continue
      }
      gap = 0
      const digit = code < 58
      const value = digit ? code - 48 : (code | 32) - 87
      // The country and the check digits are read last.
      if (count < 4) {
        if (count > 1 && !digit) return undefined
        head = head * (digit ? 10 : 100) + value
      } else {
        if (count < 8 && digit && LETTERS_FIRST.has(country)) return undefined
        rest = (rest * (digit ? 10 : 100) + value) % 97
      }
      count++
    }
    if (count < length || (end < text.length && isWord(text.charCodeAt(end)) && !glued(text, end))) return undefined
    // Of the check digits that are equal mod 97 only 02 to 98 are made.
    const check = head % 100
    return check > 1 && check < 99 && (rest * 1_000_000 + head) % 97 === 1
      ? { start, end, score: CERTAIN, validated: true }
      : undefined
  },
}
