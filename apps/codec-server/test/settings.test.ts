import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configOf, ENV, newFolder, run, start } from './app.js'

const SECRET = 'swordfish-canary'
const PLAIN = { ...ENV, WAXSEAL_AUDIT_KEY: ENV.AUDIT_KEY, WAXSEAL_AUDIT_FILE: '-', WAXSEAL_AUTH: 'none-on-loopback' }
const withConfig = (config: object) => ({ ...ENV, WAXSEAL_CONFIG: JSON.stringify(config) })

const cases: readonly [name: string, env: Record<string, string>, said: RegExp][] = [
  ['nothing', {}, /there is no waxseal\.config\.ts, .* here: make one, or name yours/],
  ['a file that is not there', { WAXSEAL_CONFIG: '/nonexistent.json' }, /there is no file \/nonexistent\.json/],
  ['JSON that is none', { WAXSEAL_CONFIG: `{ "${SECRET}` }, /WAXSEAL_CONFIG is neither a path nor JSON/],
  ['two places', { WAXSEAL_CONFIG: '{}', WAXSEAL_PORT: '1' }, /WAXSEAL_CONFIG and WAXSEAL_PORT are both set/],
  ['no codec server', withConfig({ keys: 'env://WAXSEAL_KEYS' }), /codecServer is missing/],
  ['no trail', withConfig(configOf({ audit: undefined })), /audit is missing: it says where/],
  ['no keys', withConfig(configOf({ keys: undefined })), /- keys is missing/],
  ['a key in place of its name', withConfig(configOf({ keys: `k1:${SECRET}` })), /- keys must be a key URI/],
  ['a key that is not set', withConfig(configOf({ keys: 'env://ELSEWHERE' })), /environment variable ELSEWHERE: is missing/],
  [
    'a password in the URL of a database',
    withConfig(
      configOf({ audit: { to: 'sql', database: `postgres://me:${SECRET}@db/x`, key: { id: 'a1', secret: 'env:AUDIT_KEY' } } }),
    ),
    /- audit\.database must be the URL of a database by reference/,
  ],
  [
    'the audit key itself',
    withConfig(configOf({ audit: { to: 'stdout', key: { id: 'a1', secret: SECRET } } })),
    /- audit\.key\.secret must be a secret by reference/,
  ],
  [
    'an audit key that is none',
    { ...withConfig(configOf()), AUDIT_KEY: SECRET },
    /env:AUDIT_KEY holds no key: 32 bytes in base64, base64url or hex/,
  ],
  ['a member that there is not', withConfig(configOf({ codecServer: { listn: {} } })), /- codecServer has no member listn/],
  [
    'a rule without its condition',
    withConfig(configOf({ codecServer: { policy: [{ who: ['*'], give: 'clear', wher: {} }] } })),
    /- codecServer\.policy\[0\] has no member wher/,
  ],
  [
    'types without a detector',
    withConfig(
      configOf({ codecServer: { detector: false, policy: [{ who: ['*'], give: 'clear', what: { types: ['EMAIL'] } }] } }),
    ),
    /a policy that names types needs a detector/,
  ],
  [
    'a token in clear',
    withConfig(configOf({ codecServer: { auth: { tokens: [{ id: 'a', sha256: SECRET }] } } })),
    /auth\.tokens\[0\]\.sha256 must be the SHA-256/,
  ],
  ['no way to tell callers', withConfig(configOf({ codecServer: { auth: {} } })), /codecServer\.auth must have at least one of/],
  [
    'plain HTTP for others',
    withConfig(configOf({ codecServer: { listen: { host: '0.0.0.0' } } })),
    /set listen\.tls, or listen\.tlsProxy/,
  ],
  [
    'everybody, for others',
    withConfig(configOf({ codecServer: { auth: 'none-on-loopback', listen: { host: '0.0.0.0', tlsProxy: true } } })),
    /listens on this machine alone/,
  ],
  [
    'a certificate that is not there',
    withConfig(configOf({ codecServer: { listen: { tls: { cert: '/nonexistent', key: 'env:WAXSEAL_KEYS' } } } })),
    /\/nonexistent cannot be read \(ENOENT\)/,
  ],
  [
    'an origin with a path',
    withConfig(configOf({ codecServer: { cors: { origins: ['https://a.example/'] } } })),
    /an origin is a scheme, a host and a port/,
  ],
  [
    'a key of an issuer over http',
    withConfig(configOf({ codecServer: { auth: { jwt: { issuer: 'i', audience: 'a', jwks: 'http://id.example/jwks' } } } })),
    /fetched over https/,
  ],
  [
    'a public key that is none',
    {
      ...withConfig(configOf({ codecServer: { auth: { jwt: { issuer: 'i', audience: 'a', publicKey: 'env:PUBLIC' } } } })),
      PUBLIC: SECRET,
    },
    /env:PUBLIC holds no public key for RS256/,
  ],
  [
    'a page of a trail that cannot be read',
    withConfig(configOf({ codecServer: { inspector: { audit: { who: ['*'] } } } })),
    /codecServer\.inspector\.audit needs a trail that can be read/,
  ],
  ['variables: no rules', PLAIN, /WAXSEAL_POLICY is missing: a list of rules/],
  ['variables: rules that are no JSON', { ...PLAIN, WAXSEAL_POLICY: SECRET }, /WAXSEAL_POLICY is no JSON/],
  [
    'variables: a port that is none',
    { ...PLAIN, WAXSEAL_POLICY: '[]', WAXSEAL_PORT: 'x' },
    /WAXSEAL_PORT is the number of a port/,
  ],
  [
    'variables: no way to tell callers',
    { ...ENV, WAXSEAL_AUDIT_FILE: '-', WAXSEAL_POLICY: '[]' },
    /WAXSEAL_JWT_ISSUER is missing: callers are told by JWT/,
  ],
]

describe('a configuration that does not fit', () => {
  it.concurrent.each(cases)('%s', async (_, env, said) => {
    const { code, stdout, stderr } = await run([], env)
    expect(stderr).toMatch(said)
    expect(stderr).not.toContain(SECRET)
    expect(stderr).not.toMatch(/^ +at /m)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('says how the program is called', async () => {
    expect(await run(['--nonsense'], ENV)).toMatchObject({ code: 2, stderr: expect.stringContaining('--config FILE') })
    expect(await run(['--help'], ENV)).toMatchObject({ code: 0, stdout: expect.stringContaining('--config FILE') })
  })

  it('of the file in the working directory is named by its member', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'waxseal.config.mjs'), `export default { keys: 'env://K', codecServer: { policy: '${SECRET}' } }`)
    const { code, stderr } = await run([], ENV, folder)
    expect(code).toBe(2)
    expect(stderr).toContain('waxseal.config.mjs does not fit:\n- codecServer.auth is missing\n- codecServer.policy ')
    expect(stderr).not.toContain(SECRET)
  })
})

describe('what cannot be had', () => {
  it('as a port that is taken, ends the program with 1', async () => {
    const { port } = await start(configOf())
    const { code, stderr } = await run([], withConfig(configOf({ codecServer: { listen: { port } } })))
    expect(stderr).toBe(`waxseal-codec-server: 127.0.0.1:${port} cannot be listened on (EADDRINUSE)\n`)
    expect(code).toBe(1)
  })

  it('as the folder of the trail, does so too', async () => {
    const audit = { to: 'file', path: '/nonexistent/audit.jsonl', key: { id: 'a1', secret: 'env:AUDIT_KEY' } }
    const { code, stderr } = await run([], withConfig(configOf({ audit })))
    expect(stderr).toContain('/nonexistent/audit.jsonl could not be opened or read')
    expect(code).toBe(1)
  })
})
