import { isDigit } from './characters.js'

/** A text in which what looks like an ASCII digit, dash, space or sign is one, what is encoded is decoded, and what has no width
 * is gone. */
export interface Folded {
  readonly text: string
  /** Offset in the original of every code unit of `text`, and of its end; absent where nothing moved. */
  readonly offsets?: Uint32Array
}

const HEX_PAIR = /^[\dA-Fa-f]{2}$/
const REMOVED = 0xffff
const FORMAT = /\p{Cf}|\p{Variation_Selector}|\u20e3|\u034f/u
const DASH = /[\p{Pd}\u2212\u2043\u02d7]/u
const SPACE = /[\p{Zs}\u2800\u3164]/u
const DECIMAL = /\p{Nd}/u
const DOTS = '\u00b7\u2219\u22c5\u2022\u30fb\uff65\u3002\uff61'

/** Decimal digits come in runs of ten that begin at a code ending in 0 or 6. */
function digitValue(code: number): number {
  const low = code & 15
  const fromZero = low < 6 || (low < 10 && DECIMAL.test(String.fromCharCode(code - low)))
  return fromZero ? low : low - 6
}

function foldedCode(code: number): number {
  const character = String.fromCharCode(code)
  if (FORMAT.test(character)) return REMOVED
  if (DASH.test(character)) return 45
  if (SPACE.test(character)) return 32
  if (DOTS.includes(character)) return 46
  if (code === 0x2044 || code === 0x2215) return 47
  if (code === 0x2028 || code === 0x2029 || code === 0x85) return 10
  if (DECIMAL.test(character)) return 48 + digitValue(code)
  const compatible = character.normalize('NFKC')
  const only = compatible.charCodeAt(0)
  return compatible.length === 1 && only < 128 ? only : code
}

const [PERCENT, PLUS, QUESTION, AMPERSAND, HASH, BACKSLASH] = [37, 43, 63, 38, 35, 92]
/** Begins the codes of a terminal, for colours and the like. */
export const ESCAPE = 27
const TERMINAL = /\[[\d;:?]{0,24}[A-Za-z]/y
const HEX_FOUR = /^[\dA-Fa-f]{4}$/

/** What two hex digits stand for, where it is a sign, letter or digit of ASCII; else -1. */
function pairAt(text: string, at: number): number {
  const pair = text.slice(at, at + 2)
  const value = HEX_PAIR.test(pair) ? Number.parseInt(pair, 16) : -1
  return value >= 32 && value < 127 ? value : -1
}

/** The ASCII sign, letter or digit that a percent and two hex digits stand for (RFC 3986); -1 where they do not. */
export const percentEncoded = (text: string, at: number): number => pairAt(text, at + 1)

/** The character that is encoded at a place: `%2B` (RFC 3986), `\\u002b`, `\\x2b`; -1 where there is none. */
function decodedAt(text: string, at: number): number {
  if (text.charCodeAt(at) === PERCENT) return percentEncoded(text, at)
  const kind = text.charAt(at + 1)
  if (kind === 'x') return pairAt(text, at + 2)
  const four = kind === 'u' ? text.slice(at + 2, at + 6) : ''
  return HEX_FOUR.test(four) ? Number.parseInt(four, 16) : -1
}

/** How many code units a character of the text takes, as it is written there: encoded, as a code of a terminal, or as itself. */
export function encodedLength(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code === ESCAPE) {
    TERMINAL.lastIndex = at + 1
    return TERMINAL.test(text) ? TERMINAL.lastIndex - at : 1
  }
  if (code === PERCENT) return decodedAt(text, at) < 0 ? 1 : 3
  if (code === BACKSLASH) return decodedAt(text, at) < 0 ? 1 : text.charAt(at + 1) === 'u' ? 6 : 4
  return (text.codePointAt(at) as number) > 0xffff ? 2 : 1
}

/** Dashes between words rather than within them. */
const isLongDash = (code: number) => code >= 0x2012 && code <= 0x2015
const isLetter = (code = 0) => (code | 32) >= 97 && (code | 32) <= 122
/** Whether it joins what stands on both sides. */
const joins = (before: number | undefined, after: number) =>
  !isLetter(before) && !isLetter(after) && !((before === 32 || before === undefined) && isDigit(after))

/** By UTF-16 code unit, filled as characters are met; 0 = not met. */
let table: Uint16Array | undefined

/**
 * Folds a text that holds characters outside ASCII. Letters of other scripts stay; lengths change only where characters without
 * width, and digits beyond the basic plane, are.
 */
export function fold(text: string): Folded {
  table ??= new Uint16Array(65536)
  const codes = new Uint16Array(text.length)
  let offsets: Uint32Array | undefined
  let length = 0
  /** Within the query of a URL, where + is a space. */
  let query = false
  const moved = () => {
    if (offsets) return
    offsets = new Uint32Array(text.length + 1)
    for (let at = 0; at < length; at++) offsets[at] = at
  }
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at)
    const from = at
    if (code === PERCENT || code === BACKSLASH || code === ESCAPE) {
      const taken = encodedLength(text, at)
      if (taken > 1) {
        moved()
        at += taken - 1
        if (code === ESCAPE) continue
        code = decodedAt(text, from)
      }
    }
    if (code < 128) {
      // What is encoded is only itself.
      if (at === from) {
        if (code === PLUS) code = query ? 32 : PLUS
        else if (code === QUESTION || code === AMPERSAND) query = true
        else if (code <= HASH) query = false
      }
    } else {
      const following = text.charCodeAt(at + 1)
      const next = code === 0xd835 ? following : 0
      if (next >= 0xdfce && next <= 0xdfff) {
        // Mathematical digits: five runs of ten.
        moved()
        code = 48 + ((next - 0xdfce) % 10)
        at++
      } else {
        let known = table[code] as number
        if (known === 0) {
          known = foldedCode(code)
          table[code] = known
        }
        if (known === REMOVED) {
          moved()
          continue
        }
        if (!isLongDash(code) || joins(codes[length - 1], following)) code = known
      }
    }
    if (offsets) offsets[length] = from
    codes[length++] = code
  }
  if (offsets) offsets[length] = text.length
  return offsets ? { text: decode(codes, length), offsets } : { text: decode(codes, length) }
}

function decode(codes: Uint16Array, length: number): string {
  let text = ''
  for (let at = 0; at < length; at += 8192)
    text += String.fromCharCode.apply(null, codes.subarray(at, Math.min(at + 8192, length)) as unknown as number[])
  return text
}
