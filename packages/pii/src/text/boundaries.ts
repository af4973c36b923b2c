import { isDigit, isWord } from './characters.js'

const isLower = (code: number) => code >= 97 && code <= 122
const isUpper = (code: number) => code >= 65 && code <= 90

/** A new word is glued on (`123-45-6789Phone`): a capital and a small letter. */
const glued = (text: string, at: number): boolean => isUpper(text.charCodeAt(at)) && isLower(text.charCodeAt(at + 1))

/** Nothing before `start` that would make what begins there the rest of something longer. */
export function opensNumber(text: string, start: number): boolean {
  if (start === 0) return true
  const before = text.charCodeAt(start - 1)
  if (isWord(before) || before === 95) return false
  // - . / , * = # joined to something: a piece of an id, a decimal, a date, a sum.
  if (before === 45 || before === 46 || before === 47 || before === 44 || before === 42 || before === 43)
    return start === 1 ? before === 43 : !isWord(text.charCodeAt(start - 2)) && before !== 45 && before !== 42
  return true
}

/** The number before is in the same row: what begins here is not its first group. */
export function continuesRow(text: string, start: number): boolean {
  return start > 1 && text.charCodeAt(start - 1) === 32 && isDigit(text.charCodeAt(start - 2))
}

/** Nothing from `end` on that would make what ends there the beginning of something longer. */
export function closesNumber(text: string, end: number): boolean {
  if (end >= text.length) return true
  const after = text.charCodeAt(end)
  if (isDigit(after) || after === 95) return false
  if (isWord(after)) return glued(text, end)
  if (after === 46 || after === 44 || after === 45 || after === 47 || after === 58)
    return !isWord(text.charCodeAt(end + 1)) || after === 44 || after === 58
  return after !== 42 && after !== 61 && after !== 43 && after !== 37
}

/** Stands alone among words: neither letters, digits nor an underscore touch it. */
export function standsAlone(text: string, start: number, end: number): boolean {
  const before = start > 0 ? text.charCodeAt(start - 1) : 32
  const after = end < text.length ? text.charCodeAt(end) : 32
  return !isWord(before) && before !== 95 && !isWord(after) && after !== 95
}

/** Where what a sticky expression matches at a place ends; -1 where it does not. */
export function endAt(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at
  return expression.test(text) ? expression.lastIndex : -1
}

/** The match of a sticky expression at a place. */
export function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(text)
}
