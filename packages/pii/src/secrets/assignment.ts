import type { Match, Recogniser } from '../recogniser.js'
import { CERTAIN, HIGH } from '../recogniser.js'
import { afterEscape } from '../text/boundaries.js'
import { PASSWORD, secretName, WEAK } from './secret-name.js'
import { isSecretValue } from './value.js'

const LONGEST_NAME = 64
/** Values are read in pieces of this length, the rest only of what is a secret. */
const LONGEST_PIECE = 256
const LONGEST = 2048
/** Between a name and its operator: `"name": `, `\"name\" := `, `'name' => `, `NAME ?= `. */
const MOST_BETWEEN = 4

const isNameCode = (code: number): boolean =>
  (code >= 97 && code < 123) ||
  (code >= 65 && code < 91) ||
  (code >= 48 && code < 58) ||
  code === 95 ||
  code === 45 ||
  code === 46

const BETWEEN = new Set(' \t"\'`\\?|])')
/** `=`, `:=`, `=>`, `||`, then quotes, brackets and the backslashes of text inside text. */
const OPERATOR = /[:=]{1,4}[>|]?[ \t]{0,8}(\(?[[{]?)((?:\\{0,3}["'`])?)/y
export const UNQUOTED = /[^\s"'`\\<>(),;{}[\]&|]{1,256}/y
export const QUOTED: Readonly<Record<string, RegExp>> = {
  '"': /(?:[^"\\\r\n]|\\[^"nrt\r\n]|\\"(?=[^\s,}\]:])){1,256}/y,
  "'": /(?:[^'\\\r\n]|\\[^'nrt\r\n]){1,256}/y,
  '`': /[^`\\\r\n]{1,256}/y,
}
/** `Bearer `, `Basic `, `Token `: of an Authorization header. */
const SCHEME = /[A-Za-z][A-Za-z0-9-]{2,19} {1,8}/y

export const at = (expression: RegExp, text: string, index: number): string | undefined => {
  expression.lastIndex = index
  return expression.exec(text)?.[0]
}

/** The name that ends before the operator. */
export function nameBefore(text: string, operator: number): string {
  let end = operator
  while (end > 0 && operator - end < MOST_BETWEEN && BETWEEN.has(text.charAt(end - 1))) end--
  let start = end
  while (start > 0 && end - start < LONGEST_NAME && isNameCode(text.charCodeAt(start - 1))) start--
  return text.slice(end > start && afterEscape(text, start + 1) ? start + 1 : start, end)
}

/** `<apiKey>...</apiKey>`. */
function element(text: string, close: number): Match | undefined {
  const name = nameBefore(text, close)
  if (name.length < 2 || text.charAt(close - name.length - 1) !== '<') return undefined
  const kind = secretName(name)
  const value = kind && at(UNQUOTED, text, close + 1)
  const end = close + 1 + (value?.length ?? 0)
  if (!kind || !value || text.charAt(end) !== '<' || !isSecretValue(value, kind, true)) return undefined
  return { start: close + 1, end, score: kind === WEAK ? HIGH : CERTAIN, validated: false }
}

function match(text: string, start: number): Match | undefined {
  if (text.charCodeAt(start) === 62) return element(text, start)
  // The first character of an operator answers for it.
  const before = text.charCodeAt(start - 1)
  if (before === 58 || before === 61 || start === 0) return undefined
  let name = nameBefore(text, start)
  // `a=key=b`: within a value.
  if (name.length < 2 || text.charCodeAt(start - name.length - 1) === 61) return undefined
  // `<add key="ApiSecret" value="..."/>` names its value one attribute earlier.
  if (name === 'value') name = nameBefore(text, start - name.length)
  const kind = secretName(name)
  if (kind === undefined) return undefined

  OPERATOR.lastIndex = start
  const operator = OPERATOR.exec(text)
  if (!operator) return undefined
  let from = OPERATOR.lastIndex
  const quote = (operator[2] ?? '').slice(-1)
  if (quote === '' && operator[1] !== '') return undefined
  const isHeader = kind !== PASSWORD && /auth/i.test(name)
  if (isHeader) from += at(SCHEME, text, from)?.length ?? 0
  const expression = quote === '' || isHeader ? UNQUOTED : (QUOTED[quote] as RegExp)
  const value = at(expression, text, from)
  if (value === undefined || text.charAt(from + value.length) === '(') return undefined
  const words = value.split(/\s/, 3).length
  if (words > (kind === PASSWORD ? 2 : 1) || !isSecretValue(value, kind, quote !== '')) return undefined
  let end = from + value.length
  for (let more: string | undefined = value; more?.length === LONGEST_PIECE && end - from < LONGEST; end += more?.length ?? 0)
    more = at(expression, text, end)
  return { start: from, end, score: kind === WEAK ? HIGH : CERTAIN, validated: false }
}

/** `DB_PASSWORD=...`, `"api_key": "..."`, `Authorization: Bearer ...`: a value whose name says that it is secret. */
export const assignment: Recogniser = { type: 'SECRET', rule: 'assigned-secret', characters: ':=>', match }
