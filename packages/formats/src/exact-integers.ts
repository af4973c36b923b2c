const TOKEN = /"|-?\d[\d.eE+-]*/g
const LONG = /^-?\d{16,}$/

/** Whether an integer is written as JavaScript would write what it reads there. */
export const isExact = (integer: string): boolean => !LONG.test(integer) || String(Number(integer)) === integer

/** Where a string ends that begins here: by a search and not by a pattern, which long strings are too much for. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text[end - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return end + 1
  }
  return text.length
}

/** Whether all integers in JSON survive JavaScript; fractions are doubles in the systems that wrote them as well. */
export function hasExactIntegers(json: string): boolean {
  if (!/\d{16}/.test(json)) return true
  TOKEN.lastIndex = 0
  for (let token = TOKEN.exec(json); token; token = TOKEN.exec(json)) {
    if (token[0] === '"') TOKEN.lastIndex = endOfString(json, token.index)
    else if (!isExact(token[0])) return false
  }
  return true
}
