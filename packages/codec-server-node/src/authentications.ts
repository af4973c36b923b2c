import { type Authentication, jwtAuthentication, proxyAuthentication, tokenAuthentication } from '@waxseal/codec-server'
import { type AuthConfig, readSecret } from '@waxseal/config'
import { WaxsealError } from '@waxseal/core'
import type { Environment } from '@waxseal/core/keys'
import { importSPKI } from 'jose'

type Ways = Exclude<AuthConfig, 'none-on-loopback'>

/** The ways to tell callers that a configuration names, in the order in which they are asked. */
export async function authenticationsOf(auth: AuthConfig, env: Environment): Promise<'none-on-loopback' | Authentication[]> {
  if (auth === 'none-on-loopback') return auth
  const { jwt, tokens, proxy } = auth
  return [
    ...(jwt ? [await jwtOf(jwt, env)] : []),
    ...(tokens
      ? [tokenAuthentication(tokens.map((token) => ({ ...token, expires: token.expires ? new Date(token.expires) : undefined })))]
      : []),
    ...(proxy ? [proxyOf(proxy)] : []),
  ]
}

async function jwtOf(
  { jwks, publicKey, algorithms, ...jwt }: NonNullable<Ways['jwt']>,
  env: Environment,
): Promise<Authentication> {
  const keys = publicKey === undefined ? new URL(jwks!) : await importKey(publicKey, algorithms[0]!, env)
  return jwtAuthentication({ ...jwt, algorithms, keys })
}

async function importKey(reference: string, algorithm: string, env: Environment): Promise<CryptoKey> {
  const pem = readSecret(reference, env)
  try {
    return await importSPKI(pem, algorithm)
  } catch (cause) {
    throw new WaxsealError('config', `${reference} holds no public key for ${algorithm}, PEM (SPKI)`, { cause })
  }
}

function proxyOf({ groups = {}, ...proxy }: NonNullable<Ways['proxy']>): Authentication {
  return proxyAuthentication({ ...proxy, groups: (id) => (Object.hasOwn(groups, id) ? groups[id]! : []) })
}
