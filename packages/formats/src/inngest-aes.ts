import { cbc } from '@noble/ciphers/aes.js'
import { md5 } from '@noble/hashes/legacy.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { WaxsealError } from '@waxseal/core'

const SALTED = 'Salted__'
const HEADER_BYTES = 16
const KEY_BYTES = 32
const IV_BYTES = 16

/** Key and initialisation vector as OpenSSL makes them: rounds of MD5 over what came before, the passphrase and the salt. */
function keyMaterial(passphrase: string, salt: Uint8Array): Uint8Array {
  const secret = new TextEncoder().encode(passphrase)
  let material: Uint8Array = new Uint8Array()
  let round: Uint8Array = new Uint8Array()
  while (material.length < KEY_BYTES + IV_BYTES) {
    round = md5(concatBytes(round, secret, salt))
    material = concatBytes(material, round)
  }
  return material
}

/** The JSON in `Salted__ ‖ salt(8) ‖ AES-256-CBC`, under the first passphrase that gives JSON at all: nothing proves that it is the right one. */
export function openInngestV0(passphrases: readonly string[], sealed: Uint8Array): unknown {
  const header = String.fromCharCode(...sealed.subarray(0, SALTED.length))
  if (header !== SALTED || sealed.length <= HEADER_BYTES) throw new WaxsealError('malformed', 'the ciphertext has no salt')
  const [salt, body] = [sealed.subarray(SALTED.length, HEADER_BYTES), sealed.subarray(HEADER_BYTES)]
  for (const passphrase of passphrases) {
    const material = keyMaterial(passphrase, salt)
    try {
      const plaintext = cbc(material.subarray(0, KEY_BYTES), material.subarray(KEY_BYTES, KEY_BYTES + IV_BYTES)).decrypt(body)
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext))
    } catch {}
  }
  throw new WaxsealError('open_failed', 'no key opens the encrypted value')
}
