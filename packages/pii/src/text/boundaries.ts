import { isDigit, isWord } from './characters.js'

const isLower = (code: number) => code >= 97 && code <= 122
const isUpper = (code: number) => code >= 65 && code <= 90

const STRIPE = /=\d{4}/y
const LABEL = /[A-Za-z]{2,12}[:=]/y
/** Marks that join what stands on both sides into something longer, and enclose what stands on one: - . / , _ * + */
const JOINTS = /* @__PURE__ */ new Set([45, 46, 47, 44, 95, 42, 43])

/** A new word is glued on (`123-45-6789Phone`, `52.88.1.9email:`): a capital and a small letter, or a label. */
export const glued = (text: string, at: number): boolean =>
  (isUpper(text.charCodeAt(at)) && isLower(text.charCodeAt(at + 1))) || endAt(LABEL, text, at) >= 0

/** Behind the letter of `\\n`, `\\r` or `\\t` in the source of a JSON text. */
export function afterEscape(text: string, at: number): boolean {
  if (at < 2 || text.charCodeAt(at - 2) !== 92) return false
  const code = text.charCodeAt(at - 1)
  return code === 110 || code === 114 || code === 116
}

/** Most digits behind a decimal comma. */
const LONGEST_FRACTION = 8

/** More than one mark behind groups of three: no sum. */
const DOTTED = /\d{3}\.\d{3}[.-]\d/y

/** A comma behind a digit: of thousands or decimals, where it does not end a cell of a row (`17,123-45-6789`). */
function withinNumber(text: string, start: number): boolean {
  let end = start
  while (end - start <= LONGEST_FRACTION && isDigit(text.charCodeAt(end))) end++
  if (end === start || end - start > LONGEST_FRACTION) return false
  if (endAt(DOTTED, text, start) >= 0) return false
  const after = text.charCodeAt(end)
  const grouped = after === 45 || after === 47 || (end - start !== 3 && (after === 32 || after === 46))
  return !(grouped && isDigit(text.charCodeAt(end + 1)))
}

/** Nothing before `start` that would make what begins there the rest of something longer: an id, a decimal, a date, a sum. */
export function opensNumber(text: string, start: number): boolean {
  if (start === 0) return true
  const before = text.charCodeAt(start - 1)
  if (isWord(before)) return afterEscape(text, start)
  if (!JOINTS.has(before)) return true
  const outer = start > 1 ? text.charCodeAt(start - 2) : 0
  // A dash is a sign, unless behind a label: `Phone:-`, `No.-`.
  if (before === 45) return outer === 58 || outer === 46
  if (outer === 0) return before !== 46
  if (!isWord(outer)) return true
  if (before === 44) return !isDigit(outer) || !withinNumber(text, start)
  return (before === 46 || before === 47) && !isDigit(outer)
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
  // = % ask for more, but for the date on a magnetic stripe; a comma or a colon ends it.
  if (after === 61) return endAt(STRIPE, text, end) >= 0
  if (after === 37) return false
  if (after === 44 || !JOINTS.has(after)) return true
  const next = text.charCodeAt(end + 1)
  if (end + 1 >= text.length || !isWord(next)) return true
  return after === 47 ? !isDigit(next) : (after === 46 || after === 45) && glued(text, end + 1)
}

const UNDERSCORE = 95

/** Between underscores that emphasise it, as in Markdown: not those of a name. */
export const isEmphasised = (text: string, start: number, end: number): boolean =>
  text.charCodeAt(start - 1) === UNDERSCORE &&
  text.charCodeAt(end) === UNDERSCORE &&
  !isWord(text.charCodeAt(start - 2)) &&
  !isWord(text.charCodeAt(end + 1))

/** Stands alone among words: neither letters, digits nor an underscore touch it. */
export function standsAlone(text: string, start: number, end: number): boolean {
  const before = start > 0 ? text.charCodeAt(start - 1) : 32
  const after = end < text.length ? text.charCodeAt(end) : 32
  if (before === UNDERSCORE || after === UNDERSCORE) return isEmphasised(text, start, end)
  return (!isWord(before) || afterEscape(text, start)) && !isWord(after)
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
