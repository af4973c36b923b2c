import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { Page } from 'playwright-core'

const CLIENT = { clientId: 'temporal-ui', clientSecret: 'secret-of-the-pages', scopes: ['openid', 'email'] }
const AUDIENCE = 'codec-server'
/** Of every access token: what it is for. */
const RESOURCE = { audience: AUDIENCE, scope: '', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } } as const

export interface SignIn {
  readonly issuer: string
  /** Who may have signed in, by the pages' own id and by what their access tokens are for. */
  readonly audience: readonly [string, string]
  readonly client: typeof CLIENT
  /** Lets pages sign people in whose origin is this. */
  allow(origin: string): void
  close(): Promise<void>
}

/** An OpenID provider on a port of this machine; whoever comes, signs in by the name that they say. */
export async function signIn(): Promise<SignIn> {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  let handle: ReturnType<Provider['callback']> | undefined
  const server = createServer((request, response) => void handle?.(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`

  function allow(origin: string): void {
    const { clientId: client_id, clientSecret: client_secret } = CLIENT
    const provider = new Provider(issuer, {
      clients: [{ client_id, client_secret, redirect_uris: [`${origin}/auth/sso/callback`] }],
      jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'of-the-tests' } as never] },
      cookies: { keys: ['of the tests'] },
      pkce: { required: () => false },
      ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
      claims: { openid: ['sub'], email: ['email'] },
      conformIdTokenClaims: false,
      findAccount: (_, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId, email: `${accountId}@example.com` }),
      }),
      features: {
        devInteractions: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => `urn:${AUDIENCE}`,
          useGrantedResource: () => true,
          getResourceServerInfo: () => RESOURCE,
        },
      },
    })
    handle = provider.callback()
  }

  // It is asked for its keys before anybody knows where the pages are.
  allow('http://localhost')
  return {
    issuer,
    audience: [CLIENT.clientId, AUDIENCE],
    client: CLIENT,
    allow,
    async close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Signs in at the provider's own pages, which `page` has come to. */
export async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name)
  await page.getByPlaceholder('and password').fill('any')
  await page.getByRole('button', { name: 'Sign-in' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
}
