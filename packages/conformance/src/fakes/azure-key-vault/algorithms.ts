import { gcmOpen, gcmSeal } from '../aes-gcm.js'
import { fromBase64Url, toBase64Url } from '../base64.js'
import { type Bytes, concat } from '../bytes.js'
import type { AzureKey, AzureKeyOperation, AzureKeyVersion, KeyMaterial } from './key.js'
import { p256Sign, p256Verify } from './p256-signing.js'
import { badParameter } from './reply.js'
import { rsaSign, rsaVerify } from './rsa-signing.js'

/** The members of a request that an algorithm works on. */
export interface AlgorithmInput {
  readonly value: Bytes
  readonly digest: Bytes
  readonly iv: Bytes | undefined
  readonly tag: Bytes | undefined
  readonly aad: Bytes | undefined
}

/** Does the operation by the algorithm of that name, and returns the members of the answer besides `kid`. */
export async function runAlgorithm(
  alg: string,
  operation: AzureKeyOperation,
  { kty, size }: AzureKey,
  { material }: AzureKeyVersion,
  input: AlgorithmInput,
  weak: boolean,
): Promise<Record<string, unknown>> {
  const unsupported = (): never =>
    badParameter(`The algorithm ${alg} is not supported for ${operation} with a key of type ${kty}.`)
  const ciphers = operation !== 'sign' && operation !== 'verify'
  if ('bytes' in material) {
    if (alg === `A${size}KW` && (operation === 'wrapKey' || operation === 'unwrapKey'))
      return aesKeyWrap(operation, material.bytes, input)
    if (alg === `A${size}GCM` && (operation === 'encrypt' || operation === 'decrypt'))
      return aesGcm(operation, material.bytes, input)
    return unsupported()
  }
  if (ciphers) {
    if (!kty.startsWith('RSA')) return unsupported()
    if (alg === 'RSA-OAEP-256') return rsaOaep(operation, material.jwk, 'SHA-256', input)
    return alg === 'RSA-OAEP' && weak ? rsaOaep(operation, material.jwk, 'SHA-1', input) : unsupported()
  }
  if (kty.startsWith('RSA') ? alg !== 'PS256' && alg !== 'RS256' : alg !== 'ES256') return unsupported()
  return signing(alg as 'PS256' | 'RS256' | 'ES256', operation, material, input)
}

async function rsaOaep(operation: AzureKeyOperation, jwk: JsonWebKey, hash: string, { value }: AlgorithmInput) {
  const { kty, n, e } = jwk
  const length = fromBase64Url(n!)!.length
  const algorithm = { name: 'RSA-OAEP', hash }
  if (operation === 'wrapKey' || operation === 'encrypt') {
    if (value.length > length - 2 - (hash === 'SHA-1' ? 40 : 64)) badParameter('The value is too long for the key.')
    const key = await crypto.subtle.importKey('jwk', { kty: kty!, n: n!, e: e! }, algorithm, false, ['encrypt'])
    return text(await crypto.subtle.encrypt('RSA-OAEP', key, value))
  }
  if (value.length !== length) badParameter(`The value is ${value.length} bytes, not the ${length} of the key.`)
  const { p, q, d, dp, dq, qi } = jwk
  const whole = { kty: kty!, n: n!, e: e!, d: d!, p: p!, q: q!, dp: dp!, dq: dq!, qi: qi! }
  const key = await crypto.subtle.importKey('jwk', whole, algorithm, false, ['decrypt'])
  return text(await crypto.subtle.decrypt('RSA-OAEP', key, value).catch(failed))
}

async function aesKeyWrap(operation: 'wrapKey' | 'unwrapKey', bytes: Bytes, { value }: AlgorithmInput) {
  const kek = await crypto.subtle.importKey('raw', bytes, 'AES-KW', false, ['wrapKey', 'unwrapKey'])
  // HMAC keys, since they may have any length.
  const carrier = { name: 'HMAC', hash: 'SHA-256' }
  if (value.length % 8 !== 0 || value.length < (operation === 'wrapKey' ? 16 : 24))
    badParameter('The value of a key wrap is a multiple of 8 bytes, 16 or more.')
  if (operation === 'wrapKey') {
    const key = await crypto.subtle.importKey('raw', value, carrier, true, ['sign'])
    return text(await crypto.subtle.wrapKey('raw', key, kek, 'AES-KW'))
  }
  const key = await crypto.subtle.unwrapKey('raw', value, kek, 'AES-KW', carrier, true, ['sign']).catch(failed)
  return text(await crypto.subtle.exportKey('raw', key))
}

async function aesGcm(operation: 'encrypt' | 'decrypt', bytes: Bytes, { value, iv, tag, aad }: AlgorithmInput) {
  const associated = aad ?? new Uint8Array()
  if (operation === 'encrypt') {
    if (iv || tag) badParameter('iv and tag are made by the service.')
    const sealed = await gcmSeal(bytes, value, associated)
    return {
      ...text(sealed.slice(12, -16)),
      iv: toBase64Url(sealed.slice(0, 12)),
      tag: toBase64Url(sealed.slice(-16)),
      ...(aad ? { aad: toBase64Url(aad) } : {}),
    }
  }
  if (iv?.length !== 12 || tag?.length !== 16) return badParameter('iv has 12 bytes and tag 16.')
  return text((await gcmOpen(bytes, concat(iv, value, tag), associated)) ?? failed())
}

async function signing(
  alg: 'PS256' | 'RS256' | 'ES256',
  operation: AzureKeyOperation,
  material: Extract<KeyMaterial, { jwk: JsonWebKey }>,
  { value, digest }: AlgorithmInput,
) {
  const { jwk } = material
  const signed = operation === 'sign' ? value : digest
  if (signed.length !== 32) badParameter(`The digest is ${signed.length} bytes, not the 32 of SHA-256.`)
  if (operation === 'sign') return text(alg === 'ES256' ? p256Sign(jwk, signed) : await rsaSign(alg, jwk, signed))
  return { value: alg === 'ES256' ? p256Verify(jwk, signed, value) : await rsaVerify(alg, jwk, signed, value) }
}

const text = (bytes: ArrayBuffer | Uint8Array): { value: string } => ({ value: toBase64Url(new Uint8Array(bytes)) })

const failed = (): never => badParameter('The parameter is incorrect: the value could not be decrypted with this key.')
