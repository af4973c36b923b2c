export interface NumberOptions {
  /**
   * What a fraction is where the text comes from. `decimal`: every digit counts, as in a NUMERIC column or JSONB. `double`: whoever wrote
   * it had a double as well, so that only integers and what is beyond all doubles can be lost. Default `decimal`.
   */
  readonly fractions?: 'decimal' | 'double' | undefined
}

const START = /["\d-]/g
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const PARTS = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Where a string ends that begins here: by a search and not by a pattern, which long strings are too much for. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text[end - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return end + 1
  }
  return text.length
}

function* numbersIn(json: string): Generator<string> {
  for (let at = 0; ; ) {
    START.lastIndex = at
    const start = START.exec(json)
    if (!start) return
    NUMBER.lastIndex = start.index
    const number = start[0] === '"' ? undefined : NUMBER.exec(json)?.[0]
    at = start[0] === '"' ? endOfString(json, start.index) : start.index + (number?.length ?? 1)
    if (number) yield number
  }
}

/** A number as its digits, without zeros around them, and the power of ten of the first: equal for equal numbers. */
function decimalOf(number: string): string {
  const [, whole = '', fraction = '', exponent = '0'] = PARTS.exec(number) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const first = Number(exponent) + digits.length - fraction.length
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return end === 0 ? '0' : `${digits.slice(0, end)}e${first}`
}

/**
 * Whether JavaScript keeps the number that a text writes down: `9007199254740993` it does not.
 *
 * @example
 * isExactNumber('0.10000000000000000555') // false
 * isExactNumber('0.10000000000000000555', { fractions: 'double' }) // true
 */
export function isExactNumber(number: string, { fractions = 'decimal' }: NumberOptions = {}): boolean {
  const value = Number(number)
  if (!Number.isFinite(value)) return false
  if (fractions === 'double' && /[.eE]/.test(number)) return true
  return decimalOf(number) === decimalOf(String(value))
}

/** Fifteen digits always survive where there is no exponent. */
const isShort = (number: string): boolean => number.length <= 15 && !/[eE]/.test(number)

/**
 * Whether `JSON.parse` keeps every number in a text that is JSON: what it would change must not be sealed in its place.
 *
 * @example
 * hasExactNumbers('{ "id": 9007199254740993 }') // false
 */
export function hasExactNumbers(json: string, options?: NumberOptions): boolean {
  for (const number of numbersIn(json)) if (!isShort(number) && !isExactNumber(number, options)) return false
  return true
}
