import { fail } from '../pii-error.js'
import { HIGH, type Match, type Recogniser, type RecogniserSet, type Terms } from '../recogniser.js'
import { typeName } from '../schema/type-name.js'
import { matchAt } from '../text/boundaries.js'
import { isDigit, isWord } from '../text/characters.js'
import { fold } from '../text/folding.js'
import { UNSPACED } from '../text/words.js'
import { analysePattern, cases } from './pattern.js'

/** What a call of a user's expression may read. */
const VIEW = 256
const LONGEST_TERM = 200

interface CustomOptions {
  /** Type of what is found, in any spelling of `typeName`. */
  readonly type: string
  /** Between 0 and 1; reported from 0.5 on. */
  readonly score?: number
  /** Names of fields: phrases of lower-case words separated by commas, as in `Terms`. They speak for a value as well. */
  readonly names?: string
  /** Words that speak for a value beside them. */
  readonly near?: string
}

export interface PatternOptions extends CustomOptions {
  /** Without anchors, looking behind and references back; flags `g` and `y` do not count. */
  readonly pattern: RegExp
  /** Whether what matched is one: a checksum. What it accepts is reported as validated, whatever the words around it say. */
  readonly validate?: (value: string) => boolean
  /** Report it only where `names` or `near` speak for it. Default false. */
  readonly hinted?: boolean
  /** ASCII signs, or characters of other scripts, that a match may begin with, where the expression begins with a group or class of them. */
  readonly characters?: string
}

export interface TermOptions extends CustomOptions {
  /** Words and phrases, 1 to 200 characters each. */
  readonly terms: Iterable<string>
  /** Default false. */
  readonly caseSensitive?: boolean
}

function termsOf(type: string, { names, near }: CustomOptions): Terms[] {
  return names || near ? [{ type, ...(names && { names }), ...(near && { near }) }] : []
}

function checkScore(score: number): void {
  if (!(score >= 0 && score <= 1)) fail('config', 'the score of a recogniser lies between 0 and 1')
}

const LETTER = /[\p{L}\p{M}\p{N}_]/u
/** Goes on as one word with a letter beside it; scripts without spaces do not. */
const isWordy = (code: number): boolean => {
  if (!(code >= 128)) return isWord(code) || code === 95
  const character = String.fromCharCode(code)
  return LETTER.test(character) && !UNSPACED.test(character)
}
/** A word ends, or begins, between the character before `at` and the one there. */
const isEdge = (text: string, at: number): boolean => !(isWordy(text.charCodeAt(at - 1)) && isWordy(text.charCodeAt(at)))

/**
 * Finds what an expression describes. It is tried where a word of ASCII letters or digits begins, or at the sign that it begins with, and
 * sees 256 characters from there: what is longer, or would begin within a word, is not found, and a match ends where a word ends. It sees
 * the text folded: ASCII digits, dashes and spaces in place of those of other scripts. What is a UUID or a timestamp as a whole
 * is looked at only under a field whose name speaks for some type.
 *
 * That view bounds what an expression costs, not how wastefully it is written: repetitions side by side that may match the same
 * (`\d*\d*x`) still try all ways to share 256 characters at every place. Bounded repetitions (`\d{1,9}`) keep it cheap.
 *
 * The score is 0.85 by default; beside words such as `order` or `version`, what begins with a digit is lowered by 0.4, unless `validate`
 * took it. Throws `config` for an expression that looks behind, refers back, has anchors, or
 * repeats what itself repeats without bound, or more than eight times what may match one text in several ways (`(?:a|ab|b)*`).
 *
 * @example
 * createDetector({ sets: [patternSet({ type: 'employee', pattern: /EMP-\d{6}/, names: 'employee number' })] })
 */
export function patternSet(options: PatternOptions): RecogniserSet {
  const { pattern, validate, score = HIGH, hinted = false, characters } = options
  const type = typeName(options.type)
  checkScore(score)
  if (!(pattern instanceof RegExp)) fail('config', 'a pattern is a regular expression')
  if (hinted && !options.names && !options.near)
    fail('config', 'what is reported only where something speaks for it needs names or near')
  const { wakes, needsDigit } = analysePattern(pattern)
  const expression = new RegExp(pattern.source, `${pattern.flags.replace(/[dgy]/g, '')}y`)
  const recogniser: Recogniser = {
    type,
    hinted,
    lettersOnly: !needsDigit,
    ...wakes,
    ...(characters && { characters: characters + (wakes.characters ?? '') }),
    match(text, start): Match | undefined {
      const view = text.length > VIEW ? text.slice(start, start + VIEW) : text
      const from = view === text ? start : 0
      const value = matchAt(expression, view, from)?.[0]
      if (!value) return undefined
      const end = start + value.length
      // Cut off: what goes on behind the view is not known.
      if (from + value.length === view.length && end < text.length) return undefined
      if (!isEdge(text, end) || (validate && !validate(value))) return undefined
      return { start, end, score, validated: validate !== undefined }
    },
  }
  return { recognisers: [recogniser], terms: termsOf(type, options) }
}

/** Case does not count, code unit by code unit; what becomes longer stays. */
function upper(code: number): number {
  if (code < 128) return code >= 97 && code <= 122 ? code - 32 : code
  const capital = String.fromCharCode(code).toUpperCase()
  return capital.length === 1 ? capital.charCodeAt(0) : code
}
const same = (code: number): number => code
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)
const step = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0

/**
 * Reports words and phrases of a list wherever they stand as whole words, in any script; where a script puts no space between words, as
 * parts of them. White space in a phrase is any white space. What a place costs depends on the longest term, not on their number.
 *
 * The score is 0.85 by default: a longer finding around a term, such as an e-mail address, is reported in its place.
 * Throws `config` where a term is empty or longer than 200 characters.
 *
 * @example
 * createDetector({ sets: [termSet({ type: 'project', terms: ['Blue Heron', '青鷺'] })] })
 */
export function termSet(options: TermOptions): RecogniserSet {
  const { terms, caseSensitive = false, score = HIGH } = options
  const type = typeName(options.type)
  checkScore(score)
  const form = caseSensitive ? same : upper
  const known = new Set<string>()
  /** Of the terms: a place that has none of these is passed without making its text. */
  const hashes = new Set<number>()
  const prefixes = new Set<string>()
  const characters = new Set<string>()
  const words = new Set<string>()
  let longest = 0

  function wake(first: string, second: string): void {
    const variants = caseSensitive ? (letter: string) => [letter] : cases
    if (!isWord(first.charCodeAt(0))) for (const variant of variants(first)) characters.add(variant)
    else if (!isWord(second.charCodeAt(0))) words.add(/\d/.test(first) ? 'd1' : 'l1')
    else for (const a of variants(first)) for (const b of variants(second)) prefixes.add(a + b)
  }

  function add(text: string): void {
    const term = fold(text).text.trim().replace(/\s+/g, ' ')
    if (term === '' || term.length > LONGEST_TERM) fail('config', `a term is 1 to ${LONGEST_TERM} characters`)
    let key = ''
    let hash = 0
    for (let at = 0; at < term.length; at++) {
      const code = form(term.charCodeAt(at))
      key += String.fromCharCode(code)
      hash = step(hash, code)
    }
    known.add(key)
    hashes.add(hash)
    longest = Math.max(longest, key.length)
    wake(term.charAt(0), term.charAt(1))
  }

  for (const term of terms) {
    if (typeof term !== 'string') fail('config', 'a term is a text')
    for (const spelling of new Set([term.normalize('NFC'), term.normalize('NFD')])) add(spelling)
  }
  if (known.size === 0) fail('config', 'a list of terms has at least one')

  function match(text: string, start: number): Match | undefined {
    if (start > 0 && !isEdge(text, start)) return undefined
    let end = -1
    let hash = 0
    let key = ''
    let length = 0
    for (let at = start; at < text.length && length < longest; ) {
      const code = text.charCodeAt(at++)
      const space = isSpace(code)
      if (space) while (at < text.length && at - start < VIEW && isSpace(text.charCodeAt(at))) at++
      const formed = space ? 32 : form(code)
      hash = step(hash, formed)
      key += String.fromCharCode(formed)
      length++
      if (hashes.has(hash) && (at === text.length || isEdge(text, at)) && known.has(key)) end = at
    }
    // A hostile word nearby lowers what looks like a number, unless it is proved.
    return end < 0 ? undefined : { start, end, score, validated: isDigit(text.charCodeAt(start)) }
  }

  const recogniser: Recogniser = {
    type,
    lettersOnly: true,
    prefixes: [...prefixes],
    characters: [...characters].join(''),
    words: [...words].join(' '),
    match,
  }
  return { recognisers: [recogniser], terms: termsOf(type, options) }
}
