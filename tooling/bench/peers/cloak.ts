import { decryptStringSync, encryptStringSync, findKeyForMessage, makeKeychainSync, parseKeySync } from '@47ng/cloak'
import type { Peer } from '../contender.ts'

/** The text form of a key. */
export const cloakKey = (secret: Uint8Array): string => `k1.aesgcm256.${Buffer.from(secret).toString('base64url')}=`

/** 47ng's cloak, whose string form names the key by a fingerprint; the keychain is made once. */
export const cloak: Peer = async (secret) => {
  const text = cloakKey(secret)
  const key = parseKeySync(text)
  const keychain = makeKeychainSync([text])
  return {
    by: '47ng cloak',
    seal: (value) => encryptStringSync(JSON.stringify(value), key),
    open: (sealed: string) => JSON.parse(decryptStringSync(sealed, findKeyForMessage(sealed, keychain))),
  }
}
