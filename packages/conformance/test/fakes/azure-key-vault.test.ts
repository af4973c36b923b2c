import { WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createFakeAzureKeyVault, type FakeAzureKeyVault, type FakeAzureKeyVaultOptions } from '../../src/fakes.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member
  readonly body: any
  /** `code` or `code/inner code` of the error. */
  readonly code: string | undefined
}

interface Call {
  readonly token?: string | null
  readonly body?: unknown
  readonly method?: string
  readonly query?: string
  readonly headers?: Record<string, string>
  readonly init?: RequestInit
}

async function ask(azure: FakeAzureKeyVault, url: string, call: Call = {}): Promise<Answer> {
  const { token, body, method, query = '?api-version=7.4', headers, init } = call
  const hsm = url.startsWith(azure.hsmUrl) || url.includes('/managedhsm/')
  const bearer = token === undefined ? azure.issueToken({ audience: hsm ? 'managed-hsm' : 'vault' }) : token
  const response = await azure.fetch(`${url.startsWith('http') ? '' : azure.vaultUrl}${url}${query}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    ...init,
  })
  const text = await response.text()
  const parsed = text === '' ? undefined : JSON.parse(text)
  const error = parsed?.error
  const code = error?.innererror ? `${error.code}/${error.innererror.code}` : (error?.code ?? error)
  return { status: response.status, headers: response.headers, body: parsed, code }
}

const b64u = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url')
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
const KEY = b64u(Uint8Array.from({ length: 32 }, (_, i) => i * 7))

function service(options: FakeAzureKeyVaultOptions = {}) {
  const clock = { ms: Date.UTC(2026, 0, 1) }
  return { clock, azure: createFakeAzureKeyVault({ now: () => clock.ms, ...options }) }
}

describe('keys of the vault', () => {
  it('wrap with RSA-OAEP-256, unwrap only what was wrapped, and can be wrapped for without the service', async () => {
    const { azure } = service()
    const { kid, version } = await azure.createKey('orders')
    expect(kid).toBe(`https://waxseal.vault.azure.net/keys/orders/${version}`)
    expect(version).toMatch(/^[0-9a-f]{32}$/)
    const wrapped = await ask(azure, '/keys/orders/wrapkey', { body: { alg: 'RSA-OAEP-256', value: KEY } })
    expect([wrapped.status, wrapped.body.kid]).toEqual([200, kid])
    expect(bytesOf(wrapped.body.value).length).toBe(256)
    const unwrap = (value: string) => ask(azure, `${kid}/unwrapkey`, { body: { alg: 'RSA-OAEP-256', value } })
    expect((await unwrap(wrapped.body.value)).body).toEqual({ kid, value: KEY })
    const turned = bytesOf(wrapped.body.value)
    turned[200]! ^= 1
    for (const value of [b64u(turned), b64u(turned.slice(1)), b64u(Uint8Array.of(...turned, 0))]) {
      const refused = await unwrap(value)
      expect([refused.status, refused.code]).toEqual([400, 'BadParameter'])
    }
    const { key, attributes } = (await ask(azure, '/keys/orders')).body
    expect(key).toMatchObject({ kid, kty: 'RSA', e: 'AQAB', key_ops: expect.arrayContaining(['wrapKey', 'unwrapKey']) })
    expect(Object.keys(key).sort()).toEqual(['e', 'key_ops', 'kid', 'kty', 'n'])
    expect(attributes).toMatchObject({ enabled: true, created: Date.UTC(2026, 0, 1) / 1000, recoverableDays: 90 })
    const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' }
    const publicKey = await crypto.subtle.importKey('jwk', { kty: 'RSA', n: key.n, e: key.e }, algorithm, false, ['encrypt'])
    const offline = new Uint8Array(await crypto.subtle.encrypt('RSA-OAEP', publicKey, bytesOf(KEY)))
    expect((await unwrap(b64u(offline))).body.value).toBe(KEY)
  })

  it('refuse other algorithms, other members and other forms', async () => {
    const { azure } = service()
    await azure.createKey('orders')
    const refused = async (body: unknown, headers?: Record<string, string>) => {
      const { status, code } = await ask(azure, '/keys/orders/wrapkey', { body, ...(headers ? { headers } : {}) })
      return [status, code]
    }
    const bad = [400, 'BadParameter']
    for (const alg of ['RSA-OAEP', 'RSA1_5', 'A256KW', 'A256GCM', 'PS256', undefined])
      expect(await refused({ alg, value: KEY })).toEqual(bad)
    const alg = 'RSA-OAEP-256'
    for (const value of [`${KEY}=`, KEY.replace(/.$/, '+'), 'A', 5, undefined]) expect(await refused({ alg, value })).toEqual(bad)
    expect(await refused({ alg, value: b64u(new Uint8Array(191)) })).toEqual(bad)
    expect(await refused({ alg, value: b64u(new Uint8Array(190)) })).toEqual([200, undefined])
    expect(await refused({ alg, value: KEY, aad: KEY })).toEqual(bad)
    expect(await refused('[]')).toEqual(bad)
    expect((await refused({ alg, value: KEY }, { 'content-type': 'text/plain' }))[0]).toBe(415)
    const weak = service({ weakAlgorithms: true }).azure
    await weak.createKey('orders')
    const wrapped = await ask(weak, '/keys/orders/encrypt', { body: { alg: 'RSA-OAEP', value: KEY } })
    const opened = await ask(weak, '/keys/orders/decrypt', { body: { alg: 'RSA-OAEP', value: wrapped.body.value } })
    expect(opened.body.value).toBe(KEY)
  })

  it('have versions: what an old one wrapped, only it unwraps', async () => {
    const { azure } = service()
    const first = await azure.createKey('orders')
    const { value } = (await ask(azure, '/keys/orders//wrapkey', { body: { alg: 'RSA-OAEP-256', value: KEY } })).body
    const second = await azure.rotateKey('orders')
    expect(second.kid).not.toBe(first.kid)
    expect((await ask(azure, '/keys/orders')).body.key.kid).toBe(second.kid)
    expect((await ask(azure, `/keys/orders/${first.version}`)).body.key.kid).toBe(first.kid)
    const unwrap = (kid: string) => ask(azure, `${kid}/unwrapkey`, { body: { alg: 'RSA-OAEP-256', value } })
    expect((await unwrap(first.kid)).body.value).toBe(KEY)
    expect((await unwrap(second.kid)).code).toBe('BadParameter')
    expect((await unwrap(`${azure.vaultUrl}/keys/orders/${'0'.repeat(32)}`)).code).toBe('KeyNotFound')
    const third = await ask(azure, '/keys/orders/rotate', { method: 'POST' })
    expect(third.status).toBe(200)
    expect((await unwrap(third.body.key.kid)).status).toBe(400)
  })

  it('sign digests as WebCrypto verifies them, and verify them', async () => {
    const { azure } = service()
    await azure.createKey('rsa')
    await azure.createKey('ec', { kty: 'EC' })
    const message = new TextEncoder().encode('a header')
    const digest = b64u(new Uint8Array(await crypto.subtle.digest('SHA-256', message)))
    const verifiers = {
      PS256: { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
      RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
      ES256: { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' },
    }
    for (const [alg, algorithm] of Object.entries(verifiers)) {
      const name = alg === 'ES256' ? 'ec' : 'rsa'
      const { key } = (await ask(azure, `/keys/${name}`)).body
      const { kid, key_ops, ...jwk } = key
      const publicKey = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
      for (let i = 0; i < 3; i++) {
        const { status, body } = await ask(azure, `/keys/${name}/sign`, { body: { alg, value: digest } })
        expect(status).toBe(200)
        expect(await crypto.subtle.verify(algorithm, publicKey, bytesOf(body.value), message)).toBe(true)
        const verify = async (value: string, given = digest) =>
          (await ask(azure, `/keys/${name}/verify`, { body: { alg, digest: given, value } })).body
        expect(await verify(body.value)).toEqual({ value: true })
        const turned = bytesOf(body.value)
        turned[10 + i]! ^= 1
        expect(await verify(b64u(turned))).toEqual({ value: false })
        expect(await verify(b64u(bytesOf(body.value).slice(1)))).toEqual({ value: false })
        expect(await verify(body.value, KEY)).toEqual({ value: false })
      }
      const short = await ask(azure, `/keys/${name}/sign`, { body: { alg, value: 'AAAA' } })
      expect(short.code).toBe('BadParameter')
    }
    expect((await ask(azure, '/keys/ec/sign', { body: { alg: 'PS256', value: digest } })).code).toBe('BadParameter')
    expect((await ask(azure, '/keys/ec/wrapkey', { body: { alg: 'RSA-OAEP-256', value: KEY } })).code).toBe(
      'Forbidden/KeyOperationForbidden',
    )
  })

  it('are refused when disabled, out of date or not made for it', async () => {
    const { azure, clock } = service()
    const { version } = await azure.createKey('orders', { notBefore: clock.ms + 1000, expires: clock.ms + 5000 })
    const wrap = () => ask(azure, '/keys/orders/wrapkey', { body: { alg: 'RSA-OAEP-256', value: KEY } })
    expect((await wrap()).code).toBe('Forbidden/KeyNotYetValid')
    clock.ms += 1000
    const { value } = (await wrap()).body
    const unwrap = () => ask(azure, '/keys/orders/unwrapkey', { body: { alg: 'RSA-OAEP-256', value } })
    clock.ms += 4000
    expect((await wrap()).code).toBe('Forbidden/KeyExpired')
    expect((await unwrap()).body.value).toBe(KEY)
    expect((await ask(azure, '/keys/orders')).body.attributes).toMatchObject({ exp: clock.ms / 1000, nbf: clock.ms / 1000 - 4 })
    azure.updateKey('orders', { notBefore: null, expires: null })
    expect((await wrap()).status).toBe(200)
    azure.disableKey('orders', { version })
    for (const refused of [await wrap(), await unwrap(), await ask(azure, '/keys/orders')])
      expect([refused.status, refused.code]).toEqual([403, 'Forbidden/KeyDisabled'])
    azure.enableKey('orders')
    azure.updateKey('orders', { operations: ['wrapKey'] })
    expect((await wrap()).status).toBe(200)
    expect((await unwrap()).code).toBe('Forbidden/KeyOperationForbidden')
  })

  it('are deleted softly: gone for use, and their name is taken', async () => {
    const { azure } = service()
    await azure.createKey('orders')
    const create = () => ask(azure, '/keys/orders/create', { body: { kty: 'RSA', key_size: 2048 } })
    azure.deleteKey('orders', { inProgress: true })
    expect([(await ask(azure, '/keys/orders')).status, (await create()).code]).toEqual([409, 'Conflict/ObjectIsBeingDeleted'])
    azure.deleteKey('orders')
    const gone = await ask(azure, '/keys/orders')
    expect([gone.status, gone.code]).toEqual([404, 'KeyNotFound'])
    const conflict = await create()
    expect([conflict.status, conflict.code]).toEqual([409, 'Conflict/ObjectIsDeletedButRecoverable'])
    await expect(azure.createKey('orders')).rejects.toThrow(WaxsealError)
    azure.recoverKey('orders')
    expect((await ask(azure, '/keys/orders')).status).toBe(200)
    expect((await ask(azure, '/keys/orders', { method: 'DELETE' })).body.recoveryId).toBe(`${azure.vaultUrl}/deletedkeys/orders`)
    azure.purgeKey('orders')
    expect((await create()).status).toBe(200)
    expect((await ask(azure, '/keys/orders')).status).toBe(200)
  })

  it('are made over HTTP, and only as the vault has them', async () => {
    const { azure } = service()
    const create = async (body: unknown) => ask(azure, '/keys/orders/create', { body })
    const made = await create({ kty: 'EC', crv: 'P-256', key_ops: ['sign'], attributes: { enabled: true, exp: 1_900_000_000 } })
    expect(made.body).toMatchObject({ key: { kty: 'EC', crv: 'P-256', key_ops: ['sign'] }, attributes: { exp: 1_900_000_000 } })
    for (const body of [
      { kty: 'oct-HSM' },
      { kty: 'RSA' },
      { kty: 'EC', crv: 'P-384' },
      { kty: 'EC', key_ops: ['wrapKey'] },
      { kty: 'EC', key_ops: 'sign' },
      { kty: 'EC', attributes: { nbf: 'x' } },
      { kty: 'EC', attributes: 5 },
      { kty: 'DES' },
      {},
    ])
      expect((await create(body)).code).toBe('BadParameter')
  })
})

describe('keys of the managed HSM', () => {
  it('wrap with AES-KW', async () => {
    const { azure } = service()
    const { kid } = await azure.createKey('orders', { kty: 'oct-HSM' })
    expect(kid).toMatch(/^https:\/\/waxseal\.managedhsm\.azure\.net\/keys\/orders\//)
    const wrapped = await ask(azure, `${kid}/wrapkey`, { body: { alg: 'A256KW', value: KEY } })
    expect(bytesOf(wrapped.body.value).length).toBe(40)
    const unwrap = (value: string, alg = 'A256KW') => ask(azure, `${kid}/unwrapkey`, { body: { alg, value } })
    expect((await unwrap(wrapped.body.value)).body).toEqual({ kid, value: KEY })
    const turned = bytesOf(wrapped.body.value)
    turned[20]! ^= 4
    expect((await unwrap(b64u(turned))).code).toBe('BadParameter')
    expect((await unwrap(wrapped.body.value, 'A128KW')).code).toBe('BadParameter')
    expect((await ask(azure, `${kid}/wrapkey`, { body: { alg: 'A256KW', value: 'AAAA' } })).code).toBe('BadParameter')
    expect(Object.keys((await ask(azure, kid)).body.key).sort()).toEqual(['key_ops', 'kid', 'kty'])
    await azure.createKey('small', { kty: 'oct-HSM', size: 128 })
    const small = await ask(azure, `${azure.hsmUrl}/keys/small/wrapkey`, { body: { alg: 'A128KW', value: KEY } })
    expect(small.status).toBe(200)
  })

  it('encrypt with AES-GCM and bind the associated data', async () => {
    const { azure } = service()
    const { kid } = await azure.createKey('orders', { kty: 'oct-HSM' })
    const aad = b64u('tenant:acme')
    const { body } = await ask(azure, `${kid}/encrypt`, { body: { alg: 'A256GCM', value: KEY, aad } })
    expect([bytesOf(body.iv).length, bytesOf(body.tag).length, bytesOf(body.value).length, body.aad]).toEqual([12, 16, 32, aad])
    const decrypt = async (change: object) =>
      ask(azure, `${kid}/decrypt`, { body: { alg: 'A256GCM', value: body.value, iv: body.iv, tag: body.tag, aad, ...change } })
    expect((await decrypt({})).body.value).toBe(KEY)
    for (const change of [
      { aad: b64u('tenant:other') },
      { aad: undefined },
      { tag: b64u(new Uint8Array(16)) },
      { iv: undefined },
      { tag: body.tag.slice(0, 16) },
    ])
      expect((await decrypt(change)).code).toBe('BadParameter')
    expect((await ask(azure, `${kid}/encrypt`, { body: { alg: 'A256GCM', value: KEY, iv: body.iv } })).code).toBe('BadParameter')
  })

  it('are not those of the vault', async () => {
    const { azure } = service()
    await azure.createKey('orders', { kty: 'oct-HSM' })
    expect((await ask(azure, '/keys/orders')).code).toBe('KeyNotFound')
    const wrong = await ask(azure, `${azure.hsmUrl}/keys/orders`, { token: azure.issueToken() })
    expect([wrong.status, wrong.body.error.message]).toEqual([401, expect.stringContaining('AKV10022')])
    expect(wrong.headers.get('www-authenticate')).toContain('resource="https://managedhsm.azure.net"')
    expect((await ask(azure, `${azure.hsmUrl}/keys/orders`, { query: '?api-version=7.1' })).code).toBe('BadParameter')
    await expect(azure.createKey('pair', { store: 'managed-hsm' })).rejects.toThrow(WaxsealError)
    const pair = await azure.createKey('pair', { kty: 'RSA-HSM', store: 'managed-hsm' })
    expect((await ask(azure, `${pair.kid}/wrapkey`, { body: { alg: 'RSA-OAEP-256', value: KEY } })).status).toBe(200)
    expect(await azure.rotateKey('pair', { store: 'managed-hsm' })).not.toEqual(pair)
  })
})

describe('access', () => {
  it('needs a token, and says which', async () => {
    const { azure, clock } = service()
    await azure.createKey('orders')
    const none = await ask(azure, '/keys/orders', { token: null })
    expect([none.status, none.code]).toEqual([401, 'Unauthorized'])
    expect(none.headers.get('www-authenticate')).toBe(
      `Bearer authorization="https://login.microsoftonline.com/${azure.tenantId}", resource="https://vault.azure.net"`,
    )
    const token = azure.issueToken({ lifetimeSeconds: 60 })
    const status = async (asked: string) => (await ask(azure, '/keys/orders', { token: asked })).status
    expect(await status(token)).toBe(200)
    expect(await status(token.slice(0, -3))).toBe(401)
    expect(await status(azure.issueToken({ audience: 'https://management.azure.com' }))).toBe(401)
    expect(await status(azure.issueToken({ tenantId: 'another' }))).toBe(401)
    expect(await status(service().azure.issueToken())).toBe(401)
    clock.ms += 60_000
    expect(await status(token)).toBe(401)
    const early = azure.issueToken()
    clock.ms -= 301_000
    expect(await status(early)).toBe(401)
  })

  it('is granted by policy, and stopped by a firewall', async () => {
    const { azure } = service()
    await azure.createKey('orders')
    const get = () => ask(azure, '/keys/orders')
    azure.setAccess(azure.clientId, ['wrapKey'])
    expect([(await get()).status, (await get()).code]).toEqual([403, 'Forbidden/ForbiddenByPolicy'])
    expect((await ask(azure, '/keys/orders/wrapkey', { body: { alg: 'RSA-OAEP-256', value: KEY } })).status).toBe(200)
    azure.setAccess(azure.clientId, [], { code: 'AccessDenied' })
    expect((await get()).code).toBe('Forbidden/AccessDenied')
    expect((await ask(azure, '/keys/orders', { token: azure.issueToken({ clientId: azure.managedClientId }) })).status).toBe(200)
    azure.setFirewall(true)
    expect((await get()).code).toBe('Forbidden/ForbiddenByFirewall')
  })

  it('needs a version of the API, a path and a method that are there', async () => {
    const { azure } = service()
    await azure.createKey('orders')
    for (const query of ['', '?api-version=6.0']) expect((await ask(azure, '/keys/orders', { query })).code).toBe('BadParameter')
    for (const query of ['?api-version=7.6', '?api-version=2025-07-01'])
      expect((await ask(azure, '/keys/orders', { query })).status).toBe(200)
    expect((await ask(azure, '/secrets/orders')).status).toBe(404)
    expect((await ask(azure, '/keys/orders/wrapkey')).status).toBe(405)
    expect((await ask(azure, '/keys/orders', { method: 'PATCH', body: {} })).status).toBe(405)
    await expect(azure.fetch('https://other.vault.azure.net/keys/orders?api-version=7.4')).rejects.toThrow(TypeError)
    expect(azure.requests.at(-1)).toEqual({ operation: 'elsewhere', status: 0 })
  })
})

describe('tokens', () => {
  it('come for client credentials', async () => {
    const { azure } = service()
    await azure.createKey('orders')
    const login = async (change: Record<string, string> = {}, tenant = azure.tenantId) => {
      const form = {
        grant_type: 'client_credentials',
        client_id: azure.clientId,
        client_secret: azure.clientSecret,
        scope: 'https://vault.azure.net/.default',
        ...change,
      }
      const response = await azure.fetch(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams(form),
      })
      return { status: response.status, body: await response.json() }
    }
    const { status, body } = await login()
    expect([status, body.token_type, body.expires_in]).toEqual([200, 'Bearer', 3599])
    expect((await ask(azure, '/keys/orders', { token: body.access_token })).status).toBe(200)
    const hsm = (await login({ scope: 'https://managedhsm.azure.net/.default' })).body.access_token
    expect((await ask(azure, '/keys/orders', { token: hsm })).status).toBe(401)
    const refused = async (...login_: Parameters<typeof login>) => {
      const { status, body } = await login(...login_)
      return [status, body.error]
    }
    expect(await refused({ client_secret: 'wrong' })).toEqual([401, 'invalid_client'])
    expect(await refused({ client_id: 'wrong' })).toEqual([400, 'unauthorized_client'])
    expect(await refused({ grant_type: 'password' })).toEqual([400, 'unsupported_grant_type'])
    expect(await refused({ scope: 'https://vault.azure.net' })).toEqual([400, 'invalid_scope'])
    expect(await refused({ scope: 'https://thief.test/.default' })).toEqual([400, 'invalid_resource'])
    expect(await refused({ resource: 'x' })).toEqual([400, 'invalid_request'])
    expect(await refused({}, 'another')).toEqual([400, 'invalid_request'])
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    const wrong = await azure.fetch(`https://login.microsoftonline.com/${azure.tenantId}/oauth2/v2.0/token`, json)
    expect(wrong.status).toBe(400)
  })

  it('come for an assertion of workload identity that is accepted now', async () => {
    const { azure } = service()
    azure.setFederatedAssertion('first')
    azure.setFederatedAssertion('second')
    const login = async (client_assertion: string, type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer') => {
      const form = { grant_type: 'client_credentials', client_id: azure.clientId, scope: 'https://vault.azure.net/.default' }
      const response = await azure.fetch(`https://login.microsoftonline.com/${azure.tenantId}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams({ ...form, client_assertion, client_assertion_type: type }),
      })
      return response.status
    }
    expect([await login('second'), await login('first'), await login('second', 'jwt')]).toEqual([200, 401, 400])
  })

  it('come for the managed identity of a machine', async () => {
    const { azure, clock } = service()
    await azure.createKey('orders')
    const imds = (query: string, headers: Record<string, string> = { Metadata: 'true' }) =>
      ask(azure, 'http://169.254.169.254/metadata/identity/oauth2/token', { query, headers, token: null })
    const query = '?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net'
    const { body } = await imds(query)
    expect(body).toMatchObject({
      client_id: azure.managedClientId,
      expires_in: '3599',
      expires_on: String(clock.ms / 1000 + 3599),
      resource: 'https://vault.azure.net',
      token_type: 'Bearer',
    })
    expect((await ask(azure, '/keys/orders', { token: body.access_token })).status).toBe(200)
    expect((await imds(query, {})).status).toBe(400)
    expect((await imds(query, { Metadata: 'true', 'X-Forwarded-For': '1.2.3.4' })).status).toBe(400)
    expect((await imds(query.replace('api-version', 'version'))).status).toBe(400)
    expect((await imds(`${query}&client_id=x`)).status).toBe(400)
    expect((await imds(`${query}&client_id=${azure.managedClientId}`)).status).toBe(200)
    expect((await imds('?api-version=2018-02-01')).status).toBe(400)
  })

  it('come for the managed identity of an App Service', async () => {
    const { azure, clock } = service()
    const appService = (header: string, query = '?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net') =>
      ask(azure, azure.identityEndpoint, { query, headers: { 'X-IDENTITY-HEADER': header }, token: null })
    const { body } = await appService(azure.identityHeader)
    expect(body).toMatchObject({ expires_on: String(clock.ms / 1000 + 3599), token_type: 'Bearer' })
    expect((await appService('wrong')).status).toBe(401)
    expect((await appService(azure.identityHeader, '?resource=https%3A%2F%2Fvault.azure.net')).status).toBe(400)
  })
})

describe('faults', () => {
  const wrap = (azure: FakeAzureKeyVault, init: RequestInit = {}) =>
    ask(azure, '/keys/orders/wrapkey', { body: { alg: 'RSA-OAEP-256', value: KEY }, init })

  it('are answered as the service says them', async () => {
    const { azure, clock } = service()
    const { kid } = await azure.createKey('orders')
    azure.faults.inject({ kind: 'throttled', retryAfterSeconds: 2 })
    azure.faults.inject({ kind: 'server_error' })
    azure.faults.inject({ kind: 'unavailable' })
    const throttled = await wrap(azure)
    expect([throttled.status, throttled.code, throttled.headers.get('retry-after')]).toEqual([429, 'Throttled', '2'])
    expect((await wrap(azure)).code).toBe('InternalServerError')
    expect((await wrap(azure)).status).toBe(503)
    azure.faults.inject({ kind: 'corrupt' })
    const { value } = (await wrap(azure)).body
    expect((await ask(azure, `${kid}/unwrapkey`, { body: { alg: 'RSA-OAEP-256', value } })).code).toBe('BadParameter')
    const { n } = (await ask(azure, '/keys/orders')).body.key
    azure.faults.inject({ kind: 'corrupt' })
    expect((await ask(azure, '/keys/orders')).body.key.n).not.toBe(n)
    const token = azure.issueToken()
    azure.faults.inject({ kind: 'clock_skew', ms: 3_600_000 })
    const late = await ask(azure, '/keys/orders', { token })
    expect([late.status, Date.parse(late.headers.get('date')!)]).toEqual([401, clock.ms + 3_600_000])
    azure.faults.inject({ kind: 'dropped' })
    await expect(wrap(azure)).rejects.toThrow(TypeError)
    azure.faults.inject({ kind: 'truncated' })
    await expect(wrap(azure)).rejects.toThrow(TypeError)
    await expect(wrap(azure, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    expect(azure.requests.map(({ operation }) => operation).slice(0, 6)).toEqual([
      'wrapkey',
      'wrapkey',
      'wrapkey',
      'wrapkey',
      'unwrapkey',
      'getkey',
    ])
  })

  it('meet where tokens come from, too', async () => {
    const { azure } = service()
    azure.faults.inject({ kind: 'throttled' }, { operation: 'token' })
    azure.faults.inject({ kind: 'unavailable' }, { operation: 'imds' })
    azure.faults.inject({ kind: 'server_error' }, { operation: 'app-service' })
    const status = async (url: string) => {
      const { status, code } = await ask(azure, url, { token: null })
      return [status, code]
    }
    expect(await status(azure.identityEndpoint)).toEqual([500, 'server_error'])
    expect(await status('http://169.254.169.254/metadata/identity/oauth2/token')).toEqual([503, 'temporarily_unavailable'])
    expect(await status(`https://login.microsoftonline.com/${azure.tenantId}/oauth2/v2.0/token`)).toEqual([
      429,
      'too_many_requests',
    ])
  })

  it('do not send the token elsewhere: fetch takes it off where a redirect leads to another host', async () => {
    const { azure } = service()
    await azure.createKey('orders')
    azure.faults.inject({ kind: 'redirect', location: `${azure.hsmUrl}/keys/orders?api-version=7.4` })
    const led = await ask(azure, '/keys/orders')
    expect(led.body.error.message).toContain('AKV10000')
  })
})

describe('a fake Key Vault', () => {
  it('is told apart by paths on a loopback address', async () => {
    const { azure } = service()
    await azure.createKey('orders')
    await azure.createKey('orders', { kty: 'oct-HSM' })
    const at = 'http://127.0.0.1:8099'
    const vault = (await ask(azure, `${at}/keys/orders`)).body.key
    expect(vault.kid).toMatch(/^http:\/\/127\.0\.0\.1:8099\/keys\/orders\/[0-9a-f]{32}$/)
    const hsm = await ask(azure, `${at}/managedhsm/keys/orders`)
    expect(hsm.body.key.kid).toMatch(/^http:\/\/127\.0\.0\.1:8099\/managedhsm\/keys\/orders\//)
    const none = await ask(azure, `${at}/keys/orders`, { token: null })
    expect(none.headers.get('www-authenticate')).toContain(`authorization="${at}/${azure.tenantId}"`)
    const query = '?api-version=2018-02-01&resource=https://vault.azure.net'
    const imds = await ask(azure, `${at}/metadata/identity/oauth2/token`, { token: null, query, headers: { Metadata: 'true' } })
    expect(imds.status).toBe(200)
    expect((await ask(azure, `${at}/msi/token`, { token: null })).status).toBe(400)
    expect((await ask(azure, `${at}/${azure.tenantId}/oauth2/v2.0/token`, { token: null })).status).toBe(405)
  })

  it('is a frozen object that says what it is, and what a test does wrong', async () => {
    const azure = createFakeAzureKeyVault()
    expect(azure.name).toBe('azure-key-vault')
    expect(Object.isFrozen(azure)).toBe(true)
    expect(() => azure.disableKey('orders')).toThrow(WaxsealError)
    await expect(azure.createKey('a b')).rejects.toThrow(WaxsealError)
    await expect(azure.createKey('orders', { size: 1024 })).rejects.toThrow(WaxsealError)
    await azure.createKey('orders', { kty: 'EC' })
    expect(() => azure.disableKey('orders', { version: 'x' })).toThrow(WaxsealError)
    expect(() => createFakeAzureKeyVault({ vaultUrl: 'vault' })).toThrow(WaxsealError)
    expect(() => createFakeAzureKeyVault({ tokenLifetimeSeconds: 0 })).toThrow(WaxsealError)
  })
})
