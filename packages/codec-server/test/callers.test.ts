import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callerOf } from '../src/callers/caller.js'
import {
  type Authentication,
  type Connection,
  jwtAuthentication,
  proxyAuthentication,
  tokenAuthentication,
} from '../src/index.js'
import { ask, auth, NOW, requestOf, sealed, serverWith, sha256, TOKENS } from './bench.js'

const told = (by: Authentication | Authentication[], headers: Record<string, string>, connection: Connection = {}) =>
  callerOf(Array.isArray(by) ? by : [by], requestOf({ token: null, body: {}, headers }), connection)
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const ISSUER = 'https://id.example.com'
const AUDIENCE = 'codec'
const mine = await generateKeyPair('ES256')
const theirs = await generateKeyPair('ES256')
const rsa = await generateKeyPair('RS256')
const jwks = { keys: [{ ...(await exportJWK(mine.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] }

interface Minted {
  readonly claims?: JWTPayload
  readonly key?: CryptoKey | Uint8Array
  readonly alg?: string
  readonly kid?: string
}
const mint = ({ claims = {}, key = mine.privateKey, alg = 'ES256', kid = 'k1' }: Minted = {}) =>
  new SignJWT({ sub: 'ann', iss: ISSUER, aud: AUDIENCE, exp: NOW / 1000 + 60, groups: ['fraud'], ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(key)

let host: Server
let asked = 0
let status = 200
beforeAll(async () => {
  host = createServer((_, response) => {
    asked++
    response.writeHead(status, { 'content-type': 'application/json' }).end(status === 200 ? JSON.stringify(jwks) : 'down')
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
})
afterAll(() => host.close())

const jwt = (more: object = {}) =>
  jwtAuthentication({
    keys: new URL(`http://127.0.0.1:${(host.address() as AddressInfo).port}/jwks.json`),
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['ES256'],
    now: () => NOW,
    ...more,
  })

describe('a JWT of an issuer', () => {
  it('is read from a cookie where that is said, and no header has one', async () => {
    const [ann, bob] = [await mint(), await mint({ claims: { sub: 'bob' } })]
    const cookie = `theme=dark; session=${ann}`
    expect(await told(jwt(), { cookie })).toBeUndefined()
    const reading = jwt({ cookie: 'session' })
    expect(await told(reading, { cookie })).toMatchObject({ id: 'ann', groups: ['fraud'] })
    expect(await told(reading, { cookie, ...bearer(bob) })).toMatchObject({ id: 'bob' })
    const forged = await mint({ key: theirs.privateKey })
    for (const other of [`session=${forged}`, '', 'session=', 'session=guessed', `other=${ann}`, `__proto__=${ann}`])
      expect(await told(reading, { cookie: other })).toBeUndefined()
  })

  it('in a cookie is of no use to a page of another origin', async () => {
    const server = serverWith({ auth: jwt({ cookie: 'session' }), now: () => NOW })
    const statusFor = async (origin: string) => {
      const headers = { cookie: `session=${await mint()}`, origin }
      return (await ask(server, { token: null, body: { document: 1 }, headers })).status
    }
    expect([await statusFor('http://localhost:8233'), await statusFor('https://evil.example')]).toEqual([200, 403])
  })

  it('names its caller and the groups', async () => {
    const by = jwt()
    expect(await told(by, bearer(await mint()))).toEqual({ id: 'ann', groups: ['fraud'] })
    const before = asked
    expect(await told(by, bearer(await mint({ claims: { sub: 'bob', groups: ['a', 1, 'a'] } })))).toEqual({
      id: 'bob',
      groups: ['a'],
    })
    expect(asked).toBe(before)
    expect(
      await told(
        jwt({ idClaim: 'email', groupsClaim: 'roles' }),
        bearer(await mint({ claims: { email: 'a@b.c', roles: ['r'] } })),
      ),
    ).toEqual({ id: 'a@b.c', groups: ['r'] })
  })

  it('lets its caller in, and nobody with another', async () => {
    const server = serverWith({ auth: [auth, jwt()] })
    const body = { document: await sealed(1) }
    expect((await ask(server, { body, token: await mint() })).status).toBe(200)
    expect((await ask(server, { body, token: TOKENS.ann })).status).toBe(200)
    expect((await ask(server, { body, token: await mint({ key: theirs.privateKey }) })).status).toBe(401)
  })

  it.each<[string, () => Promise<string> | string]>([
    ['signed by another key', () => mint({ key: theirs.privateKey })],
    ['of a key that the issuer has not', () => mint({ key: theirs.privateKey, kid: 'k2' })],
    ['of another issuer', () => mint({ claims: { iss: 'https://id.example.org' } })],
    ['for another audience', () => mint({ claims: { aud: 'another' } })],
    ['that is over', () => mint({ claims: { exp: NOW / 1000 - 31 } })],
    ['that is played back an hour later', () => mint({ claims: { exp: NOW / 1000 - 3600 } })],
    ['that is not valid yet', () => mint({ claims: { nbf: NOW / 1000 + 31 } })],
    ['that never ends', () => mint({ claims: { exp: undefined } as unknown as JWTPayload })],
    ['of nobody', () => mint({ claims: { sub: undefined } as unknown as JWTPayload })],
    ['of an empty name', () => mint({ claims: { sub: '' } })],
    ['of a very long name', () => mint({ claims: { sub: 'x'.repeat(256) } })],
    ['with another algorithm', () => mint({ key: rsa.privateKey, alg: 'RS256' })],
    ['with a secret made of the public key', () => mint({ alg: 'HS256', key: Buffer.from(JSON.stringify(jwks)) })],
    [
      'that is not signed',
      () => `${new UnsecuredJWT({ sub: 'ann', iss: ISSUER, aud: AUDIENCE, exp: NOW / 1000 + 60 }).encode()}`,
    ],
    [
      'that was changed',
      async () => (await mint()).replace(/^([^.]+)\.[^.]+/, `$1.${btoa('{"sub":"eve"}').replaceAll('=', '')}`),
    ],
    ['that is none', () => 'a.b.c'],
  ])('%s is refused', async (_, token) => {
    expect(await told(jwt(), bearer(await token()))).toBeUndefined()
  })

  it('is taken from Authorization-Extras, where both are of one caller', async () => {
    const extras = await mint({ claims: { groups: ['support'] } })
    expect(await told(jwt(), { 'authorization-extras': extras })).toEqual({ id: 'ann', groups: ['support'] })
    const both = { ...bearer(await mint()), 'authorization-extras': extras }
    expect(await told(jwt(), both)).toEqual({ id: 'ann', groups: ['fraud', 'support'] })
    const mixed = { ...both, 'authorization-extras': await mint({ claims: { sub: 'eve' } }) }
    expect(await told(jwt(), mixed)).toBeUndefined()
    const stolen = { ...both, 'authorization-extras': await mint({ key: theirs.privateKey }) }
    expect(await told(jwt(), stolen)).toBeUndefined()
  })

  it('cannot be judged while the keys of the issuer are out of reach', async () => {
    status = 500
    const response = await ask(serverWith({ auth: jwt() }), { body: {}, token: await mint() })
    status = 200
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    const nowhere = serverWith({ auth: jwt({ keys: new URL('http://127.0.0.1:1/jwks.json') }) })
    expect((await ask(nowhere, { body: {}, token: await mint() })).status).toBe(503)
  })

  it('is verified with one key', async () => {
    const by = jwt({ keys: mine.publicKey, algorithms: ['ES256', 'RS256'] })
    expect(await told(by, bearer(await mint()))).toMatchObject({ id: 'ann' })
    expect(await told(by, bearer(await mint({ key: rsa.privateKey, alg: 'RS256' })))).toBeUndefined()
  })

  it.each([
    { keys: new URL('http://id.example.com/jwks.json') },
    { issuer: '' },
    { audience: [] },
    { algorithms: [] },
    { algorithms: ['none'] },
    { algorithms: ['HS256'] },
  ])('is not configured with %j', (more) => {
    expect(() => jwt(more)).toThrow(expect.objectContaining({ code: 'config' }))
  })
})

describe('a token that was handed out', () => {
  it('names its caller until it is over', async () => {
    let now = NOW
    const tokens = [{ id: 'grafana', sha256: sha256('t'), groups: ['g'], expires: new Date(NOW + 1000) }]
    const by = tokenAuthentication(tokens, { now: () => now })
    expect(await told(by, bearer('t'))).toEqual({ id: 'grafana', groups: ['g'] })
    expect(await told(by, { authorization: 'bearer  t' })).toEqual({ id: 'grafana', groups: ['g'] })
    now += 1000
    expect(await told(by, bearer('t'))).toBeUndefined()
  })

  it('is refused by the first that knows its kind, and no other is asked', async () => {
    const open: Authentication = () => ({ id: 'anybody', groups: [] })
    expect(await told([auth, open], bearer('guessed'))).toBeUndefined()
    expect(await told([auth, open], {})).toMatchObject({ id: 'anybody' })
  })

  it.each([
    [[{ id: '', sha256: sha256('a') }]],
    [[{ id: 'a', sha256: 'a' }]],
    [[{ id: 'a', sha256: sha256('a').toUpperCase() }]],
    [
      [
        { id: 'a', sha256: sha256('a') },
        { id: 'b', sha256: sha256('a') },
      ],
    ],
    [[{ id: 'a', sha256: sha256('a'), expires: new Date(Number.NaN) }]],
  ])('is not configured with %j', (tokens) => {
    expect(() => tokenAuthentication(tokens)).toThrow(expect.objectContaining({ code: 'config' }))
  })
})

describe('a proxy', () => {
  const by = proxyAuthentication({
    header: 'x-client',
    secretSha256: sha256('s'),
    groups: (id) => (id.endsWith('CN=ops') ? ['ops'] : []),
  })

  it('names the caller, once it has proven itself', async () => {
    expect(await told(by, { 'x-client': 'O=x, CN=ops', 'x-proxy-secret': 's' })).toEqual({ id: 'O=x, CN=ops', groups: ['ops'] })
  })

  it.each([
    { 'x-client': 'CN=ops' },
    { 'x-client': 'CN=ops', 'x-proxy-secret': 'guessed' },
    { 'x-client': 'CN=ops', 'x-proxy-secret': '' },
    { 'x-client': '', 'x-proxy-secret': 's' },
    { 'x-client': 'x'.repeat(256), 'x-proxy-secret': 's' },
    { 'x-proxy-secret': 's' },
  ])('is not believed with %j', async (headers) => {
    expect(await told(by, headers)).toBeUndefined()
  })
})

describe('none-on-loopback', () => {
  const server = serverWith({ auth: 'none-on-loopback', policy: [{ who: ['loopback'], give: 'clear' }] })
  const reach = async (url: string, connection: Connection | undefined, headers: Record<string, string> = {}) => {
    const body = JSON.stringify({ document: 1 })
    const request = new Request(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
    return (await server.fetch(request, connection)).status
  }

  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('lets %s in', async (remoteAddress) => {
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect(await reach(`http://${host}:8089/open`, { remoteAddress })).toBe(200)
  })

  it.each(['192.168.0.7', '::ffff:10.0.0.1', '127.0.0.1.evil', '', undefined])('keeps %s out', async (remoteAddress) => {
    expect(await reach('http://localhost:8089/open', { remoteAddress })).toBe(401)
  })

  it('keeps out what does not say where it comes from, or came through a proxy', async () => {
    expect(await reach('http://localhost:8089/open', undefined)).toBe(401)
    for (const name of ['forwarded', 'x-forwarded-for', 'via'])
      expect(await reach('http://localhost:8089/open', { remoteAddress: '127.0.0.1' }, { [name]: 'x' })).toBe(401)
  })

  it('is not reached by a Host that is not the name it was asked by', async () => {
    const from = { remoteAddress: '127.0.0.1' }
    expect(await reach('http://localhost:8089/open', from, { host: 'evil.example' })).toBe(401)
    expect(await reach('http://localhost:8089/open', from, { host: 'localhost:8089' })).toBe(200)
  })

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '0.0.0.0'])(
    'is not reached by the name %s',
    async (name) => {
      expect(await reach(`http://${name}:8089/open`, { remoteAddress: '127.0.0.1' })).toBe(401)
    },
  )
})

describe('a codec server', () => {
  it.each([
    { auth: undefined },
    { auth: [] },
    { auth: 'none' },
    { trail: undefined },
    { sealer: {} },
    { reason: 'no' },
    { limits: { burst: 0 } },
    { limits: { bursts: 1 } },
    { limits: { maxPayloads: 1.5 } },
    { cors: { origins: ['*'] } },
    { cors: { origins: ['https://a.example/'] } },
    { cors: { origins: ['null'] } },
    { ojs: { dialect: 'go' } },
  ])('does not start with %j', (options) => {
    expect(() => serverWith(options as object)).toThrow(expect.objectContaining({ code: 'config' }))
  })
})
