import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { CERTAIN, type Match, MEDIUM, type Recogniser, type RecogniserSet } from '../recogniser.js'
import { standsAlone } from '../text/boundaries.js'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const BECH32_GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]
const HEX = /^[0-9a-f]{40}$/i

/** Base58Check: payload of 21 or 22 bytes, then the first four of its double SHA-256. */
function isBase58Check(text: string): boolean {
  const bytes = new Uint8Array(26)
  let length = 0
  for (const character of text) {
    let carry = BASE58.indexOf(character)
    if (carry < 0) return false
    for (let at = 0; at < length || carry > 0; at++) {
      if (at === bytes.length) return false
      carry += (bytes[at] as number) * 58
      bytes[at] = carry & 255
      carry >>= 8
      if (at >= length) length = at + 1
    }
  }
  for (let at = 0; at < text.length && text[at] === '1'; at++) length++
  if (length !== 25 && length !== 26) return false
  const decoded = bytes.slice(0, length).reverse()
  const check = sha256(sha256(decoded.subarray(0, -4)))
  return decoded.subarray(-4).every((byte, at) => byte === check[at])
}

/** BIP 173 (bech32) and BIP 350 (bech32m). */
function isBech32(text: string): boolean {
  const lower = text.toLowerCase()
  if (lower !== text && text.toUpperCase() !== text) return false
  const separator = lower.lastIndexOf('1')
  let sum = 1
  const feed = (value: number) => {
    const top = sum >>> 25
    sum = ((sum & 0x1ffffff) << 5) ^ value
    for (let at = 0; at < 5; at++) if ((top >>> at) & 1) sum ^= BECH32_GENERATORS[at] as number
  }
  for (let at = 0; at < separator; at++) feed(lower.charCodeAt(at) >> 5)
  feed(0)
  for (let at = 0; at < separator; at++) feed(lower.charCodeAt(at) & 31)
  for (const character of lower.slice(separator + 1)) {
    const value = BECH32.indexOf(character)
    if (value < 0) return false
    feed(value)
  }
  return sum === 1 || sum === 0x2bc830a3
}

/** EIP-55: the case of the letters is a checksum; an address in one case has none. */
function ethereumScore(address: string): number | undefined {
  const lower = address.toLowerCase()
  if (address === lower || address === address.toUpperCase()) return MEDIUM
  const hash = keccak_256(new TextEncoder().encode(lower))
  for (let at = 0; at < 40; at++) {
    const nibble = ((hash[at >> 1] as number) >> (at & 1 ? 0 : 4)) & 15
    const character = address[at] as string
    if (character !== (nibble > 7 ? character.toUpperCase() : character.toLowerCase())) return undefined
  }
  return CERTAIN
}

const alone = (text: string, start: number, end: number, score: number | undefined): Match | undefined =>
  score !== undefined && standsAlone(text, start, end) ? { start, end, score, validated: score === CERTAIN } : undefined

const base58: Recogniser = {
  type: 'CRYPTO',
  words: 'm26-35',
  match: (text, start, end) =>
    '123mnLMDXTAt9'.includes(text.charAt(start))
      ? alone(text, start, end, isBase58Check(text.slice(start, end)) ? CERTAIN : undefined)
      : undefined,
}

const bech32: Recogniser = {
  type: 'CRYPTO',
  prefixes: ['bc', 'BC', 'tb', 'TB', 'lt', 'LT', 'ad'],
  match(text, start, end) {
    if (end - start < 14 || end - start > 110) return undefined
    const word = text.slice(start, end)
    return /^(?:bc|tb|ltc|addr)1/i.test(word) ? alone(text, start, end, isBech32(word) ? CERTAIN : undefined) : undefined
  },
}

const ethereum: Recogniser = {
  type: 'CRYPTO',
  words: 'm42',
  match(text, start, end) {
    const address = text.slice(start + 2, end)
    return text.startsWith('0x', start) && HEX.test(address) ? alone(text, start, end, ethereumScore(address)) : undefined
  },
}

/** Addresses of crypto currencies: Bitcoin and its kin (Base58Check, bech32, bech32m), Ethereum and its kin (EIP-55). */
export const cryptoAddresses: RecogniserSet = {
  recognisers: [base58, bech32, ethereum],
  terms: [
    {
      type: 'CRYPTO',
      names: 'wallet address,wallet,btc address,bitcoin address,eth address,ethereum address,crypto address',
      near: 'bitcoin,btc,ethereum,eth',
    },
  ],
}
