import { HIGH, type Match, type Recogniser } from '../recogniser.js'
import { endAt, matchAt, standsAlone } from '../text/boundaries.js'

const PAIRS = /[0-9a-fA-F]{2}([:-])(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}/y
const QUADS = /[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}/y

const GROUP_BEFORE = /(?:^|[^0-9a-zA-Z])[0-9a-fA-F]{2}[:-]$/
const GROUP_AFTER = /[:-][0-9a-fA-F]{2}(?![0-9a-zA-Z])/y
const DOTTED = /[.:-][0-9a-zA-Z]/y

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
    if (!standsAlone(text, start, stop)) return undefined
    // One group of many, or the rest of a number.
    if (text.charCodeAt(start - 1) === separator && (quads || GROUP_BEFORE.test(text.slice(Math.max(0, start - 4), start))))
      return undefined
    if (quads ? !/[a-f]/i.test(found) || endAt(DOTTED, text, stop) >= 0 : endAt(GROUP_AFTER, text, stop) >= 0) return undefined
    const digits = found.replace(/[^0-9a-fA-F]/g, '').toLowerCase()
    if (/^0+$/.test(digits) || (/^f+$/.test(digits) && start > 0)) return undefined
    return { start, end: stop, score: HIGH, validated: false }
  },
}
