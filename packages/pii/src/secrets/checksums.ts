const crc32 = (text: string): number => {
  let crc = -1
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i)
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Last six characters: CRC-32 of what stands between them and the prefix, in base 62. GitHub and npm. */
export const hasBase62Checksum = (token: string): boolean => {
  let rest = crc32(token.slice(4, -6))
  let digits = ''
  for (let i = 0; i < 6; i++) {
    digits = (BASE62[rest % 62] ?? '') + digits
    rest = Math.floor(rest / 62)
  }
  return token.endsWith(digits)
}

/** Last eight characters: CRC-32 of the rest in hex. Atlassian. */
export const hasHexChecksum = (token: string): boolean =>
  crc32(token.slice(0, -8)).toString(16).padStart(8, '0').toUpperCase() === token.slice(-8)
