import { HIGH, LOW, type Match, type Recogniser } from '../recogniser.js'
import { afterEscape, endAt, glued, isEmphasised, matchAt } from '../text/boundaries.js'
import { isDigit, isWord } from '../text/characters.js'

const V4 = /(?:(?:25[0-5]|2[0-4]\d|[01]?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|[01]?\d?\d)/y
/** Some read leading zeros as octal, some refuse them (RFC 6943): no address by itself. */
const PADDED = /(?:^|\.)0\d/
const V6_RUN = /[0-9a-fA-F:.]{2,45}/y
const ZONE = /%[0-9a-zA-Z]{1,15}/y
const BITS = /\/\d{1,3}(?!\d)/y
const WHOLE_V4 = new RegExp(`^${V4.source}$`)

const isHex = (code: number) => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)

/** RFC 4291 section 2.2: eight groups, one run of them left out, the last two perhaps as IPv4. */
export function isIpv6(text: string): boolean {
  let groups = 0
  let size = 0
  let gap = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isHex(code)) {
      if (++size > 4) return false
      if (size === 1) groups++
    } else if (code === 46) {
      if (size === 0 || !WHOLE_V4.test(text.slice(at - size))) return false
      groups++
      break
    } else if (code !== 58) return false
    else {
      const double = text.charCodeAt(at + 1) === 58
      if (double) {
        if (gap) return false
        gap = true
        at++
      } else if (size === 0 || at === text.length - 1) return false
      size = 0
    }
  }
  return gap ? groups <= 7 : groups === 8
}

/** Two colons in a row, or seven: what a time of day has not. */
function colons(text: string, at: number): boolean {
  let count = 0
  for (let next = at; next < at + 45; next++) {
    const code = text.charCodeAt(next)
    if (code === 58) {
      if (text.charCodeAt(next + 1) === 58 || ++count === 7) return true
    } else if (!isHex(code)) return count === 6 && code === 46
  }
  return false
}

/** Four small numbers are more often a version (`3.14.2.9`): no address by themselves, unless of a private network or all alike. */
const VERSION = /^(?!10\.)(?:[0-2]?\d\.){3}[0-2]?\d$/
const ALIKE = /^(\d+)(?:\.\1){2}/

const doubtful = (address: string) => PADDED.test(address) || (VERSION.test(address) && !ALIKE.test(address))

/** Of a user agent: `Chrome/120.0.0.0`. */
const isProduct = (text: string, start: number, end: number): boolean =>
  text.charCodeAt(start - 1) === 47 && isWord(text.charCodeAt(start - 2)) && text.slice(start, end).endsWith('.0.0')

/** IPv4 in four octets; not a piece of a longer dotted number. */
const ipv4: Recogniser = {
  type: 'IP_ADDRESS',
  words: 'd1-3',
  match(text, start, end): Match | undefined {
    if (text.charCodeAt(end) !== 46) return undefined
    const before = start > 0 ? text.charCodeAt(start - 1) : 32
    if ((before === 46 && text.charCodeAt(start - 2) !== 46) || (before === 45 && isWord(text.charCodeAt(start - 2))))
      return undefined
    const stop = endAt(V4, text, start)
    if (stop < 0) return undefined
    const after = text.charCodeAt(stop)
    if (
      (isWord(after) && !glued(text, stop)) ||
      ((before === 95 || after === 95) && !isEmphasised(text, start, stop)) ||
      ((after === 46 || after === 45) && isWord(text.charCodeAt(stop + 1)))
    )
      return undefined
    const bits = after === 47 ? matchAt(BITS, text, stop)?.[0] : undefined
    return {
      start,
      end: bits && Number(bits.slice(1)) <= 32 ? stop + bits.length : stop,
      score: doubtful(text.slice(start, stop)) || isProduct(text, start, stop) ? LOW : HIGH,
      validated: false,
    }
  },
}

/** A word before a colon that is no group of an address: `ip:2001:db8::1`. */
function labels(text: string, colon: number): boolean {
  let start = colon
  let hex = true
  while (colon - start < 5 && isWord(text.charCodeAt(start - 1))) hex = isHex(text.charCodeAt(--start)) && hex
  return start < colon && (!hex || colon - start > 4) && !isDigit(text.charCodeAt(colon - 1))
}

/** IPv6 in every form of RFC 4291, with zone (RFC 4007) and prefix length; woken by its first colon. */
const ipv6: Recogniser = {
  type: 'IP_ADDRESS',
  characters: ':',
  match(text, at): Match | undefined {
    let start = at
    while (start > 0 && at - start < 5 && isHex(text.charCodeAt(start - 1))) start--
    if (at - start > 4 || (start === at && text.charCodeAt(at + 1) !== 58)) return undefined
    const before = start > 0 ? text.charCodeAt(start - 1) : 32
    if (before === 37 || (before === 46 && text.charCodeAt(start - 2) !== 46) || (isWord(before) && !afterEscape(text, start)))
      return undefined
    if (before === 58 && !labels(text, start - 1)) return undefined
    if (!colons(text, at)) return undefined
    const run = matchAt(V6_RUN, text, start)?.[0]
    if (!run) return undefined
    const address = run.replace(/[.]+$|(?<=[0-9a-fA-F]):$/, '')
    const plainEnd = start + address.length
    if (
      isWord(text.charCodeAt(plainEnd)) ||
      ((before === 95 || text.charCodeAt(plainEnd) === 95) && !isEmphasised(text, start, plainEnd)) ||
      (text.charCodeAt(plainEnd) === 58 && address !== run.slice(0, -1))
    )
      return undefined
    if (!isIpv6(address)) return undefined
    // `::` alone is written for many things; `a::b` too, in C++ and Ruby.
    const digits = address.replace(/[^0-9]/g, '').length
    let end = plainEnd
    const zone = matchAt(ZONE, text, end)
    if (zone) end += zone[0].length
    const bits = matchAt(BITS, text, end)
    if (bits && Number(bits[0].slice(1)) <= 128) end += bits[0].length
    return { start, end, score: digits === 0 ? LOW : HIGH, validated: false }
  },
}

export const ipAddress: readonly Recogniser[] = [ipv4, ipv6]
