import { HIGH, LOW, type Match, MEDIUM, type Recogniser } from '../recogniser.js'
import { closesNumber, matchAt, opensNumber } from '../text/boundaries.js'
import { isDigit } from '../text/characters.js'

const SSN = /(\d{3})([-. /]{0,2})(\d{2})\2(\d{4})/y

/** Numbers that were printed in advertisements and void since. */
const VOID = new Set(['078051120', '219099999', '123456780'])

/**
 * US social security numbers: area not 000, 666 or 900 and above, group not 00, serial not 0000 (SSA POMS RM 10201.035). Nine bare
 * digits count only where a name or a word speaks for them.
 */
export const usSsn: Recogniser = {
  type: 'US_SSN',
  words: 'd3 d9',
  match(text, start, wordEnd): Match | undefined {
    const follows = text.charCodeAt(wordEnd + 1)
    if (wordEnd - start === 3 && !isDigit(follows) && !isDigit(text.charCodeAt(wordEnd + 2))) return undefined
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
