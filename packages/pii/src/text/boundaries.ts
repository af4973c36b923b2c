import { isDigit, isWord } from './characters.js'

const isLower = (code: number) => code >= 97 && code <= 122
const isUpper = (code: number) => code >= 65 && code <= 90

const LABEL = /[A-Za-z]{2,12}[:=]/y
/** Marks that join what stands on both sides into something longer, and enclose what stands on one: - . / , _ * + */
const JOINTS = /* @__PURE__ */ new Set([45, 46, 47, 44, 95, 42, 43])

/** A new word is glued on (`123-45-6789Phone`, `52.88.1.9email:`): a capital and a small letter, or a label. */
export const glued = (text: string, at: number): boolean =>
  (isUpper(text.charCodeAt(at)) && isLower(text.charCodeAt(at + 1))) || endAt(LABEL, text, at) >= 0

/** Nothing before `start` that would make what begins there the rest of something longer: an id, a decimal, a date, a sum. */
export function opensNumber(text: string, start: number): boolean {
  if (start === 0) return true
  const before = text.charCodeAt(start - 1)
  if (isWord(before)) return false
  if (!JOINTS.has(before)) return true
  // A dash is a sign.
  return before !== 45 && (start === 1 ? before !== 46 : !isWord(text.charCodeAt(start - 2)))
}

/** The number before is in the same row: what begins here is not its first group. */
export function continuesRow(text: string, start: number): boolean {
  return start > 1 && text.charCodeAt(start - 1) === 32 && isDigit(text.charCodeAt(start - 2))
}

/** Nothing from `end` on that would make what ends there the beginning of something longer. */
export function closesNumber(text: string, end: number): boolean {
  if (end >= text.length) return true
  const after = text.charCodeAt(end)
  if (isDigit(after)) return false
  if (isWord(after)) return glued(text, end)
  // = % ask for more; a comma or a colon ends it.
  if (after === 61 || after === 37) return false
  if (after === 44 || !JOINTS.has(after)) return true
  return end + 1 >= text.length || !isWord(text.charCodeAt(end + 1))
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
