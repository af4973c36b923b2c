import { closesNumber, matchAt, opensNumber } from '../text/boundaries.js'
import { isDigit, isWord } from '../text/characters.js'

/** What a shape found: the whole of it, and its digits and letters alone, in upper case and without the country's prefix. */
export interface Found {
  readonly end: number
  readonly compact: string
  /** Its separators, or the country's prefix, are written. */
  readonly marked: boolean
}

export interface Shape {
  /** What wakes a recogniser of this shape, as in `Recogniser`: words of what is written without marks, */
  readonly plain: string
  /** and those with which what is marked begins. */
  readonly marked: string
  readonly prefixes: readonly string[]
  /** Called with the bounds of the word. */
  find(text: string, start: number, wordEnd: number): Found | undefined
}

/**
 * Symbols of a shape: a digit, a letter, either; day, day that may be raised by 40 or 60, month, month that may be raised by 20, 40, 60
 * or 80. Separators may be left out or be another one. Capital letters and figures other than 9 stand for themselves; brackets, groups
 * and quantifiers are those of regular expressions (9 is a figure there); capturing groups, if any, make up the compact form.
 */
const SYMBOLS: Readonly<Record<string, string>> = {
  '9': '\\d',
  a: '[A-Z]',
  '#': '[A-Z0-9]',
  d: '(?:0[1-9]|[12]\\d|3[01])',
  e: '(?:[04][1-9]|[125-8]\\d|[39][01])',
  m: '(?:0[1-9]|1[0-2])',
  n: '(?:[02468][1-9]|[13579][0-2])',
}
const SEPARATORS = ' ./+-'
const TOKENS = /\(\?[^)]*\)|\[[^\]]*\]|\{[^}]*\}|./g
const QUANTIFIER = /^(?:\{(\d+),?(\d+)?\}|\?)$/
const NOT_COUNTED = /^(?:[()]|\(\?[=!<].*)$/
const GROUP_BEFORE = /\d[ -]$/
const GROUP_AFTER = /^[ -]\d/
const PREFIX = /^([A-Z|]+)~/

/** The first words that a shape may begin with, one for each place where a separator may follow, and its fewest characters. */
function wakes(tokens: readonly string[]): {
  words: readonly string[]
  wholes: readonly string[]
  shortest: number
} {
  const found: string[] = []
  let [min, max] = [0, 0]
  let [digits, letters, someDigits, someLetters] = [false, false, false, false]
  const emit = (last = false) => {
    const length = min === max ? `${max}` : `${Math.max(1, min)}-${max}`
    if (max === 0) return
    if (someDigits && !letters) found.push(`d${length}`)
    if ((last ? letters : someLetters) && !digits) found.push(`l${length}`)
    if (someDigits && someLetters) found.push(`m${length}`)
  }
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string
    if (NOT_COUNTED.test(token)) continue
    const meaning = SYMBOLS[token] ?? token
    if (SEPARATORS.includes(token) || /^\[.*[+(]/.test(token)) emit()
    if (!/\w/.test(meaning)) continue
    const [, least = 1, most = least] = QUANTIFIER.exec(tokens[i + 1] ?? '') ?? []
    const optional = tokens[i + 1] === '?'
    const choices = meaning
      .replace(/\[[^\]]*\]|\\d/g, '0')
      .replace(/^\(\?:|\)$/g, '')
      .split('|')
    const places = choices.map(({ length: each }) => each)
    const hasDigits = /\\d|\d/.test(meaning)
    const hasLetters = /[A-Z]/.test(meaning)
    if (QUANTIFIER.test(tokens[i + 1] ?? '')) i++
    min += optional ? 0 : Number(least) * Math.min(...places)
    max += Number(most) * Math.max(...places)
    digits ||= hasDigits && !hasLetters && !optional && Number(least) > 0
    letters ||= hasLetters && !hasDigits && !optional && Number(least) > 0
    someDigits ||= hasDigits
    someLetters ||= hasLetters
  }
  const before = found.length
  emit(true)
  return { words: found, wholes: found.slice(before), shortest: min }
}

/** What follows a word that is too short alone: a separator, then a digit, or a letter where the word is not one of prose. */
function goesOn(text: string, start: number, wordEnd: number, prefixed: boolean): boolean {
  const code = text.charCodeAt(wordEnd)
  // One of: space ( [ . / + -
  if (code !== 32 && code !== 40 && code !== 91 && (code < 45 || code > 47) && code !== 43) return false
  const next = text.charCodeAt(wordEnd + 1)
  const letters = !isDigit(text.charCodeAt(start)) && !isDigit(text.charCodeAt(wordEnd - 1))
  return isDigit(next) || ((prefixed || !letters) && isWord(next))
}

/** A shape begins with the country's prefix, where it has one that may be left out: `DE~999 999 999`. */
export function createShape(source: string): Shape {
  const prefix = PREFIX.exec(source)?.[1]
  const tokens: readonly string[] = source.replace(PREFIX, '').match(TOKENS) ?? []
  const separators = tokens.filter((token) => SEPARATORS.includes(token)).length
  const groups = tokens.includes('(')
  const spelled = (separator: (token: string) => string) =>
    new RegExp(tokens.map((token) => SYMBOLS[token] ?? (SEPARATORS.includes(token) ? separator(token) : token)).join(''), 'iy')
  const loose = spelled(() => '[ ./+-]?')
  const exact = spelled((token) => `[${token}]?`)
  const lead = prefix ? new RegExp(`(?:${prefix})[ .-]?(?=\\d|[A-Z]\\d)`, 'iy') : undefined
  const { words, wholes, shortest } = wakes(tokens)
  const prefixes = prefix?.split('|') ?? []
  const glued = wholes
    .slice(-1)
    .map((word) => word.replace(/^./, 'm').replace(/\d+/g, (n) => `${Number(n) + (prefixes[0]?.length ?? 0)}`))
  return {
    plain: (lead ? words : wholes).join(' '),
    marked: (lead ? glued : words.filter((word) => !wholes.includes(word))).join(' '),
    prefixes,
    find(text, start, wordEnd) {
      if ((wordEnd - start < shortest && !goesOn(text, start, wordEnd, lead !== undefined)) || !opensNumber(text, start))
        return undefined
      const from = start + ((lead && matchAt(lead, text, start)?.[0].length) || 0)
      const match = matchAt(loose, text, from)
      if (!match) return undefined
      const whole = match[0]
      if (from + whole.length < wordEnd || !closesNumber(text, from + whole.length)) return undefined
      const bare = whole.replace(/[ ./+-]/g, '')
      const end = from + whole.length
      const written = whole.length - bare.length
      return {
        end,
        compact: (groups ? match.slice(1).join('') : bare).toUpperCase(),
        marked: lead
          ? from > start
          : separators > 0 &&
            written >= Math.min(2, separators) &&
            matchAt(exact, text, from)?.[0] === whole &&
            !(GROUP_BEFORE.test(text.slice(Math.max(0, start - 2), start)) && whole.includes(text.charAt(start - 1))) &&
            !(GROUP_AFTER.test(text.slice(end, end + 2)) && whole.includes(text.charAt(end))),
      }
    },
  }
}
