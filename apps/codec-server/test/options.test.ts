import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { ask, call, configOf, newFolder, sha256, start, TOKEN } from './app.js'

const status = async (port: number, headers: Record<string, string>) =>
  (await call(port, { authorization: '', ...headers })).status

describe('callers', () => {
  it('have JWTs of the issuer, signed by the key that the configuration names', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwt = {
      issuer: 'https://id.test',
      audience: 'codec',
      publicKey: 'env:PUBLIC',
      algorithms: ['ES256'],
      cookie: 'session',
    }
    const PUBLIC = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const { port } = await start(configOf({ codecServer: { auth: { jwt } } }), { PUBLIC })
    const token = async (audience: string) => {
      const claims = new SignJWT({ groups: ['fraud'] }).setProtectedHeader({ alg: 'ES256' })
      return await claims
        .setSubject('ann')
        .setIssuer('https://id.test')
        .setAudience(audience)
        .setExpirationTime('1m')
        .sign(privateKey)
    }
    expect(await status(port, { authorization: `Bearer ${await token('codec')}` })).toBe(200)
    expect(await status(port, { cookie: `session=${await token('codec')}` })).toBe(200)
    expect(await status(port, { authorization: `Bearer ${await token('other')}` })).toBe(401)
  })

  it('have tokens until these expire, or are told by a proxy', async () => {
    const [token, old, secret] = ['token', 'old', 'secret'].map((name) => `${name}-${randomBytes(24).toString('hex')}`) as [
      string,
      string,
      string,
    ]
    const auth = {
      tokens: [
        { id: 'ann', sha256: sha256(token), expires: '2099-01-01T00:00:00Z' },
        { id: 'old', sha256: sha256(old), expires: '2020-01-01T00:00:00+02:00' },
      ],
      proxy: { header: 'x-subject', secretSha256: sha256(secret), groups: { 'CN=bob': ['fraud'] } },
    }
    const policy = [{ who: ['group:fraud'], give: 'clear' }]
    const { port } = await start(configOf({ codecServer: { auth, policy } }))
    expect(await status(port, { authorization: `Bearer ${token}` })).toBe(200)
    expect(await status(port, { authorization: `Bearer ${old}` })).toBe(401)
    expect(await status(port, { 'x-subject': 'CN=bob', 'x-proxy-secret': secret })).toBe(200)
    expect(await status(port, { 'x-subject': 'CN=bob', 'x-proxy-secret': 'guess' })).toBe(401)
    expect(await status(port, {})).toBe(401)
  })
})

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('what is sealed here', () => {
  it("is Temporal's, with the key of the scope that a file of code fills in", async () => {
    const file = join(newFolder(), 'waxseal.config.mjs')
    const config = configOf({
      keys: undefined,
      codecServer: {
        policy: [{ who: ['*'], give: 'clear', seal: true }],
        temporal: { app: 'billing' },
        scope: 'tenant:{namespace}',
      },
    })
    const key = randomBytes(32).toString('base64')
    writeFileSync(
      file,
      `import { staticKeys } from '${import.meta.resolve('@waxseal/core')}'
export default { ...${JSON.stringify(config)}, keys: staticKeys([{ kid: 'acme', key: '${key}', scope: 'tenant:acme' }]) }`,
    )
    const { port } = await start(file)
    const payloads = [{ metadata: { encoding: base64('json/plain') }, data: base64('"4111"') }]
    const acme = { 'x-namespace': 'acme' }
    const sealed = (await (await ask(port, '/encode', { payloads }, acme)).json()) as { payloads: object[] }
    expect(sealed.payloads).toHaveLength(1)
    expect(sealed).not.toEqual({ payloads })
    expect(await (await ask(port, '/decode', sealed, acme)).json()).toEqual({ payloads })
    expect((await ask(port, '/encode', { payloads }, { 'x-namespace': 'other' })).status).toBe(400)
  })

  it('is nothing, where the configuration names no application', async () => {
    const { port } = await start(configOf({ codecServer: { policy: [{ who: ['*'], give: 'clear', seal: true }] } }))
    const refused = await ask(port, '/encode', { payloads: [] }, { 'x-namespace': 'acme' })
    expect(await refused.json()).toMatchObject({ error: { code: 'sealing_disabled' } })
  })

  it('is of Open Job Spec, with the keys that the configuration names', async () => {
    const config = configOf({
      codecServer: {
        policy: [{ who: ['*'], give: 'clear', seal: true, foreign: true }],
        ojs: { keys: [{ id: 'o1', secret: 'env:OJS_KEY' }] },
      },
    })
    const { port } = await start(config, { OJS_KEY: randomBytes(32).toString('hex') })
    const payloads = [{ data: base64('{"card":"4111"}'), metadata: { encoding: 'json/plain' } }]
    const encoded = (await (await ask(port, '/codec/encode', { payloads })).json()) as { payloads: object[] }
    expect(JSON.stringify(encoded)).toContain('o1')
    expect(await (await ask(port, '/codec/decode', encoded)).json()).toEqual({ payloads })
  })
})

describe('the inspector', () => {
  const page = async (port: number) => (await fetch(`http://127.0.0.1:${port}/inspector`)).status
  const pages = async (port: number) => {
    const asked = await fetch(`http://127.0.0.1:${port}/inspector/whoami`, { headers: { authorization: `Bearer ${TOKEN}` } })
    return ((await asked.json()) as { pages: string[] }).pages
  }

  it('is there where the configuration says so', async () => {
    expect(await page((await start(configOf())).port)).toBe(404)
    const { port } = await start(configOf({ codecServer: { inspector: true } }))
    expect(await page(port)).toBe(200)
    expect(await pages(port)).toEqual(['document'])
  })

  it('shows keys and the trail to those whom the configuration names', async () => {
    const audit = { to: 'file', path: join(newFolder(), 'audit.jsonl'), key: { id: 'a1', secret: 'env:AUDIT_KEY' } }
    const inspector = { keys: { who: ['ann'] }, audit: { who: ['group:fraud'] } }
    const { port } = await start(configOf({ audit, codecServer: { inspector } }))
    expect(await pages(port)).toEqual(['document', 'keys', 'audit'])
    const keys = await (await ask(port, '/inspector/keys', {})).json()
    expect(keys).toMatchObject({ keys: [{ kid: 'k1', versions: [{ version: 1, state: 'active' }] }] })
    expect(JSON.stringify(await (await ask(port, '/inspector/audit', {})).json())).toContain('codec.start')
  })
})
