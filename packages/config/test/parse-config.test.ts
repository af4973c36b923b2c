import { staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { defineConfig, parseConfig } from '../src/index.js'
import { AUDIT_KEY, ENV, refusal } from './bench.js'

/** Stands where secrets do not belong, and may never be read again. */
const SECRET = 'swordfish-canary'

const codecServer = { auth: 'none-on-loopback' as const, policy: [] }
const server = (more: object) => ({ keys: 'env://K', codecServer: { ...codecServer, ...more } })
const auth = (way: object) => server({ auth: way })
const jwt = { issuer: 'i', audience: 'a', jwks: 'https://id.example/jwks' }
const table = { database: 'env:DATABASE_URL', table: 'users', column: 'ssn', context: { app: 'crm', row: '{id}' } }
const store = { database: 'env:DB', root: 'env://ROOT', audit: 'none' }

const cases: readonly [config: unknown, said: string][] = [
  [undefined, 'the configuration does not fit: expected object, received undefined'],
  [SECRET, 'the configuration does not fit: expected object, received string'],
  [{}, 'keys is missing'],
  [{ keys: SECRET }, 'keys must be a key URI, which begins with one of env://, file://, aws://'],
  [{ keys: `https://${SECRET}` }, 'keys must be a key URI'],
  [{ keys: [] }, 'keys '],
  [{ keys: ['env://A', SECRET] }, 'keys[1] must be a key URI'],
  [{ keys: { file: '/keys', allowMode: '777' } }, 'keys.allowMode must be permissions in octal digits, as 0440'],
  [
    { keys: { store: { ...store, database: `postgres://me:${SECRET}@db` } } },
    'keys.store.database must be the URL of a database by',
  ],
  [{ keys: { store: { ...store, root: SECRET } } }, 'keys.store.root must be a key URI'],
  [
    { keys: { store: { ...store, audit: { id: 'a1', secret: SECRET } } } },
    'keys.store.audit.secret must be a secret by reference',
  ],
  [{ keys: [{ store: { ...store, databse: SECRET } }] }, 'keys[0].store has no member databse'],
  [{ keys: 'env://K', audit: { to: 'file', key: AUDIT_KEY } }, 'audit.path is missing'],
  [{ keys: 'env://K', audit: { to: 'tape', key: AUDIT_KEY } }, "audit.to must be 'file', 'sql' or 'stdout'"],
  [
    { keys: 'env://K', audit: { to: 'stdout', key: { id: 'a1', secret: SECRET } } },
    'audit.key.secret must be a secret by reference',
  ],
  [
    { keys: 'env://K', audit: { to: 'stdout', key: [AUDIT_KEY, { id: 'A', secret: 'env:B' }] } },
    'audit.key[1].id must be 1 to 64',
  ],
  [
    { keys: 'env://K', audit: { to: 'sql', database: SECRET, key: AUDIT_KEY } },
    'audit.database must be the URL of a database by',
  ],
  [{ keys: 'env://K', queue: SECRET }, 'the configuration has no member queue'],
  [
    { keys: 'env://K', tables: [{ ...table, database: SECRET }] },
    'tables[0].database must be the URL of a database by reference',
  ],
  [
    { keys: 'env://K', tables: [{ ...table, holds: 'document' }] },
    'tables[0] does not fit: documents have a policy, and nothing else has',
  ],
  [{ keys: 'env://K', tables: [{ ...table, policy: { fields: ['/a'] } }] }, 'tables[0] does not fit: documents have a policy'],
  [{ keys: 'env://K', tables: [{ ...table, column: undefined }] }, 'tables[0].column is missing'],
  [{ keys: 'env://K', legacy: SECRET }, 'legacy must be a list of readers'],
  [{ keys: 'env://K', codecServer: {} }, 'codecServer.auth is missing'],
  [server({ listen: { port: SECRET } }), 'codecServer.listen.port does not fit: expected number, received string'],
  [server({ listen: { port: 70_000 } }), 'codecServer.listen.port does not fit: Too big'],
  [
    server({ listen: { tls: { cert: 'c', key: `-----BEGIN ${SECRET}` } } }),
    'codecServer.listen.tls.key must be a secret by reference',
  ],
  [auth({}), 'codecServer.auth must have at least one of jwt, tokens and proxy'],
  [auth({ jwt: { ...jwt, jwks: SECRET } }), 'codecServer.auth.jwt.jwks does not fit: Invalid URL'],
  [auth({ jwt: { ...jwt, jwks: undefined } }), 'codecServer.auth.jwt must have either jwks or publicKey'],
  [auth({ jwt: { ...jwt, algorithms: ['HS256'] } }), 'codecServer.auth.jwt.algorithms[0] does not fit: expected one of'],
  [auth({ tokens: [{ id: 'a', sha256: SECRET }] }), 'codecServer.auth.tokens[0].sha256 must be the SHA-256 of a secret'],
  [
    auth({ tokens: [{ id: 'a', sha256: 'a'.repeat(64), expires: SECRET }] }),
    'codecServer.auth.tokens[0].expires must be a date and time',
  ],
  [auth({ proxy: { header: 'x', secretSha256: SECRET } }), 'codecServer.auth.proxy.secretSha256 must be the SHA-256 of a secret'],
  [server({ policy: [{ who: ['*'], give: SECRET }] }), 'codecServer.policy[0].give does not fit: expected one of'],
  [server({ policy: [{ who: [], give: 'clear' }] }), 'codecServer.policy[0].who does not fit: Too small'],
  [
    server({ policy: [{ who: ['*'], give: 'clear', where: { contxt: {} } }] }),
    'codecServer.policy[0].where has no member contxt',
  ],
  [server({ ojs: { keys: [{ id: 'k', secret: SECRET }] } }), 'codecServer.ojs.keys[0].secret must be a secret by reference'],
  [server({ limits: { maxBodyBytes: 0 } }), 'codecServer.limits.maxBodyBytes does not fit: Too small'],
  [server({ scope: 7 }), 'codecServer.scope must be a text with names of the context in braces'],
]

describe('parseConfig', () => {
  it.each(cases)('refuses case %#', async (config, said) => {
    const message = await refusal(() => parseConfig(config))
    expect(message).toContain(`\n- ${said}`)
    expect(message).not.toContain(SECRET)
  })

  it('names everything that does not fit at once, and the file', async () => {
    const message = await refusal(() => parseConfig({ keys: 1, audit: { to: 'file' } }, { name: 'waxseal.config.json' }))
    expect(message.split('\n')).toEqual([
      'waxseal.config.json does not fit:',
      expect.stringMatching(/^- keys must be a key URI \(env:\/\/NAME\), /),
      '- audit.path is missing',
      '- audit.key is missing',
    ])
  })

  it('fills in what is safe', () => {
    const parsed = parseConfig({ ...server({}), audit: { to: 'stdout', key: AUDIT_KEY } })
    expect(parsed.audit).toMatchObject({ stream: 'access' })
    expect(parsed.codecServer).toMatchObject({ listen: { host: '127.0.0.1', port: 8888, tlsProxy: false }, detector: true })
  })

  it('takes what only code can give', () => {
    const keys = staticKeys([{ kid: 'k1', key: ENV.AUDIT_KEY }])
    const scope = () => 'tenant:1'
    const parsed = parseConfig(defineConfig({ keys: ['env://K', keys], codecServer: { ...codecServer, scope } }))
    expect(parsed.keys).toEqual(['env://K', keys])
    expect(parsed.codecServer?.scope).toBe(scope)
  })
})
