import { fail } from '../pii-error.js'
import { isWasteful } from './ambiguity.js'

/** What an expression may begin with, as a recogniser's wakes say it. */
export interface Wakes {
  readonly words?: string
  readonly prefixes?: readonly string[]
  readonly characters?: string
}

export interface PatternShape {
  readonly wakes: Wakes
  /** Nothing without a digit matches. */
  readonly needsDigit: boolean
}

const TOKEN =
  /\\[pPu]\{[^}]*\}|\\x[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\c[A-Za-z]|\\k<[^>]*>|\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:<?[=!]|<[^>]*>|[a-z-]*:)|\{\d+(?:,\d*)?\}|./gs
const REPEATED = /^(?:[*+]|\{)/
const UNBOUNDED = /^(?:[*+]|\{\d+,\})$/
const OPTIONAL = /^(?:[*?]|\{0)/
const EVERY_WORD = 'd1-63 l1-63 m1-63'

/**
 * Reads an expression as far as a recogniser must know it. `config` for what cannot be looked for at one place with a bounded view
 * (anchors, looking back) or makes engines backtrack beyond bounds (references back, a repetition without bound inside a repetition, one
 * of what may match the same in several ways).
 */
export function analysePattern({ source, flags }: RegExp): PatternShape {
  const tokens = source.match(TOKEN) ?? []
  /** Of the groups around, outermost first: whether one holds a repetition without bound. */
  const groups: boolean[] = [false]
  let needsDigit = false
  let alternatives = false
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1] ?? ''
    if (token.startsWith('(?<=') || token.startsWith('(?<!') || token === '^' || token === '$')
      fail('config', 'a pattern is looked for where a word begins: it has no ^, no $ and does not look behind')
    if (/^\\(?:[1-9]|k<)/.test(token)) fail('config', 'a pattern does not refer back to its groups')
    if (token.startsWith('(') && !token.startsWith('[')) groups.push(false)
    else if (token === ')') {
      const unbounded = groups.pop() ?? false
      if (unbounded && REPEATED.test(next)) fail('config', 'a pattern repeats nothing that itself repeats without bound')
      groups.push((groups.pop() ?? false) || unbounded)
    } else if (UNBOUNDED.test(token)) groups[groups.length - 1] = true
    else if (groups.length === 1 && token === '|') alternatives = true
    else if (groups.length === 1 && (token === '\\d' || token === '[0-9]') && !OPTIONAL.test(next)) needsDigit = true
  }
  if (isWasteful(tokens, flags.replace(/[dgy]/g, '')))
    fail('config', 'a pattern repeats nothing that matches one text in more ways than one, nor the same four times in a row')
  return { wakes: alternatives ? { words: EVERY_WORD } : wakesOf(tokens, flags), needsDigit: needsDigit && !alternatives }
}

/** From what an expression begins with: letters and digits, a digit, or a sign. */
function wakesOf(tokens: readonly string[], flags: string): Wakes {
  const rest = tokens.filter((token, at) => token !== '\\b' || at > 0)
  let length = rest.findIndex((token) => !/^[A-Za-z0-9]$/.test(token))
  if (length < 0) length = rest.length
  if (OPTIONAL.test(rest[length] ?? '')) length--
  if (length >= 2) {
    const [first, second] = rest as [string, string]
    return { prefixes: flags.includes('i') ? cases(first).flatMap((a) => cases(second).map((b) => a + b)) : [first + second] }
  }
  const [first = '', next = ''] = rest
  if (OPTIONAL.test(next)) return { words: EVERY_WORD }
  if (/^(?:\\d|\d|\[0-9\])$/.test(first)) return { words: 'd1-63 m1-63' }
  const sign = /^(?:\\?[!-/:;<=>@[-`{-~]|[^\x20-\x7e])$/.test(first) && !/^[([.]/.test(first) ? first.slice(-1) : ''
  return sign === '' ? { words: EVERY_WORD } : { characters: flags.includes('i') ? cases(sign).join('') : sign }
}

/** A letter as it may be written where case does not count. */
export const cases = (letter: string): string[] =>
  [...new Set([letter, letter.toLowerCase(), letter.toUpperCase()])].filter(({ length }) => length === 1)
