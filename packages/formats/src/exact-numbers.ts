const TOKEN = /"|-?\d[\d.eE+-]*/g
const LONG = /^-?\d{16,}$/

/** Whether a number is none of the integers that JavaScript would change, and not beyond its numbers. */
export const isExact = (number: string): boolean =>
  LONG.test(number) ? String(Number(number)) === number : Number.isFinite(Number(number))

/** Where a string ends that begins here: by a search and not by a pattern, which long strings are too much for. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text[end - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return end + 1
  }
  return text.length
}

/** Whether all numbers in JSON are exact; fractions are doubles in the systems that wrote them as well. */
export function hasExactNumbers(json: string): boolean {
  if (!/\d{16}|\d[eE]/.test(json)) return true
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(json); token; token = TOKEN.exec(json)) {
    if (token[0] === '"') TOKEN.lastIndex = endOfString(json, token.index)
    else if (!isExact(token[0])) return false
  }
  return true
}
