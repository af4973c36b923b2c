import { type Bytes, randomBytes, toHex } from '../bytes.js'
import { badParameter, seconds } from './reply.js'

export type AzureKeyType = 'RSA' | 'RSA-HSM' | 'EC' | 'EC-HSM' | 'oct-HSM'
export type AzureKeyOperation = 'wrapKey' | 'unwrapKey' | 'encrypt' | 'decrypt' | 'sign' | 'verify'

export const KEY_OPERATIONS: readonly AzureKeyOperation[] = ['wrapKey', 'unwrapKey', 'encrypt', 'decrypt', 'sign', 'verify']

export interface AzureKeyVersion {
  /** 32 characters of hexadecimal. */
  readonly version: string
  readonly material: KeyMaterial
  readonly createdAt: number
  updatedAt: number
  enabled: boolean
  /** Milliseconds since 1970. */
  notBefore: number | undefined
  expires: number | undefined
  operations: readonly AzureKeyOperation[]
}

export interface AzureKey {
  readonly name: string
  readonly kty: AzureKeyType
  /** Bits; of the modulus, the curve or the secret. */
  readonly size: number
  /** The oldest first. */
  readonly versions: AzureKeyVersion[]
  state: 'live' | 'being-deleted' | 'deleted'
}

/** A JWK with its private members, or the bytes of an AES key. */
export type KeyMaterial = { readonly jwk: JsonWebKey } | { readonly bytes: Bytes }

const SIZES: Readonly<Record<string, readonly number[]>> = { RSA: [2048, 3072, 4096], EC: [256], oct: [128, 256] }
const family = (kty: AzureKeyType): 'RSA' | 'EC' | 'oct' => kty.replace('-HSM', '') as 'RSA' | 'EC' | 'oct'

/** Operations that a key of this type can do. */
export function operationsOf(kty: AzureKeyType): readonly AzureKeyOperation[] {
  if (family(kty) === 'EC') return ['sign', 'verify']
  return family(kty) === 'oct' ? KEY_OPERATIONS.slice(0, 4) : KEY_OPERATIONS
}

export interface NewAzureKey {
  readonly kty: AzureKeyType
  readonly size?: number
  readonly operations?: readonly AzureKeyOperation[]
  readonly enabled?: boolean
  readonly notBefore?: number
  readonly expires?: number
}

export function newAzureKey(name: string, { kty, size }: NewAzureKey): AzureKey {
  if (!/^[0-9A-Za-z-]{1,127}$/.test(name)) badParameter('The name of a key is 1 to 127 characters of 0-9, a-z, A-Z and -.')
  const sizes = SIZES[family(kty)] ?? badParameter(`kty ${kty} is not known.`)
  const bits = size ?? (family(kty) === 'oct' ? 256 : sizes[0]!)
  if (!sizes.includes(bits)) badParameter(`The key size ${bits} is not supported for ${kty}.`)
  return { name, kty, size: bits, versions: [], state: 'live' }
}

export async function addKeyVersion(
  key: AzureKey,
  options: Omit<NewAzureKey, 'kty' | 'size'>,
  now: number,
): Promise<AzureKeyVersion> {
  const { operations = operationsOf(key.kty), enabled = true, notBefore, expires } = options
  const able = operationsOf(key.kty)
  if (!operations.every((operation) => able.includes(operation))) badParameter(`key_ops are not those of ${key.kty}.`)
  const material = await newMaterial(key)
  const version = {
    version: toHex(randomBytes(16)),
    material,
    createdAt: now,
    updatedAt: now,
    enabled,
    notBefore,
    expires,
    operations,
  }
  key.versions.push(version)
  return version
}

async function newMaterial({ kty, size }: AzureKey): Promise<KeyMaterial> {
  if (family(kty) === 'oct') return { bytes: randomBytes(size / 8) }
  const rsa = { name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: size, publicExponent: Uint8Array.of(1, 0, 1) }
  const pair =
    family(kty) === 'RSA'
      ? await crypto.subtle.generateKey(rsa, true, ['encrypt', 'decrypt'])
      : await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  return { jwk: await crypto.subtle.exportKey('jwk', pair.privateKey) }
}

/** What the service shows of a key version: the public part. */
export function keyBundle({ name, kty }: AzureKey, version: AzureKeyVersion, base: string): unknown {
  const { material, enabled, notBefore, expires, createdAt, updatedAt, operations } = version
  const publicPart =
    'bytes' in material
      ? {}
      : family(kty) === 'EC'
        ? { crv: 'P-256', x: material.jwk.x, y: material.jwk.y }
        : { n: material.jwk.n, e: material.jwk.e }
  return {
    key: { kid: `${base}/keys/${name}/${version.version}`, kty, key_ops: operations, ...publicPart },
    attributes: {
      enabled,
      ...(notBefore === undefined ? {} : { nbf: seconds(notBefore) }),
      ...(expires === undefined ? {} : { exp: seconds(expires) }),
      created: seconds(createdAt),
      updated: seconds(updatedAt),
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
      exportable: false,
    },
    tags: {},
  }
}
