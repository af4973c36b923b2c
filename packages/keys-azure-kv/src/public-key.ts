import { fromBase64 } from '@waxseal/core/keys'
import { toHex } from './hex.js'

/** A public key as JWK (`az keyvault key show --query key` fits) or as PEM (`-----BEGIN PUBLIC KEY-----`): RSA of 2048 bits or more, or P-256. */
export type SigningPublicKey = string | Readonly<{ kty?: string; n?: string; e?: string; crv?: string; x?: string; y?: string }>

/** A public key that fixes how signatures are checked. */
export interface PublicKey {
  /** RSA: RSASSA-PSS with SHA-256 and 32 bytes of salt; P-256: ECDSA with SHA-256, r || s. */
  readonly algorithm: 'PS256' | 'ES256'
  verify(message: Uint8Array, signature: Uint8Array): Promise<boolean>
}

const ALGORITHMS = {
  PS256: { import: { name: 'RSA-PSS', hash: 'SHA-256' }, verify: { name: 'RSA-PSS', saltLength: 32 } },
  ES256: { import: { name: 'ECDSA', namedCurve: 'P-256' }, verify: { name: 'ECDSA', hash: 'SHA-256' } },
}
// What SubjectPublicKeyInfo has before the key: RSA, from its fourth byte on; P-256, all of it (RFC 3279, RFC 5480).
const RSA_INFO = '300d06092a864886f70d010101050003'
const P256_INFO = '3059301306072a8648ce3d020106082a8648ce3d03010703420004'
// 2048 bits or more, in base64url.
const MODULUS = /^[\w-]{342,}$/

/** The public key of a JWK or PEM; undefined for anything else, a private key included. Imported at the first use. */
export function publicKey(given: unknown): PublicKey | undefined {
  const parsed = typeof given === 'string' ? fromPem(given) : fromJwk(given)
  if (!parsed) return undefined
  const { algorithm, load } = parsed
  let key: Promise<CryptoKey> | undefined
  return {
    algorithm,
    async verify(message, signature) {
      key ??= load()
      const loaded = await key
      const { modulusLength = 512 } = loaded.algorithm as Partial<RsaHashedKeyAlgorithm>
      // A signature of RSA that begins with zeros is the same number without them, and runtimes take it for the same.
      if (signature.length !== Math.ceil(modulusLength / 8)) return false
      return crypto.subtle.verify(ALGORITHMS[algorithm].verify, loaded, own(signature), own(message))
    },
  }
}

interface Parsed {
  readonly algorithm: PublicKey['algorithm']
  readonly load: () => Promise<CryptoKey>
}

function fromJwk(jwk: unknown): Parsed | undefined {
  const { kty, n, e, crv, x, y, d } = Object(jwk) as Readonly<Record<string, string | undefined>>
  if (d !== undefined) return undefined
  // Azure says RSA-HSM and EC-HSM where the key is in an HSM.
  if (/^RSA(-HSM)?$/.test(kty!) && MODULUS.test(n!) && /^[\w-]{2,8}$/.test(e!))
    return loaded('PS256', { kty: 'RSA', n: n!, e: e! })
  const isPoint = /^EC(-HSM)?$/.test(kty!) && crv === 'P-256' && [x, y].every((part) => /^[\w-]{43}$/.test(part!))
  return isPoint ? loaded('ES256', { kty: 'EC', crv: crv!, x: x!, y: y! }) : undefined
}

function fromPem(pem: string): Parsed | undefined {
  const body = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem)?.[1]
  const info = fromBase64(body?.replace(/\s/g, ''))
  if (!info) return undefined
  const start = toHex(info.subarray(0, 32))
  if (start.startsWith(P256_INFO) && info.length === 91) return loaded('ES256', info)
  return start.startsWith(RSA_INFO, 8) && info.length > 256 ? loaded('PS256', info) : undefined
}

function loaded(algorithm: PublicKey['algorithm'], key: JsonWebKey | Uint8Array): Parsed {
  const how = [ALGORITHMS[algorithm].import, false, ['verify']] as const
  const load = () =>
    key instanceof Uint8Array ? crypto.subtle.importKey('spki', own(key), ...how) : crypto.subtle.importKey('jwk', key, ...how)
  return { algorithm, load }
}

/** WebCrypto takes no view of shared memory. */
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes)
