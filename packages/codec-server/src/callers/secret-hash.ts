import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { WaxsealError } from '@waxseal/core'

/** SHA-256 of a text, as 64 hexadecimal digits. */
export const sha256Hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** Whether both are the same, in a time that does not depend on where they differ. Both are 64 hexadecimal digits. */
export function sameHash(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at)
  return difference === 0
}

export function checkedHash(hash: unknown, what: string): string {
  if (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)) return hash
  throw new WaxsealError('config', `${what} is the SHA-256 of a secret: 64 hexadecimal digits in lower case`)
}
