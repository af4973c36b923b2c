import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cryptoAddresses } from '../../src/recognisers/crypto.ts'
import { finder, judge } from './found.ts'

const found = finder('CRYPTO', { sets: [cryptoAddresses] })
const judged = judge('CRYPTO', { sets: [cryptoAddresses] })

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** Base58Check by arithmetic on one big number. */
function base58Check(payload: readonly number[]): string {
  const check = sha256(sha256(Uint8Array.from(payload)))
  const bytes = [...payload, ...check.slice(0, 4)]
  let number = bytes.reduce((total, byte) => total * 256n + BigInt(byte), 0n)
  let text = ''
  for (; number > 0n; number /= 58n) text = ALPHABET.charAt(Number(number % 58n)) + text
  for (const byte of bytes) {
    if (byte !== 0) break
    text = `1${text}`
  }
  return text
}

/** Another character of the alphabet at a place. */
const mistyped = (text: string, at: number, alphabet: string) =>
  text.slice(0, at) + alphabet.charAt((alphabet.indexOf(text.charAt(at)) + 1) % alphabet.length) + text.slice(at + 1)

const hash = (seed: number) => [...sha256(Uint8Array.of(seed))].slice(0, 20)

describe('Base58Check', () => {
  it.each([
    ['Bitcoin', 0x00],
    ['Bitcoin, script', 0x05],
    ['Bitcoin, test', 0x6f],
    ['Litecoin', 0x30],
    ['Dogecoin', 0x1e],
    ['Dash', 0x4c],
    ['Tron', 0x41],
  ])('%s', (_name, version) => {
    for (let seed = 0; seed < 20; seed++) {
      const address = base58Check([version, ...hash(seed)])
      if (!/\d/.test(address)) continue
      for (const text of [address, `to ${address}.`, `"${address}"`, `bitcoin:${address}?amount=1`])
        expect(found(text), text).toEqual([address])
      expect(judged(address)).toEqual([1, true])
      for (let at = 0; at < address.length; at += 3) expect(found(mistyped(address, at, ALPHABET))).toEqual([])
    }
  })

  it('with zeros first', () => {
    for (let zeros = 1; zeros <= 20; zeros++) {
      const address = base58Check([0, ...new Array(zeros).fill(0), ...hash(1).slice(zeros)])
      expect(found(`to ${address}`)).toEqual([address])
      // A one more or less is another length.
      expect(found(`to 1${address}`)).toEqual([])
      expect(found(`to ${address.slice(1)}`)).toEqual([])
    }
  })

  it('is none inside something longer', () => {
    const address = base58Check([0, ...hash(3)])
    for (const text of [`a${address}`, `${address}a`, `_${address}`, `${address}_`, `0${address}`])
      expect(found(text)).toEqual([])
  })
})

const CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

describe('bech32', () => {
  /** BIP 173 and BIP 350, test vectors of addresses. */
  it.each([
    'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
    'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7',
    'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y',
    'BC1SW50QGDZ25J',
    'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs',
    'tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy',
    'tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  ])('%s', (address) => {
    for (const text of [address, `to ${address}.`, `"${address}"`, `bitcoin:${address}`])
      expect(found(text), text).toEqual([address])
    expect(judged(address)).toEqual([1, true])
    const lower = address.toLowerCase()
    for (let at = 3; at < lower.length; at++) expect(found(mistyped(lower, at, CHARSET)), `at ${at}`).toEqual([])
    for (const text of [`x${address}`, `${address}q`, `_${address}`, address.slice(0, -1)]) expect(found(text)).toEqual([])
  })

  /** The same, of what is none. */
  it.each([
    ['a mixed case', 'tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7'],
    ['a wrong checksum', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
    ['a character that is none', 'bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4'],
    ['another part before', 'tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty'],
    ['nothing in it', 'bc1gmk9yu'],
  ])('with %s is none', (_why, address) => expect(found(`bitcoin ${address}`)).toEqual([]))
})

describe('Ethereum', () => {
  /** EIP-55, test cases; of these in one case the checksum says nothing. */
  const MIXED = [
    '5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    'fB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    'dbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    'D1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  ]
  const SAME = [
    '52908400098527886E0F7030069857D2E4169EE7',
    '8617E340B3D01FA5F11F306F4090FD50E238070D',
    'de709f2102306220921060314715629080e2fb77',
    '27b1fdb04752bbc536007a920d24acb045561c26',
  ]

  it.each(MIXED)('0x%s', (hex) => {
    expect(judged(`0x${hex}`)).toEqual([1, true])
    expect(found(`to 0x${hex}.`)).toEqual([`0x${hex}`])
    expect(judged(`0x${hex.toLowerCase()}`)).toEqual([0.6, false])
    for (let at = 0; at < 40; at++) {
      const character = hex.charAt(at)
      if (!/[a-f]/i.test(character)) continue
      const other = character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase()
      expect(found(`0x${hex.slice(0, at)}${other}${hex.slice(at + 1)}`)).toEqual([])
    }
  })

  it.each(SAME)('0x%s', (hex) => expect(judged(`0x${hex}`)).toEqual([0.6, false]))

  it('has forty digits and stands alone', () => {
    const hex = `0x${SAME[2]}`
    for (const text of [hex.slice(0, -1), `${hex}0`, `a${hex}`, `${hex}_`, `0x${'g'.repeat(40)}`, hex.slice(2)])
      expect(found(text), text).toEqual([])
  })

  it('in one case is no hash of a commit', () => expect(found(`commit hash 0x${SAME[2]}`)).toEqual([]))
})

it('never throws, whatever stands there', () => {
  const unit = fc.constantFrom(...ALPHABET, '0', 'x', '_', '1', 'b', 'c')
  fc.assert(
    fc.property(fc.constantFrom('bc1', '1', '3', '0x', 'addr1', 'T'), fc.string({ unit, maxLength: 120 }), (start, rest) => {
      found(start + rest)
    }),
    { numRuns: 2000 },
  )
})
