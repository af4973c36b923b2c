import { HIGH, type Match, type Recogniser } from '../recogniser.js'
import { matchAt, standsAlone } from '../text/boundaries.js'
import { isWord } from '../text/characters.js'

const PAIRS = /[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}/y
const QUADS = /[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}/y

/** EUI-48 as six pairs (IEEE 802) or three groups of four (Cisco); not the null address. */
export const macAddress: Recogniser = {
  type: 'MAC_ADDRESS',
  words: 'd2 l2 m2 d4 l4 m4',
  match(text, start, end): Match | undefined {
    if (end + 3 > text.length) return undefined
    const separator = text.charCodeAt(end)
    const quads = end - start === 4
    if (quads ? separator !== 46 : separator !== 58 && separator !== 45) return undefined
    if (text.charCodeAt(end + (quads ? 5 : 3)) !== separator) return undefined
    const found = matchAt(quads ? QUADS : PAIRS, text, start)?.[0]
    if (!found) return undefined
    const stop = start + found.length
    const before = text.charCodeAt(start - 1)
    const after = text.charCodeAt(stop)
    const joins = (code: number) => code === separator || code === 45 || code === 58
    if (!standsAlone(text, start, stop)) return undefined
    if (
      (joins(before) && isWord(text.charCodeAt(start - 2)) && before === separator) ||
      (joins(after) && isWord(text.charCodeAt(stop + 1)))
    )
      return undefined
    const digits = found.replace(/[^0-9a-fA-F]/g, '').toLowerCase()
    if (/^0+$/.test(digits) || (/^f+$/.test(digits) && start > 0)) return undefined
    return { start, end: stop, score: HIGH, validated: false }
  },
}
