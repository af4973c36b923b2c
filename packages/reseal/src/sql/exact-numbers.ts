const START = /["\d-]/g
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

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
  const [, whole = '', fraction = '', exponent = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const first = Number(exponent) + digits.length - fraction.length
  let end = digits.length
  while (digits[end - 1] === '0') end--
  return end === 0 ? '0' : `${digits.slice(0, end)}e${first}`
}

/** Whether all numbers in the text of a document survive JavaScript. */
export function hasExactNumbers(json: string): boolean {
  for (const number of numbersIn(json)) if (decimalOf(number) !== decimalOf(String(Number(number)))) return false
  return true
}
