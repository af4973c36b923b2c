import { isExactNumber } from '@waxseal/core/json'
import { malformed, utf8 } from './content.js'

const NUMBER = /^(?:i:-?\d+|d:-?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?);$/

/** A text, number, boolean or null as PHP serialises it. Arrays and objects are refused: nothing here makes objects from stored data. */
export function readPhpScalar(text: string): string | number | boolean | null {
  if (text === 'N;') return null
  if (text === 'b:0;' || text === 'b:1;') return text === 'b:1;'
  if (NUMBER.test(text)) {
    const number = text.slice(2, -1)
    return isExactNumber(number, { fractions: 'double' })
      ? Number(number)
      : malformed('what the value holds is a number that JavaScript would change')
  }
  const [, length, content] = /^s:(\d+):"(.*)";$/s.exec(text) ?? []
  if (content === undefined || utf8(content).length !== Number(length))
    return malformed('what the value holds is no serialised text, number, boolean or null of PHP')
  return content
}

/** A text as PHP serialises it. */
export const writePhpText = (text: string): string => `s:${utf8(text).length}:"${text}";`
