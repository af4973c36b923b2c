import type { Recogniser } from '../recogniser.js'
import { CERTAIN } from '../recogniser.js'

const LONGEST = 16_384
const LEAST_BODY = 16
/** Headers of the block, then its first line. */
const LONGEST_HEAD = 1024
const BASE64 = /[A-Za-z0-9+/]{12}/
const LABEL = /BEGIN[ A-Z0-9_-]{0,40} ?PRIVATE KEY(?: BLOCK)?-----/y
const FENCE = /END[ A-Z0-9_-]{0,40} ?PRIVATE KEY(?: BLOCK)?-----/y
const DASHES = '-----'

/** A whole block of PEM or OpenPGP armour, RFC 7468; its lines may be escaped (`\n`) as in JSON. */
export const privateKey: Recogniser = {
  type: 'SECRET',
  rule: 'private-key',
  prefixes: ['BEGIN'],
  match(text, begin) {
    const start = begin - DASHES.length
    if (!text.startsWith(DASHES, start)) return undefined
    LABEL.lastIndex = begin
    if (!LABEL.test(text)) return undefined
    const body = LABEL.lastIndex
    const length = text.slice(body, body + LONGEST).indexOf(DASHES)
    if (length < LEAST_BODY || !BASE64.test(text.slice(body, body + Math.min(length, LONGEST_HEAD)))) return undefined
    FENCE.lastIndex = body + length + DASHES.length
    return FENCE.test(text) ? { start, end: FENCE.lastIndex, score: CERTAIN, validated: true } : undefined
  },
}
