import { WaxsealError } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { createFakeDevVault, createFakeVault, type FakeVault, type FakeVaultOptions } from '../../src/fakes.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly errors: string[] | undefined
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member
  readonly body: any
}

interface Call {
  readonly token?: string | null
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly method?: string
  readonly init?: RequestInit
}

/** Asks as a client would; by default with the root token, a POST where there is a body. */
async function ask(vault: FakeVault, path: string, { token, body, headers, method, init }: Call = {}): Promise<Answer> {
  const response = await vault.fetch(`${path.startsWith('http') ? '' : `${vault.address}/v1/`}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { ...(token === null ? {} : { 'X-Vault-Token': token ?? vault.rootToken }), ...headers },
    ...init,
  })
  const text = await response.text()
  const parsed = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, headers: response.headers, errors: parsed?.errors, body: parsed }
}

const b64 = (text: string) => Buffer.from(text).toString('base64')
const KEY = b64('0123456789abcdef0123456789abcdef')

/** A server with a key, on a clock that the test moves. */
function withKey(options: FakeVaultOptions = {}) {
  const clock = { ms: Date.UTC(2026, 0, 1) }
  const vault = createFakeDevVault({ now: () => clock.ms, ...options })
  vault.createKey('orders')
  return { vault, clock }
}

describe('transit', () => {
  it('encrypts with associated data and gives nothing back without it', async () => {
    const { vault } = withKey()
    const sent = { plaintext: KEY, associated_data: b64('a') }
    const { status, body } = await ask(vault, 'transit/encrypt/orders', { body: sent })
    expect(status).toBe(200)
    expect(body.warnings).toBe(null)
    expect(body.data.key_version).toBe(1)
    const { ciphertext } = body.data
    expect(ciphertext).toMatch(/^vault:v1:[A-Za-z0-9+/]+=*$/)
    expect(Buffer.from(ciphertext.slice(9), 'base64').length).toBe(12 + 32 + 16)
    const opened = await ask(vault, 'transit/decrypt/orders', { body: { ciphertext, associated_data: b64('a') } })
    expect(opened.body.data).toEqual({ plaintext: KEY })
    for (const associated_data of [b64('b'), '', undefined]) {
      const refused = await ask(vault, 'transit/decrypt/orders', { body: { ciphertext, associated_data } })
      expect([refused.status, refused.errors]).toEqual([400, ['cipher: message authentication failed']])
    }
    const again = await ask(vault, 'transit/encrypt/orders', { body: sent })
    expect(again.body.data.ciphertext).not.toBe(ciphertext)
  })

  it('refuses every bit that was turned in a ciphertext, and says what is wrong with its form', async () => {
    const { vault } = withKey()
    const { body } = await ask(vault, 'transit/encrypt/orders', { body: { plaintext: KEY } })
    const bytes = Buffer.from(body.data.ciphertext.slice(9), 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit += 37) {
      const turned = Buffer.from(bytes)
      turned[bit >> 3]! ^= 1 << (bit & 7)
      const refused = await ask(vault, 'transit/decrypt/orders', {
        body: { ciphertext: `vault:v1:${turned.toString('base64')}` },
      })
      expect(refused.errors).toEqual(['cipher: message authentication failed'])
    }
    const texts = {
      'v1:AAAA': 'invalid ciphertext: no prefix',
      'vault:v1': 'invalid ciphertext: wrong number of fields',
      'vault:vx:AAAA': 'invalid ciphertext: version number could not be decoded',
      'vault:v2:AAAA': 'invalid ciphertext: version is too new',
      'vault:v1:A': 'invalid ciphertext: could not decode base64',
      'vault:v1:AAAA': 'invalid ciphertext length',
      '': 'missing ciphertext to decrypt',
    }
    for (const [ciphertext, error] of Object.entries(texts)) {
      const refused = await ask(vault, 'transit/decrypt/orders', { body: { ciphertext } })
      expect([refused.status, refused.errors]).toEqual([400, [error]])
    }
    const zero = await ask(vault, 'transit/decrypt/orders', { body: { ciphertext: body.data.ciphertext.replace('v1', 'v0') } })
    expect(zero.body.data.plaintext).toBe(KEY)
  })

  it('refuses plaintext that is no base64, and versions that may not encrypt', async () => {
    const { vault } = withKey()
    vault.rotateKey('orders')
    const refused = async (body: unknown) => {
      const { status, errors } = await ask(vault, 'transit/encrypt/orders', { body })
      expect(status).toBe(400)
      return errors?.[0]
    }
    expect(await refused({ plaintext: 'ab*d' })).toBe('illegal base64 data at input byte 2')
    expect(await refused({})).toBe('missing plaintext to encrypt')
    expect(await refused({ plaintext: KEY, key_version: -1 })).toBe('requested version for encryption is negative')
    expect(await refused({ plaintext: KEY, key_version: 3 })).toContain('higher than the latest')
    vault.configureKey('orders', { minEncryptionVersion: 2 })
    expect(await refused({ plaintext: KEY, key_version: 1 })).toContain('less than the minimum encryption')
    expect(await refused({ plaintext: 5 })).toContain('expected type')
    expect(await refused({ plaintext: KEY, nonce: 'AAAA' })).toContain('nonce not allowed')
    expect(await refused('{"plaintext":')).toBe('error parsing JSON')
    expect(await refused('[]')).toBe('error parsing JSON')
  })

  it('keeps old versions for decryption until min_decryption_version forbids them', async () => {
    const { vault } = withKey()
    const { body } = await ask(vault, 'transit/encrypt/orders', { body: { plaintext: KEY } })
    const decrypt = () => ask(vault, 'transit/decrypt/orders', { body: { ciphertext: body.data.ciphertext } })
    expect(vault.rotateKey('orders')).toBe(2)
    expect((await decrypt()).body.data.plaintext).toBe(KEY)
    const rewrapped = await ask(vault, 'transit/rewrap/orders', { body: { ciphertext: body.data.ciphertext } })
    expect(rewrapped.body.data).toMatchObject({ key_version: 2, ciphertext: expect.stringMatching(/^vault:v2:/) })
    vault.configureKey('orders', { minDecryptionVersion: 2 })
    expect((await decrypt()).errors).toEqual(['ciphertext or signature version is disallowed by policy (too old)'])
    const { data } = (await ask(vault, 'transit/keys/orders')).body
    expect(data).toMatchObject({ latest_version: 2, min_decryption_version: 2, min_encryption_version: 0, derived: false })
    expect(Object.keys(data.keys)).toEqual(['2'])
    vault.configureKey('orders', { minDecryptionVersion: 1 })
    expect((await decrypt()).status).toBe(200)
    expect(() => vault.configureKey('orders', { minDecryptionVersion: 3 })).toThrow(WaxsealError)
  })

  it('ignores associated data where it is not known, and says so only in a warning', async () => {
    const { vault } = withKey()
    const ignored = 'Endpoint ignored these unrecognized parameters: [associated_data]'
    const datakey = await ask(vault, 'transit/datakey/plaintext/orders', { body: { associated_data: b64('a') } })
    expect(datakey.body.warnings).toEqual([ignored])
    const { ciphertext, plaintext } = datakey.body.data
    expect(Buffer.from(plaintext, 'base64').length).toBe(32)
    const opened = await ask(vault, 'transit/decrypt/orders', { body: { ciphertext } })
    expect(opened.body.data.plaintext).toBe(plaintext)
    const rewrapped = await ask(vault, 'transit/rewrap/orders', { body: { ciphertext, associated_data: b64('a'), zeal: 1 } })
    expect(rewrapped.body.warnings).toEqual(['Endpoint ignored these unrecognized parameters: [associated_data zeal]'])
    const bound = await ask(vault, 'transit/encrypt/orders', { body: { plaintext: KEY, associated_data: b64('a') } })
    const lost = await ask(vault, 'transit/rewrap/orders', {
      body: { ciphertext: bound.body.data.ciphertext, associated_data: b64('a') },
    })
    expect(lost.errors).toEqual(['cipher: message authentication failed'])
    const named = await ask(vault, 'transit/datakey/wrapped/orders', { body: { name: 'orders', bits: 512 } })
    expect(named.body.warnings[0]).toContain(
      "replaced the value of these parameters with the values captured from the endpoint's path",
    )
    expect(named.body.data.plaintext).toBeUndefined()
  })

  it('binds associated data in datakey, and deletes keys softly, as OpenBao', async () => {
    const { vault } = withKey({ flavor: 'openbao' })
    const { body } = await ask(vault, 'transit/datakey/plaintext/orders', { body: { associated_data: b64('a') } })
    expect(body.warnings).toBe(null)
    const { ciphertext } = body.data
    expect((await ask(vault, 'transit/decrypt/orders', { body: { ciphertext } })).status).toBe(400)
    const bound = { ciphertext, associated_data: b64('a') }
    expect((await ask(vault, 'transit/decrypt/orders', { body: bound })).status).toBe(200)
    vault.softDeleteKey('orders')
    for (const path of ['transit/decrypt/orders', 'transit/datakey/plaintext/orders', 'transit/encrypt/orders']) {
      const refused = await ask(vault, path, {
        body: path.includes('/decrypt') ? bound : path.includes('/encrypt') ? { plaintext: KEY } : {},
      })
      expect([refused.status, refused.errors]).toEqual([400, ['refusing to use soft-deleted key']])
    }
    vault.restoreKey('orders')
    expect((await ask(vault, 'transit/decrypt/orders', { body: bound })).status).toBe(200)
  })

  it('takes a context for derived keys, and no notice of one for others', async () => {
    const { vault } = withKey()
    vault.createKey('tenants', { derived: true })
    const missing = await ask(vault, 'transit/encrypt/tenants', { body: { plaintext: KEY } })
    expect(missing.errors?.[0]).toMatch(/^missing 'context' for key derivation/)
    for (const [key, holds] of [
      ['tenants', true],
      ['orders', false],
    ] as const) {
      const { body } = await ask(vault, `transit/encrypt/${key}`, { body: { plaintext: KEY, context: b64('acme') } })
      const decrypt = (context: string) =>
        ask(vault, `transit/decrypt/${key}`, { body: { ...body.data, key_version: undefined, context } })
      expect((await decrypt(b64('acme'))).body.data.plaintext).toBe(KEY)
      expect((await decrypt(b64('other'))).status).toBe(holds ? 400 : 200)
    }
  })

  it('refuses associated data for keys that are not authenticated', async () => {
    const { vault } = withKey()
    vault.createKey('pair', { type: 'rsa-2048' })
    const refused = await ask(vault, 'transit/encrypt/pair', { body: { plaintext: KEY, associated_data: b64('a') } })
    expect(refused.errors).toEqual(["'[0].associated_data' provided for non-AEAD cipher suite rsa-2048"])
    const { body } = await ask(vault, 'transit/encrypt/pair', { body: { plaintext: KEY } })
    const opened = await ask(vault, 'transit/decrypt/pair', { body: { ciphertext: body.data.ciphertext } })
    expect(opened.body.data.plaintext).toBe(KEY)
  })

  it('makes a key that is not there only for who may create, and says so of a missing one to who may update', async () => {
    const { vault } = withKey()
    vault.setPolicy('updater', { 'transit/*': ['update'] })
    vault.setPolicy('creator', { 'transit/*': ['create', 'update'] })
    const [updater, creator] = ['updater', 'creator'].map((policy) => vault.createToken({ policies: [policy] }))
    const typo = { body: { plaintext: KEY } }
    expect((await ask(vault, 'transit/encrypt/ordres', { ...typo, token: updater! })).status).toBe(403)
    const decrypt = await ask(vault, 'transit/decrypt/ordres', { body: { ciphertext: 'vault:v1:AAAA' }, token: updater! })
    expect(decrypt.errors).toEqual(['encryption key not found'])
    vault.setUpsert(false)
    expect((await ask(vault, 'transit/encrypt/ordres', { ...typo, token: creator! })).errors).toEqual([
      'encryption key not found',
    ])
    vault.setUpsert(true)
    expect((await ask(vault, 'transit/encrypt/ordres', { ...typo, token: creator! })).status).toBe(200)
    expect((await ask(vault, 'transit/keys/ordres')).body.data.latest_version).toBe(1)
    expect((await ask(vault, 'transit/encrypt/ordres', { ...typo, token: updater! })).status).toBe(200)
  })

  it('answers batches item by item, with 400 where one fails', async () => {
    const { vault } = withKey()
    const items = [
      { plaintext: KEY, associated_data: b64('a'), reference: 'first' },
      { plaintext: KEY, associated_data: b64('b') },
    ]
    const { body } = await ask(vault, 'transit/encrypt/orders', { body: { batch_input: items } })
    expect(body.data.batch_results.map(({ reference }: { reference: string }) => reference)).toEqual(['first', ''])
    const back = body.data.batch_results.map(({ ciphertext }: { ciphertext: string }) => ({
      ciphertext,
      associated_data: b64('a'),
    }))
    const half = await ask(vault, 'transit/decrypt/orders', { body: { batch_input: back } })
    expect(half.status).toBe(400)
    expect(half.body.data.batch_results).toEqual([
      { plaintext: KEY, reference: '' },
      { error: 'cipher: message authentication failed', reference: '' },
    ])
    const partial = { batch_input: back, partial_failure_response_code: 202 }
    expect((await ask(vault, 'transit/decrypt/orders', { body: partial })).status).toBe(202)
    expect((await ask(vault, 'transit/decrypt/orders', { body: { ...partial, batch_input: [back[1]] } })).status).toBe(400)
    expect((await ask(vault, 'transit/decrypt/orders', { body: { batch_input: [] } })).errors).toEqual([
      'missing batch input to process',
    ])
    const mixed = { batch_input: [{ plaintext: KEY, context: b64('a') }, { plaintext: KEY }] }
    expect((await ask(vault, 'transit/encrypt/orders', { body: mixed })).errors?.[0]).toContain('context should be set')
    const rewrap = await ask(vault, 'transit/rewrap/orders', { body: { batch_input: back } })
    expect([rewrap.status, rewrap.body.data.batch_results[0].error]).toEqual([200, 'cipher: message authentication failed'])
  })

  it('makes, turns over, configures and deletes keys over HTTP', async () => {
    const { vault } = withKey()
    expect((await ask(vault, 'transit/keys/new', { body: { type: 'aes128-gcm96' } })).body.data.type).toBe('aes128-gcm96')
    expect((await ask(vault, 'transit/keys/new', { body: { type: 'rot13' } })).status).toBe(400)
    expect((await ask(vault, 'transit/keys/new/rotate', { body: {} })).body.data.latest_version).toBe(2)
    expect((await ask(vault, 'transit/keys/new', { method: 'DELETE' })).errors?.[0]).toContain('deletion is not allowed')
    const config = { deletion_allowed: true, min_encryption_version: 2 }
    expect((await ask(vault, 'transit/keys/new/config', { body: config })).body.data).toMatchObject(config)
    expect((await ask(vault, 'transit/keys/new', { method: 'DELETE' })).status).toBe(204)
    const gone = await ask(vault, 'transit/keys/new')
    expect([gone.status, gone.errors]).toEqual([404, []])
    expect((await ask(vault, 'transit/encrypt/orders', { method: 'GET' })).status).toBe(405)
    expect((await ask(vault, 'transit/sign/orders', { body: {} })).status).toBe(404)
    expect((await ask(vault, 'transi/encrypt/orders', { body: {} })).errors?.[0]).toMatch(/^no handler for route/)
  })
})

describe('key/value', () => {
  it('reads the latest version or one that is asked for', async () => {
    const { vault } = withKey()
    expect(vault.writeSecret('waxseal/root', { key: 'a' })).toBe(1)
    expect((await ask(vault, 'secret/data/waxseal/root', { body: { data: { key: 'b' } } })).body.data.version).toBe(2)
    const read = async (query = '') => (await ask(vault, `secret/data/waxseal/root${query}`)).body.data
    expect(await read()).toMatchObject({ data: { key: 'b' }, metadata: { version: 2, destroyed: false, deletion_time: '' } })
    expect(await read('?version=1')).toMatchObject({ data: { key: 'a' }, metadata: { version: 1 } })
    expect((await ask(vault, 'secret/data/waxseal/root?version=x')).status).toBe(400)
    expect((await ask(vault, 'secret/data/waxseal/root?verison=1')).body.warnings[0]).toContain('[verison]')
  })

  it('has two kinds of 404', async () => {
    const { vault, clock } = withKey()
    vault.writeSecret('root', { key: 'a' })
    for (const path of ['secret/data/other', 'secret/data/root?version=2']) {
      const none = await ask(vault, path)
      expect([none.status, none.body]).toEqual([404, { errors: [] }])
    }
    vault.deleteSecret('root', [1])
    const deleted = await ask(vault, 'secret/data/root')
    expect([deleted.status, deleted.body.data.data]).toEqual([404, null])
    expect(deleted.body.data.metadata).toMatchObject({ deletion_time: new Date(clock.ms).toISOString(), destroyed: false })
    vault.undeleteSecret('root', [1])
    expect((await ask(vault, 'secret/data/root')).status).toBe(200)
    vault.destroySecret('root', [1])
    vault.undeleteSecret('root', [1])
    const destroyed = await ask(vault, 'secret/data/root')
    expect([destroyed.status, destroyed.body.data.metadata.destroyed]).toEqual([404, true])
    expect((await ask(vault, 'secret/root')).body.warnings[0]).toContain('Invalid path for a versioned')
  })

  it('loses the oldest version for good when there are more than max_versions', async () => {
    const { vault } = withKey()
    for (let i = 1; i <= 10; i++) vault.writeSecret('root', { key: i })
    expect((await ask(vault, 'secret/data/root?version=1')).status).toBe(200)
    vault.writeSecret('root', { key: 11 })
    const gone = await ask(vault, 'secret/data/root?version=1')
    expect([gone.status, gone.body]).toEqual([404, { errors: [] }])
    const { data } = (await ask(vault, 'secret/metadata/root')).body
    expect(data).toMatchObject({ max_versions: 0, current_version: 11, oldest_version: 2 })
    expect(data.versions['2']).toMatchObject({ deletion_time: '', destroyed: false })
    await ask(vault, 'secret/metadata/root', { body: { max_versions: 2 } })
    vault.writeSecret('root', { key: 12 })
    expect(Object.keys((await ask(vault, 'secret/metadata/root')).body.data.versions)).toEqual(['11', '12'])
    expect((await ask(vault, 'secret/metadata/root', { method: 'DELETE' })).status).toBe(204)
    expect((await ask(vault, 'secret/metadata/root')).status).toBe(404)
  })

  it('deletes, restores, destroys and checks before it sets, over HTTP', async () => {
    const { vault } = withKey()
    const write = (options: unknown, data: unknown = { key: 'a' }) => ask(vault, 'secret/data/root', { body: { data, options } })
    expect((await write({ cas: 1 })).errors?.[0]).toContain('check-and-set')
    expect((await write({ cas: 0 })).status).toBe(200)
    expect((await write({ cas: 0 })).status).toBe(400)
    expect((await write({}, 'text')).status).toBe(400)
    expect((await ask(vault, 'secret/data/root', { method: 'DELETE' })).status).toBe(204)
    expect((await ask(vault, 'secret/data/root')).status).toBe(404)
    expect((await ask(vault, 'secret/undelete/root', { body: { versions: [1] } })).status).toBe(204)
    expect((await ask(vault, 'secret/data/root')).status).toBe(200)
    expect((await ask(vault, 'secret/destroy/root', { body: { versions: [] } })).status).toBe(400)
    expect((await ask(vault, 'secret/destroy/root', { method: 'PUT', body: { versions: [1] } })).status).toBe(204)
    expect((await ask(vault, 'secret/data/root')).body.data.metadata.destroyed).toBe(true)
  })
})

describe('tokens', () => {
  it('are asked for, and must be granted the path', async () => {
    const { vault } = withKey()
    vault.setPolicy('app', { 'transit/encrypt/orders': ['update'], 'secret/data/+/key': ['read'], 'secret/data/b/*': ['deny'] })
    vault.writeSecret('a/key', { key: 1 })
    const token = vault.createToken({ policies: ['app'] })
    const encrypt = (asked: string | null) => ask(vault, 'transit/encrypt/orders', { body: { plaintext: KEY }, token: asked })
    expect((await encrypt(token)).status).toBe(200)
    const none = await encrypt(null)
    expect([none.status, none.errors]).toEqual([403, ['permission denied']])
    expect((await encrypt('hvs.unknown')).errors?.[0]).toContain('invalid token')
    const denied = await ask(vault, 'transit/decrypt/orders', { body: { ciphertext: 'x' }, token })
    expect([denied.status, denied.errors]).toEqual([403, ['1 error occurred:\n\t* permission denied\n\n']])
    expect((await ask(vault, 'secret/data/a/key', { token })).status).toBe(200)
    expect((await ask(vault, 'secret/data/b/key', { token })).status).toBe(403)
    expect((await ask(vault, 'secret/data/a/key/more', { token })).status).toBe(403)
    expect((await ask(vault, 'elsewhere/data/a', { token })).status).toBe(403)
    vault.revokeToken(token)
    expect((await encrypt(token)).status).toBe(403)
  })

  it('expire by the clock, are renewed, and not beyond their maximum', async () => {
    const { vault, clock } = withKey()
    const token = vault.createToken({ ttlSeconds: 60, maxTtlSeconds: 100 })
    const renew = (body: unknown = {}) => ask(vault, 'auth/token/renew-self', { body, token })
    const look = () => ask(vault, 'auth/token/lookup-self', { token })
    clock.ms += 50_000
    expect((await look()).body.data).toMatchObject({ ttl: 10, creation_ttl: 60, renewable: true, policies: ['default'] })
    const capped = await renew()
    expect(capped.body.auth).toMatchObject({ client_token: token, lease_duration: 50, renewable: true })
    expect(capped.body.warnings[0]).toContain('exceeded the effective max_ttl')
    expect((await renew({ increment: 5 })).body.auth.lease_duration).toBe(5)
    clock.ms += 5_000
    expect((await look()).status).toBe(403)
    const fixed = vault.createToken({ renewable: false })
    expect((await ask(vault, 'auth/token/renew-self', { body: {}, token: fixed })).errors).toEqual(['lease is not renewable'])
    expect((await ask(vault, 'auth/token/revoke-self', { body: {}, token: fixed })).status).toBe(204)
    expect((await ask(vault, 'auth/token/lookup-self', { token: fixed })).status).toBe(403)
  })

  it('come from AppRole, whose secret ids can be used up', async () => {
    const { vault } = withKey()
    vault.setPolicy('app', { 'transit/encrypt/orders': ['update'] })
    const { roleId, secretId } = vault.createAppRole({ policies: ['app'], ttlSeconds: 30, secretIdUses: 1 })
    const login = (role_id: string, secret_id: string) =>
      ask(vault, 'auth/approle/login', { body: { role_id, secret_id }, token: null })
    expect((await login(roleId, 'wrong')).errors).toEqual(['invalid role or secret ID'])
    expect((await login('wrong', secretId)).status).toBe(400)
    const { auth } = (await login(roleId, secretId)).body
    expect(auth).toMatchObject({ lease_duration: 30, renewable: true, policies: ['app', 'default'] })
    const encrypt = await ask(vault, 'transit/encrypt/orders', { body: { plaintext: KEY }, token: auth.client_token })
    expect(encrypt.status).toBe(200)
    expect((await login(roleId, secretId)).status).toBe(400)
  })

  it('come from Kubernetes, for a service account token that is accepted now', async () => {
    const { vault } = withKey()
    vault.createKubernetesRole('app', { jwts: ['jwt-1'] })
    const login = (role: string, jwt: string) => ask(vault, 'auth/kubernetes/login', { body: { role, jwt }, token: null })
    expect((await login('app', 'jwt-1')).body.auth.client_token).toMatch(/^hvs\./)
    vault.createKubernetesRole('app', { jwts: ['jwt-2'] })
    expect((await login('app', 'jwt-1')).status).toBe(403)
    expect((await login('nobody', 'jwt-2')).errors).toEqual(['invalid role name "nobody"'])
    expect((await ask(vault, 'auth/kubernetes/login', { token: null })).status).toBe(405)
  })

  it('belong to a namespace, which keeps everything apart', async () => {
    const { vault } = withKey()
    vault.createNamespace('team/a')
    const namespace = 'team/a'
    vault.mount('transit', 'transit', { namespace })
    vault.createKey('orders', { namespace })
    vault.setPolicy('app', { 'transit/*': ['update'] }, { namespace })
    const token = vault.createToken({ policies: ['app'], namespace })
    const encrypt = (headers: Record<string, string>, asked = token) =>
      ask(vault, 'transit/encrypt/orders', { body: { plaintext: KEY }, headers, token: asked })
    const sealed = await encrypt({ 'X-Vault-Namespace': 'team/a/' })
    expect(sealed.status).toBe(200)
    expect((await encrypt({})).status).toBe(403)
    expect((await encrypt({ 'X-Vault-Namespace': 'team/b' })).status).toBe(404)
    const { ciphertext } = sealed.body.data
    expect((await ask(vault, 'transit/decrypt/orders', { body: { ciphertext } })).status).toBe(400)
    const within = { body: { ciphertext }, headers: { 'X-Vault-Namespace': namespace } }
    expect((await ask(vault, 'transit/decrypt/orders', within)).body.data.plaintext).toBe(KEY)
  })
})

describe('states', () => {
  const health = (vault: FakeVault, query = '') => ask(vault, `sys/health${query}`, { token: null })

  it('sealed: 503 to all but the status', async () => {
    const { vault } = withKey()
    expect((await health(vault)).status).toBe(200)
    vault.setState('sealed')
    const refused = await ask(vault, 'transit/keys/orders')
    expect([refused.status, refused.errors]).toEqual([503, ['Vault is sealed']])
    expect([(await health(vault)).status, (await health(vault)).body.sealed]).toEqual([503, true])
    expect((await ask(vault, 'sys/seal-status', { token: null })).body).toMatchObject({ sealed: true, initialized: true })
    vault.setState('uninitialized')
    expect((await health(vault)).status).toBe(501)
    vault.setState('active')
    expect((await ask(vault, 'transit/keys/orders')).status).toBe(200)
  })

  it('standby: sends requests to the active node, which fetch follows unless told not to', async () => {
    const { vault } = withKey()
    vault.setState('standby')
    expect((await health(vault)).status).toBe(429)
    expect((await health(vault, '?standbyok=true')).status).toBe(200)
    const body = { plaintext: KEY }
    const manual = await vault.fetch(`${vault.address}/v1/transit/encrypt/orders?x=1`, { redirect: 'manual' })
    expect(manual.status).toBe(307)
    expect(manual.headers.get('location')).toBe('https://vault-active.test:8200/v1/transit/encrypt/orders?x=1')
    expect((await ask(vault, 'transit/encrypt/orders', { body })).status).toBe(200)
    const refused = ask(vault, 'transit/encrypt/orders', { body, init: { redirect: 'error' } })
    await expect(refused).rejects.toThrow(TypeError)
  })

  it('performance standby: 412 while it is behind', async () => {
    const { vault } = withKey()
    vault.setState('performance_standby', { behind: true })
    expect((await health(vault)).status).toBe(473)
    expect((await health(vault, '?perfstandbyok')).status).toBe(200)
    expect((await ask(vault, 'transit/keys/orders')).status).toBe(412)
    vault.setState('performance_standby')
    expect((await ask(vault, 'transit/keys/orders')).status).toBe(200)
  })
})

describe('faults', () => {
  const encrypt = (vault: FakeVault, init: RequestInit = {}) =>
    ask(vault, 'transit/encrypt/orders', { body: { plaintext: KEY }, init })

  it('are answered as Vault says them, as often as was asked for', async () => {
    const { vault } = withKey()
    vault.faults.inject({ kind: 'throttled', retryAfterSeconds: 3 }, { times: 2 })
    vault.faults.inject({ kind: 'server_error' })
    vault.faults.inject({ kind: 'unavailable' })
    const throttled = await encrypt(vault)
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '3'])
    expect(throttled.errors).toEqual(['request path "transit/encrypt/orders": rate limit quota exceeded'])
    expect((await encrypt(vault)).status).toBe(429)
    expect((await encrypt(vault)).errors).toEqual(['internal error'])
    expect((await encrypt(vault)).status).toBe(500)
    expect((await encrypt(vault)).status).toBe(200)
    expect(vault.requests.map(({ status }) => status)).toEqual([429, 429, 500, 500, 200])
    expect(vault.requests.every(({ operation }) => operation === 'transit/encrypt')).toBe(true)
    expect(() => vault.faults.inject({ kind: 'dropped' }, { times: 0 })).toThrow(WaxsealError)
  })

  it('meet only the operation they are meant for, until they are cleared', async () => {
    const { vault } = withKey()
    vault.faults.inject({ kind: 'dropped' }, { operation: 'transit/decrypt', times: Number.POSITIVE_INFINITY })
    const { body } = await encrypt(vault)
    const decrypt = () => ask(vault, 'transit/decrypt/orders', { body: { ciphertext: body.data.ciphertext } })
    for (let i = 0; i < 3; i++) await expect(decrypt()).rejects.toThrow(TypeError)
    vault.faults.clear()
    expect((await decrypt()).status).toBe(200)
  })

  it('cut bodies short, send what is no JSON, and turn bits', async () => {
    const { vault } = withKey()
    vault.faults.inject({ kind: 'truncated' })
    await expect(encrypt(vault)).rejects.toThrow(TypeError)
    vault.faults.inject({ kind: 'garbage' })
    await expect(encrypt(vault)).rejects.toThrow(SyntaxError)
    vault.faults.inject({ kind: 'corrupt' })
    const corrupt = await encrypt(vault)
    expect(corrupt.body.data.ciphertext).toMatch(/^vault:v1:/)
    const refused = await ask(vault, 'transit/decrypt/orders', { body: { ciphertext: corrupt.body.data.ciphertext } })
    expect(refused.errors).toEqual(['cipher: message authentication failed'])
    const { body } = await encrypt(vault)
    vault.faults.inject({ kind: 'corrupt' })
    const opened = await ask(vault, 'transit/decrypt/orders', { body: { ciphertext: body.data.ciphertext } })
    const bytes = Buffer.from(opened.body.data.plaintext, 'base64')
    expect(bytes.length).toBe(32)
    expect(opened.body.data.plaintext).not.toBe(KEY)
    vault.writeSecret('root', { key: KEY })
    vault.faults.inject({ kind: 'corrupt' })
    const read = await ask(vault, 'secret/data/root')
    expect(read.body.data.data.key).toHaveLength(KEY.length)
    expect(read.body.data.data.key).not.toBe(KEY)
  })

  it('take time, which an abort cuts short', async () => {
    const { vault } = withKey()
    vault.faults.inject({ kind: 'latency', ms: 30 })
    const before = performance.now()
    expect((await encrypt(vault)).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThan(25)
    vault.faults.inject({ kind: 'latency', ms: 60_000 })
    await expect(encrypt(vault, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(encrypt(vault, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
    expect(vault.requests).toHaveLength(1)
  })

  it('set the clock wrong: a token that is good has expired', async () => {
    const { vault, clock } = withKey()
    const token = vault.createToken({ ttlSeconds: 60 })
    vault.faults.inject({ kind: 'clock_skew', ms: 61_000 })
    const late = await ask(vault, 'auth/token/lookup-self', { token })
    expect(late.status).toBe(403)
    expect(Date.parse(late.headers.get('date')!)).toBe(clock.ms + 61_000)
    expect((await ask(vault, 'auth/token/lookup-self', { token })).status).toBe(200)
  })

  it('lead elsewhere, where nobody answers, and what was sent there is on record', async () => {
    const { vault } = withKey()
    vault.faults.inject({ kind: 'redirect', location: 'https://thief.test/' }, { times: 2 })
    await expect(encrypt(vault)).rejects.toThrow(TypeError)
    expect(vault.requests.at(-1)).toEqual({ operation: 'elsewhere', status: 0 })
    expect((await encrypt(vault, { redirect: 'manual' }).catch((error) => error)).status).toBe(307)
    expect(vault.requests.at(-1)).toEqual({ operation: 'transit/encrypt', status: 307 })
    await expect(vault.fetch('https://vault.other.test/v1/sys/health')).rejects.toThrow(TypeError)
    expect((await vault.fetch('http://127.0.0.1:9999/v1/sys/health')).status).toBe(200)
  })
})

describe('a fake Vault', () => {
  it('is a frozen object that says what it is, and what a test does wrong', () => {
    const vault = createFakeVault()
    expect(vault.name).toBe('vault')
    expect(Object.isFrozen(vault)).toBe(true)
    expect(() => vault.createKey('orders')).toThrow(WaxsealError)
    vault.mount('kms/transit', 'transit')
    expect(() => vault.mount('/kms/transit/', 'kv')).toThrow(WaxsealError)
    vault.createKey('orders', { mount: 'kms/transit' })
    expect(() => vault.createKey('orders', { mount: 'kms/transit' })).toThrow(WaxsealError)
    expect(() => vault.createToken({ namespace: 'none' })).toThrow(WaxsealError)
    expect(() => createFakeVault({ address: 'vault' })).toThrow(WaxsealError)
  })

  it('answers 404 outside of its API, and forgets a key that was deleted', async () => {
    const { vault } = withKey()
    expect((await vault.fetch(`${vault.address}/v2/transit/keys/orders`)).status).toBe(404)
    vault.deleteKey('orders')
    expect((await ask(vault, 'transit/keys/orders')).status).toBe(404)
  })
})
