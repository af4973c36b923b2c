import { WaxsealError } from '@waxseal/core'
import { fromBase64, toBase64 } from '../base64.js'
import { randomBytes, toHex } from '../bytes.js'

/** The content of a service account's key file, as JSON has it. */
export interface ServiceAccountKey {
  readonly type: 'service_account'
  readonly project_id: string
  readonly private_key_id: string
  /** RSA of 2048 bits, PKCS #8 in PEM. */
  readonly private_key: string
  readonly client_email: string
  readonly client_id: string
  readonly auth_uri: string
  readonly token_uri: string
  readonly universe_domain: string
}

/** A service account with what verifies its signatures. */
export interface ServiceAccount {
  readonly key: ServiceAccountKey
  readonly publicKey: CryptoKey
}

export const TOKEN_URI = 'https://oauth2.googleapis.com/token'

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

/** A new service account, with a key of its own. */
export async function createServiceAccount(projectId: string, accountId: string): Promise<ServiceAccount> {
  const size = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
  const pair = await crypto.subtle.generateKey({ ...RS256, ...size }, true, ['sign', 'verify'])
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  const key: ServiceAccountKey = Object.freeze({
    type: 'service_account',
    project_id: projectId,
    private_key_id: toHex(randomBytes(20)),
    private_key: toPem(pkcs8),
    client_email: `${accountId}@${projectId}.iam.gserviceaccount.com`,
    client_id: Array.from(randomBytes(21), (byte) => byte % 10).join(''),
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: TOKEN_URI,
    universe_domain: 'googleapis.com',
  })
  return Object.freeze({ key, publicKey: pair.publicKey })
}

/** The service account of a key file that is there already; `config` where its key is no PKCS #8 in PEM. */
export async function openServiceAccount(key: ServiceAccountKey): Promise<ServiceAccount> {
  const body = /^-----BEGIN PRIVATE KEY-----\n([\s\S]+)-----END PRIVATE KEY-----\n$/.exec(key.private_key)?.[1]
  const pkcs8 = fromBase64(body?.replaceAll('\n', ''))
  if (!pkcs8) throw new WaxsealError('config', 'private_key of the service account is no PKCS #8 in PEM')
  const { n, e, kty } = await crypto.subtle.exportKey(
    'jwk',
    await crypto.subtle.importKey('pkcs8', pkcs8.slice(), RS256, true, ['sign']),
  )
  const jwk = { n, e, kty } as JsonWebKey
  const publicKey = await crypto.subtle.importKey('jwk', jwk, RS256, true, ['verify'])
  return Object.freeze({ key: Object.freeze({ ...key }), publicKey })
}

const toPem = (der: Uint8Array): string =>
  `-----BEGIN PRIVATE KEY-----\n${toBase64(der).replace(/.{1,64}/g, '$&\n')}-----END PRIVATE KEY-----\n`
