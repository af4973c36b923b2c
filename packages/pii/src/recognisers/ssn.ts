import { HIGH, LOW, type Match, MEDIUM, type Recogniser } from '../recogniser.js'
import { closesNumber, matchAt, opensNumber } from '../text/boundaries.js'
import { isDigit } from '../text/characters.js'

const SSN = /(\d{3})([-. /]{0,2})(\d{2})\2(\d{4})/y

/** Numbers that were printed in advertisements and void since. */
const VOID = new Set(['078051120', '219099999', '123456780'])

/** Two digits behind one or two separators, then no third. */
function mayFollow(text: string, end: number): boolean {
  const first = isDigit(text.charCodeAt(end + 1)) ? end + 1 : end + 2
  return isDigit(text.charCodeAt(first)) && isDigit(text.charCodeAt(first + 1)) && !isDigit(text.charCodeAt(first + 2))
}

/**
 * US social security numbers: area not 000, 666 or 900 and above, group not 00, serial not 0000 (SSA POMS RM 10201.035). Nine bare
 * digits count only where a name or a word speaks for them.
 */
export const usSsn: Recogniser = {
  type: 'US_SSN',
  words: 'd3 d9',
  match(text, start, wordEnd): Match | undefined {
    if (wordEnd - start === 3 && !mayFollow(text, wordEnd)) return undefined
    const found = matchAt(SSN, text, start)
    if (!found || !opensNumber(text, start)) return undefined
    const [raw, area, separator, group, serial] = found as unknown as [string, string, string, string, string]
    const end = start + raw.length
    if (!closesNumber(text, end)) return undefined
    if (area === '000' || area === '666' || area >= '900' || group === '00' || serial === '0000') return undefined
    const score = separator === '' || VOID.has(area + group + serial) ? LOW : separator === '-' ? HIGH : MEDIUM
    return { start, end, score, validated: false }
  },
}
