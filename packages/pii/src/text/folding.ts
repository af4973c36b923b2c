/** A text in which what looks like an ASCII digit, dash, space or sign is one, what is percent-encoded is decoded, and
 * what has no width is gone. */
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

const [PERCENT, PLUS, QUESTION, AMPERSAND, HASH] = [37, 43, 63, 38, 35]

/** The ASCII sign, letter or digit that a percent and two hex digits stand for (RFC 3986); -1 where they do not. */
export function percentEncoded(text: string, at: number): number {
  const value = Number.parseInt(text.slice(at + 1, at + 3), 16)
  return value >= 32 && value < 127 && HEX_PAIR.test(text.slice(at + 1, at + 3)) ? value : -1
}

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
    if (code === PERCENT) {
      const value = percentEncoded(text, at)
      if (value >= 0) {
        moved()
        code = value
        at += 2
      }
    } else if (code === PLUS) {
      if (query) code = 32
    } else if (code === QUESTION || code === AMPERSAND) query = true
    else if (code <= 32 || code === HASH) query = false
    else if (code >= 128) {
      const next = code === 0xd835 ? text.charCodeAt(at + 1) : 0
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
        code = known
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
