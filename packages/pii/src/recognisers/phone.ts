import { HIGH, LOW, type Match, MEDIUM, type Recogniser } from '../recogniser.js'
import { afterEscape, closesNumber, continuesRow, endAt, matchAt, opensNumber } from '../text/boundaries.js'
import { isDigit, isWord } from '../text/characters.js'
import { UNSPACED } from '../text/words.js'
import { callingCode } from './phone-plan.js'

const RUN = /\(?\d{1,15}(?:[ \t.()/-]{1,3}\d{1,14}){0,14}/y
const EXTENSION = /(?:,? ?(?:ext|extn|extension|x|poste|durchwahl|anschluss|int|ramal)[.:]? ?|#)\d{1,6}(?!\d)/iy
const NANP = /(?:1[ .-]{0,2})?(?:\(([2-9]\d\d)\)[ .-]{0,2}|([2-9]\d\d)[ .\-/]{1,2})([2-9]\d\d)[ .-]{1,2}\d{4}/y
/** As five pairs in France, as two or three groups behind an area code in Japan, Korea and China: nothing else looks like it. */
const TRUNK = /0[1-9](?:[ .]\d\d){4}|0[1-9]\d{0,2}-\d{3,4}-\d{4}|0[1-9]\d{1,2}-\d{7,8}/y
const CHINESE = /1[3-9]\d{9}/y
/** Round numbers in a row are measures. */
const ROUND = /^\d{2}0 \d{2}0 \d{3}0$/
/** Ten or eleven digits from a trunk 0 on, before another. */
const TWICE = /^0(?:\D{0,3}\d){9,10}(?= 0\d)/
/** Clauses of regulations are numbered so: 252.227-7013. */
const CLAUSE = /^\d{3}\.\d{3}-/
/** A label behind a dash: `085 175 7641-Office`. */
const LABEL = /^-[A-Z][a-z]/
const DATE =
  /^(?:(?:19|20)\d\d[-/ ]{1,3}(?:19|20)\d\d|\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{4}|\d{2}))$/
const DOTTED = /^(?:\d{1,3}\.){3}\d{1,3}$/
const DECIMAL = /^\d{1,4}\.\d+$/
const SOCIAL_SECURITY = /^\d{3}-\d{2}-\d{4}$/
const MAX_DIGITS = 15
const MIN_DIGITS = 7

const isUnspaced = (text: string, at: number) => text.charCodeAt(at) > 0xdff && UNSPACED.test(text.charAt(at))
const digitsOf = (text: string) => text.replace(/\D/g, '')

/** Cut before the group that makes it too long, or before a bracket that is not closed. */
function trimmed(run: string, most: number): string {
  let end = 0
  let open = 0
  let digits = 0
  for (let at = 0; at < run.length; at++) {
    const code = run.charCodeAt(at)
    if (code === 40) open++
    else if (code === 41 && --open < 0) break
    else if (isDigit(code)) {
      if (++digits > most) break
      if (open === 0 && !isDigit(run.charCodeAt(at + 1))) end = at + 1
    }
  }
  return run.slice(0, end)
}

function closes(text: string, end: number): boolean {
  if (end === text.length) return true
  if (endAt(EXTENSION, text, end) >= 0 || LABEL.test(text.slice(end, end + 3))) return true
  return closesNumber(text, end) && !(text.charCodeAt(end) === 58 && isDigit(text.charCodeAt(end + 1)))
}

function found(text: string, start: number, end: number, score: number): Match {
  const extended = end < text.length ? endAt(EXTENSION, text, end) : -1
  return { start, end: extended < 0 ? end : extended, score, validated: false }
}

/** As many digits as the country has, perhaps with a trunk 0 before them. */
function fits(digits: string): boolean {
  const country = callingCode(digits)
  if (country === undefined || country.fits) return country !== undefined
  const { length } = country.code
  return length > 1 && digits[length] === '0' && callingCode(country.code + digits.slice(length + 1))?.fits === true
}

/** Where the last group behind a space begins, its separators with it; -1 where there is none. */
function lastGroup(run: string): number {
  let at = Math.max(run.lastIndexOf(' '), run.lastIndexOf('\t'))
  while (at > 0 && !isDigit(run.charCodeAt(at - 1)) && run.charCodeAt(at - 1) !== 41) at--
  return at
}

/** The longest run of whole groups that ends well and has a length of its country, else that ends well: another number may follow. */
function wellEnded(text: string, from: number, run: string): string | undefined {
  let longest: string | undefined
  for (let shorter = run; digitsOf(shorter).length >= MIN_DIGITS; ) {
    if (closes(text, from + shorter.length)) {
      if (fits(digitsOf(shorter))) return shorter
      longest ??= shorter
    }
    const cut = lastGroup(shorter)
    if (cut < 0) break
    shorter = shorter.slice(0, cut)
  }
  return longest
}

/** `+`, perhaps in brackets, then the calling code of a country and as many digits as it has. */
function international(text: string, plus: number): Match | undefined {
  let from = plus + 1
  while (from - plus <= 2 && (text.charCodeAt(from) === 32 || text.charCodeAt(from) === 40)) from++
  let bracket = text.charCodeAt(plus - 1) === 40
  let start = bracket ? plus - 1 : plus
  const before = start > 0 ? text.charCodeAt(start - 1) : 32
  if ((isWord(before) && !afterEscape(text, start)) || before === 41 || before === 43 || !isDigit(text.charCodeAt(from)))
    return undefined
  const raw = matchAt(RUN, text, from)?.[0]
  if (!raw) return undefined
  const inner = from > plus + 1 && text.charCodeAt(from - 1) === 40 ? 1 : 0
  const within = (opened: number) =>
    opened > 0 || raw.includes('(') || raw.length > MAX_DIGITS
      ? trimmed('('.repeat(opened) + raw, MAX_DIGITS + 1).slice(opened)
      : raw
  let run = within(bracket ? inner + 1 : inner)
  if (bracket && run === '') {
    // It encloses the number, or more.
    bracket = false
    start = plus
    run = within(inner)
  }
  const ended = wellEnded(text, from, run)
  if (ended === undefined) return undefined
  run = ended
  const digits = digitsOf(run)
  if (digits.length > MAX_DIGITS + 1) return undefined
  const end = from + run.length
  const country = callingCode(digits)
  if (!country || (DECIMAL.test(run) && !bracket)) return undefined
  const valid = fits(digits) && (country.code !== '1' || /^1[2-9]\d\d[2-9]/.test(digits))
  return found(
    text,
    start,
    end,
    valid ? HIGH : (run.length > digits.length && digits.length >= 8) || digits.length >= 11 ? MEDIUM : LOW,
  )
}

/** The two American notations, and those of France, Japan, Korea and China, that speak for themselves. */
function notation(text: string, start: number, size: number): Match | undefined {
  const first = text.charCodeAt(start)
  // An area code, the American trunk 1, or another trunk 0.
  if (size !== 3 && size !== 11 && first !== 48 && !(size === 1 && first === 49)) return undefined
  if (size > 4 && size !== 11) return undefined
  if (size === 11) {
    if (first !== 49 || !(isUnspaced(text, start - 1) || isUnspaced(text, start + 11))) return undefined
    const chinese = matchAt(CHINESE, text, start)
    return chinese && opensNumber(text, start) && closes(text, start + 11) ? found(text, start, start + 11, MEDIUM) : undefined
  }
  if (!opensNumber(text, start)) return undefined
  if (first === 48) {
    const trunk = matchAt(TRUNK, text, start)?.[0]
    return trunk && closes(text, start + trunk.length) ? found(text, start, start + trunk.length, MEDIUM) : undefined
  }
  const american = matchAt(NANP, text, start)
  if (!american) return undefined
  const end = start + american[0].length
  const [, area, bare, exchange] = american
  if ((area ?? bare)?.endsWith('11') || exchange?.endsWith('11') || !closes(text, end)) return undefined
  return found(text, start, end, ROUND.test(american[0]) || CLAUSE.test(american[0]) ? LOW : MEDIUM)
}

/** Any notation at all, which is proof only beside a word or a name that speaks for a phone; `00` and a country stand by themselves. */
function anyNotation(text: string, start: number): Match | undefined {
  if (continuesRow(text, start) || text.charCodeAt(start - 1) === 35) return undefined
  if (text.charCodeAt(start) !== 40 && !opensNumber(text, start)) return undefined
  const raw = matchAt(RUN, text, start)?.[0]
  if (!raw) return undefined
  const whole = trimmed(raw, MAX_DIGITS)
  const run = TWICE.exec(whole)?.[0] ?? whole
  const digits = digitsOf(run)
  if (digits.length < MIN_DIGITS || DATE.test(run) || DOTTED.test(run) || DECIMAL.test(run) || SOCIAL_SECURITY.test(run))
    return undefined
  if (digits.length === 7 && digits < '2') return undefined
  const end = start + run.length
  if (!closes(text, end)) return undefined
  const abroad = digits.startsWith('00') && run.length > digits.length && callingCode(digits.slice(2))?.fits === true
  return found(text, start, end, abroad ? MEDIUM : LOW)
}

/** Already tried from the sign before it. */
const signed = (text: string, start: number) => text.charCodeAt(start - 1) === 43

/** Phone numbers: E.164 with the lengths of each country, the American plan (area and exchange rules), national notations in context. */
export const phone: readonly Recogniser[] = [
  {
    type: 'PHONE',
    words: 'd1-4 d11',
    characters: '+(',
    match(text, start, end) {
      const code = text.charCodeAt(start)
      if (code === 43) return international(text, start)
      if (code === 40) return isDigit(text.charCodeAt(end)) ? notation(text, start, 3) : undefined
      if (signed(text, start)) return undefined
      return code === 48 && text.charCodeAt(start + 1) === 48 ? anyNotation(text, start) : notation(text, start, end - start)
    },
  },
  {
    type: 'PHONE',
    hinted: true,
    words: 'd1-15',
    characters: '(',
    match: (text, start, end) =>
      (text.charCodeAt(start) === 40 ? isDigit(text.charCodeAt(end)) : !signed(text, start))
        ? anyNotation(text, start)
        : undefined,
  },
]
