import { CERTAIN, LOW, type Match, MEDIUM, type Recogniser } from '../recogniser.js'
import { closesNumber, endAt, opensNumber } from '../text/boundaries.js'
import { isDigit, isWord } from '../text/characters.js'
import { luhn } from './luhn.js'

/**
 * Issuers by the first six digits: from, to, lengths, score. Those at LOW share their ranges with other numbers, so that a name or a
 * word beside them must speak for a card.
 */
const ISSUERS: readonly (readonly [from: number, to: number, lengths: readonly number[], score: number])[] = [
  [340000, 349999, [15], CERTAIN],
  [370000, 379999, [15], CERTAIN],
  [300000, 305999, [14, 16, 19], CERTAIN],
  [360000, 369999, [14, 16, 19], CERTAIN],
  [380000, 399999, [14, 16, 19], CERTAIN],
  [352800, 358999, [16, 17, 18, 19], CERTAIN],
  [350000, 359999, [16], LOW],
  [400000, 499999, [16, 18, 19], CERTAIN],
  [400000, 499999, [13], MEDIUM],
  [510000, 559999, [16], CERTAIN],
  [222100, 272099, [16], CERTAIN],
  [601100, 601199, [16, 19], CERTAIN],
  [644000, 659999, [16, 19], CERTAIN],
  [620000, 629999, [16, 17, 18, 19], CERTAIN],
  [810000, 817199, [16, 17, 18, 19], MEDIUM],
  // Mir, Troy, RuPay, Elo, Hipercard, Verve, UATP.
  [220000, 220499, [16, 17, 18, 19], MEDIUM],
  [979200, 979299, [16], MEDIUM],
  [600000, 609999, [16], MEDIUM],
  [508500, 508999, [16], MEDIUM],
  [506000, 509999, [16, 18, 19], MEDIUM],
  [100000, 199999, [15], LOW],
  [213100, 213199, [15, 16], LOW],
  // Maestro where nothing else is, then what else there is, from 12 digits.
  [501700, 502099, [16, 17, 18, 19], MEDIUM],
  [503800, 503899, [16, 17, 18, 19], MEDIUM],
  [675900, 677099, [16, 17, 18, 19], MEDIUM],
  [500000, 509999, [12, 13, 14, 15, 16, 17, 18, 19], LOW],
  [560000, 589999, [12, 13, 14, 15, 16, 17, 18, 19], LOW],
  [590000, 639999, [12, 13, 14, 15, 16, 17, 18, 19], LOW],
  [660000, 699999, [12, 13, 14, 15, 16, 17, 18, 19], LOW],
  [0, 99999, [12], LOW],
]

function scoreOf(digits: string): number | undefined {
  const prefix = Number(digits.slice(0, 6))
  for (const [from, to, lengths, score] of ISSUERS)
    if (prefix >= from && prefix <= to && lengths.includes(digits.length)) return score
  return undefined
}

/** Digits in groups, at most two characters between them. */
const GROUPED = /\d(?:[ \t\r\n\f._/-]{0,2}\d){11,18}/y
const SEPARATOR = /\D+/
/** A card may be wrapped, even group by group; a column of numbers begins before it or goes on behind. */
const isColumn = (text: string, start: number, stop: number): boolean =>
  (start > 1 && text.charCodeAt(start - 1) === 10 && isDigit(text.charCodeAt(start - 2))) ||
  /^\d|^\r?\n\d/.test(text.slice(stop, stop + 3))
const BREAK = /[\n\f]/
/** Offset of the second line break; -1 where there is none. */
function secondBreak(run: string): number {
  const first = run.search(BREAK)
  const next = first < 0 ? -1 : run.slice(first + 1).search(BREAK)
  return next < 0 ? -1 : first + 1 + next
}
const SHORTEST = 12

/** 4-4-4-4, 4-6-5, 4-6-4, 6-13, 8-8, 4-4-4-4-3: printed on cards; other groups, or every digit by itself, prove nothing of their own. */
function grouping(sizes: readonly number[]): 'printed' | 'other' | undefined {
  if (sizes.every((size) => size === 1)) return 'other'
  const [first, second, third] = sizes as [number, number, number]
  if (first === 4 && second === 6 && sizes.length === 3 && (third === 5 || third === 4)) return 'printed'
  if ((first === 6 && second === 13) || (first === 8 && second === 8)) return 'printed'
  if (sizes.length === 1) return 'printed'
  return sizes.slice(0, -1).every((size) => size === 4) && (sizes.at(-1) as number) <= 4
    ? 'printed'
    : sizes.length < 7
      ? 'other'
      : undefined
}

/** Asked at every number of a text, so that what cannot be a card costs no expression. */
function mayBegin(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start)
  if (first < 50 && end - start < 12) return false
  if (end - start >= 12) return true
  const separator = text.charCodeAt(end)
  if (isDigit(text.charCodeAt(end + 1)) || separator < 32)
    return !(end - start === 1 && !isWord(text.charCodeAt(start - 1)) && isDigit(text.charCodeAt(start - 2)))
  return isDigit(text.charCodeAt(end + 2))
}

function judged(text: string, start: number, end: number, digits: string, sizes: readonly number[]): Match | undefined {
  const shape = grouping(sizes)
  if (!shape) return undefined
  const score = scoreOf(digits)
  if (score === undefined || !luhn(digits)) return undefined
  // A card may be followed by its expiry date.
  if (!closesNumber(text, end) && (sizes.length === 1 || text.charCodeAt(end) !== 47)) return undefined
  return { start, end, score: shape === 'other' ? LOW : score, validated: shape === 'printed' && score === CERTAIN }
}

function match(text: string, start: number, wordEnd: number): Match | undefined {
  if (!mayBegin(text, start, wordEnd) || !opensNumber(text, start)) return undefined
  const stop = endAt(GROUPED, text, start)
  if (stop < 0) return undefined
  if (stop === wordEnd) return judged(text, start, stop, text.slice(start, stop), [stop - start])
  const run = text.slice(start, stop)
  const groups = run.split(SEPARATOR)
  const column = isColumn(text, start, stop) ? start + secondBreak(run) : -1
  let doubtful: Match | undefined
  // Whole groups, longest first: what follows may be another number.
  for (let count = groups.length; count > 0; count--) {
    const taken = groups.slice(0, count)
    const digits = taken.join('')
    if (digits.length < SHORTEST) break
    let end = start
    for (let seen = 0; seen < digits.length; end++) if (isDigit(text.charCodeAt(end))) seen++
    const sizes = taken.map((group) => group.length)
    const match = judged(text, start, end, digits, sizes)
    if (!match) continue
    if (column >= start && end > column) return { ...match, score: LOW, validated: false }
    if (match.score > LOW) return match
    // A security code may follow, and make another sum by chance.
    doubtful ??= match
  }
  return doubtful
}

/** Payment cards: issuer range, length and Luhn digit (ISO/IEC 7812-1); 12 to 19 digits, plain or in groups. */
export const creditCard: readonly Recogniser[] = [
  { type: 'CREDIT_CARD', words: 'd1 d4 d6 d8 d12-19', match },
  { type: 'CREDIT_CARD', words: 'd2 d3 d5 d7', hinted: true, match },
]
