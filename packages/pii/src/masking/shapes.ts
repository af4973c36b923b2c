/** Shapes of whole values, of folded text: only a value that has the shape of its type shows a part of itself. */
export const CARD: RegExp = /^\d(?:[ .-]?\d){11,18}$/
export const IBAN: RegExp = /^[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]){11,30}$/i
export const PHONE: RegExp = /^(\+?[\d ()./-]{7,30}?)(?: ?(?:x|ext\.?) ?\d{1,6})?$/i

/** Local part and domain of an address, the domain in lower case. */
export function emailParts(text: string): readonly [local: string, domain: string] | undefined {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  const domain = text.slice(at + 1).toLowerCase()
  if (at < 1 || at > 64 || domain.length > 253 || !/^(?:[^\s"@]+|"[^"]+")$/.test(local)) return undefined
  const labels = domain.split('.')
  const last = labels.at(-1)!
  const whole = labels.length > 1 && labels.every((label) => /^(?!-)[\p{L}\p{M}\d-]{1,63}$/u.test(label) && !label.endsWith('-'))
  return whole && /^(?:xn--.+|[\p{L}\p{M}]{2,})$/u.test(last) ? [local, domain] : undefined
}

/** The digits of a telephone number, without its extension: 7 to 15. */
export function phoneDigits(text: string): string | undefined {
  const digits = PHONE.exec(text)?.[1]?.replace(/\D/g, '')
  return digits && digits.length > 6 && digits.length < 16 ? digits : undefined
}

/** Four bytes or eight groups of an IP address, without its zone; an IPv4 address inside IPv6 is an IPv4 address. */
export function ipParts(text: string): readonly number[] | undefined {
  const v4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(text)?.[1]
  if (v4) {
    const bytes = v4.split('.').map(Number)
    return bytes.every((byte) => byte < 256) ? bytes : undefined
  }
  const bare = text.replace(/%[\w.-]{1,32}$/, '')
  if (bare.length > 39 || !/^[0-9a-f:]+$/i.test(bare)) return undefined
  const halves = bare.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const [head = [], tail = []] = halves
  const missing = 8 - head.length - tail.length
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail]
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.map((group) => Number.parseInt(group, 16)) : undefined
}
