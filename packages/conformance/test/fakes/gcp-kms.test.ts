import { createSign, generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { crc32c } from '../../src/fakes/crc32c.ts'
import { createFakeGcpKms, type FakeGcpKms, type FakeGcpKmsOptions, type ServiceAccountKey } from '../../src/fakes.ts'

const START = Date.parse('2026-03-01T12:00:00Z')
const SECONDS = START / 1000
const DAY = 86_400_000
const KMS = 'https://cloudkms.googleapis.com'
const TOKEN = 'https://oauth2.googleapis.com/token'
const METADATA = 'http://metadata.google.internal/computeMetadata/v1'
const SCOPE = 'https://www.googleapis.com/auth/cloudkms'
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

type Members = Record<string, unknown>

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')
const bytesOf = (text: string | undefined) => new Uint8Array(Buffer.from(text ?? '', 'base64'))
const checksum = (text: string | undefined) => String(crc32c(bytesOf(text)))

/** A token signed with node:crypto, with none of the code under test. */
const sign = (key: ServiceAccountKey, claims: Members, header: Members = {}) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: key.private_key_id, ...header })}.${part(claims)}`
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key.private_key).toString('base64url')}`
}

let serviceAccount: ServiceAccountKey
beforeAll(async () => {
  serviceAccount = (await createFakeGcpKms()).serviceAccount
})

async function setUp(options: FakeGcpKmsOptions = {}) {
  const clock = { time: START }
  const kms = await createFakeGcpKms({ now: () => clock.time, serviceAccount, ...options })
  const answer = async (response: Response) => {
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {}
    return { status: response.status, answer: json, error: json.error, text, headers: response.headers }
  }
  const ask = async (path: string, body?: Members | string, bearer = kms.createAccessToken(), base = KMS) => {
    const headers = { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const sent = body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }
    return answer(await kms.fetch(`${base}/v1/${path}`, { headers, ...sent }))
  }
  const ok = async (...call: Parameters<typeof ask>) => {
    const outcome = await ask(...call)
    expect(outcome.error).toBeUndefined()
    expect(outcome.status).toBe(200)
    return outcome.answer as Record<string, string>
  }
  const exchange = async (assertion: string, form: Record<string, string> = {}, url = TOKEN) =>
    answer(await kms.fetch(url, { method: 'POST', body: new URLSearchParams({ grant_type: GRANT, assertion, ...form }) }))
  const claims = { iss: serviceAccount.client_email, scope: SCOPE, aud: TOKEN, iat: SECONDS, exp: SECONDS + 3600 }
  return { kms, clock, ask, ok, exchange, claims, answer }
}

const invalid = (message: RegExp | string) => ({
  status: 400,
  error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringMatching(message) },
})

describe('CRC-32C', () => {
  it('is that of RFC 3720', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
    expect(crc32c(new Uint8Array())).toBe(0)
  })
})

describe('the fake of Google Cloud KMS', () => {
  it('encrypts and decrypts, with checksums both ways', async () => {
    const { kms, ok } = await setUp()
    const [plaintext, aad] = [base64('a key'), base64('context')]
    const sealed = await ok(`${kms.keyName}:encrypt`, {
      plaintext,
      plaintextCrc32c: checksum(plaintext),
      additionalAuthenticatedData: aad,
      additionalAuthenticatedDataCrc32c: checksum(aad),
    })
    expect(sealed).toEqual({
      name: `${kms.keyName}/cryptoKeyVersions/1`,
      ciphertext: expect.any(String),
      ciphertextCrc32c: checksum(sealed.ciphertext),
      verifiedPlaintextCrc32c: true,
      verifiedAdditionalAuthenticatedDataCrc32c: true,
      protectionLevel: 'SOFTWARE',
    })
    const opened = await ok(`${kms.keyName}:decrypt`, {
      ciphertext: sealed.ciphertext,
      ciphertextCrc32c: checksum(sealed.ciphertext),
      additionalAuthenticatedData: aad,
      additionalAuthenticatedDataCrc32c: checksum(aad),
    })
    expect(opened).toEqual({ plaintext, plaintextCrc32c: checksum(plaintext), usedPrimary: true, protectionLevel: 'SOFTWARE' })
    const bare = await ok(`${kms.keyName}:encrypt?alt=json`, { plaintext })
    expect(bare).not.toHaveProperty('verifiedPlaintextCrc32c')
    expect(await ok(`${kms.keyName}:decrypt`, { ciphertext: bare.ciphertext })).toMatchObject({ plaintext })
    expect(kms.requests.map(({ operation }) => operation)).toEqual(['Encrypt', 'Decrypt', 'Encrypt', 'Decrypt'])
  })

  it('refuses what a checksum does not fit', async () => {
    const { kms, ask, ok } = await setUp()
    const plaintext = base64('a key')
    const { ciphertext } = await ok(`${kms.keyName}:encrypt`, { plaintext })
    const wrong: [string, Members, RegExp][] = [
      ['encrypt', { plaintext, plaintextCrc32c: '1' }, /checksum in field plaintext_crc32c did not match/],
      ['encrypt', { plaintext, additionalAuthenticatedDataCrc32c: '1' }, /additional_authenticated_data_crc32c did not match/],
      ['decrypt', { ciphertext, ciphertextCrc32c: '1' }, /ciphertext_crc32c did not match/],
      ['decrypt', { ciphertext, additionalAuthenticatedDataCrc32c: '1' }, /additional_authenticated_data_crc32c did not match/],
      ['encrypt', { plaintext, plaintextCrc32c: Number(checksum(plaintext)) }, /TYPE_INT64/],
      ['encrypt', { plaintext, plaintextCrc32c: `0${checksum(plaintext)}` }, /TYPE_INT64/],
      ['encrypt', { plaintext, plaintextCrc32c: '4294967296' }, /TYPE_INT64/],
    ]
    for (const [verb, body, message] of wrong) expect(await ask(`${kms.keyName}:${verb}`, body)).toMatchObject(invalid(message))
  })

  it('binds the associated data, the key and every bit of the ciphertext', async () => {
    const { kms, ask, ok } = await setUp()
    const additionalAuthenticatedData = base64('context')
    const { ciphertext } = await ok(`${kms.keyName}:encrypt`, { plaintext: base64('a key'), additionalAuthenticatedData })
    for (const other of [{}, { additionalAuthenticatedData: base64('Context') }])
      expect(await ask(`${kms.keyName}:decrypt`, { ciphertext, ...other })).toMatchObject(invalid(/^Decryption failed/))
    const bytes = bytesOf(ciphertext)
    for (let at = 0; at < bytes.length; at++) {
      const turned = bytes.slice()
      turned[at]! ^= 1
      const body = { ciphertext: base64(turned), additionalAuthenticatedData }
      expect(await ask(`${kms.keyName}:decrypt`, body)).toMatchObject(invalid(/^Decryption failed/))
    }
    for (const end of [1, 20, 26, 40, bytes.length - 1])
      expect(await ask(`${kms.keyName}:decrypt`, { ciphertext: base64(bytes.subarray(0, end)) })).toMatchObject(
        invalid(/^Decryption failed/),
      )
    const other = kms.createKey()
    expect(await ask(`${other}:decrypt`, { ciphertext, additionalAuthenticatedData })).toMatchObject(
      invalid(/^Decryption failed: verify that 'name' refers to the correct CryptoKey/),
    )
  })

  it('encrypts with the primary version, and decrypts with the one that encrypted', async () => {
    const { kms, ask, ok } = await setUp()
    const plaintext = base64('a key')
    const first = await ok(`${kms.keyName}:encrypt`, { plaintext })
    const second = kms.rotateKey(kms.keyName)
    expect(await ok(`${kms.keyName}:encrypt`, { plaintext })).toMatchObject({ name: second })
    const old = await ok(`${kms.keyName}:decrypt`, { ciphertext: first.ciphertext })
    expect(old).toMatchObject({ plaintext })
    expect(old).not.toHaveProperty('usedPrimary')
    const third = kms.createVersion(kms.keyName)
    expect(await ok(`${kms.keyName}:encrypt`, { plaintext })).toMatchObject({ name: second })
    const named = await ok(`${third}:encrypt`, { plaintext })
    expect(named).toMatchObject({ name: third })
    kms.setPrimaryVersion(third)
    expect(await ok(`${kms.keyName}:decrypt`, { ciphertext: named.ciphertext })).toMatchObject({ plaintext, usedPrimary: true })
    expect(await ask(`${kms.keyName}/cryptoKeyVersions/9:encrypt`, { plaintext })).toMatchObject({
      error: { status: 'NOT_FOUND' },
    })
  })

  it('knows no URL that decrypts by version, and no other', async () => {
    const { kms, ask, ok, answer } = await setUp()
    const { ciphertext } = await ok(`${kms.keyName}:encrypt`, { plaintext: 'AAAA' })
    const paths = [`${kms.keyName}/cryptoKeyVersions/1:decrypt`, `${kms.keyName}:reencrypt`, `${kms.keyName}:decrypt?key=a`]
    for (const path of [...paths, `${kms.keyName}%3Adecrypt`, `${kms.keyName}/:decrypt`])
      expect(await ask(path, { ciphertext })).toMatchObject({ status: 404, answer: {} })
    expect(await ask(`${kms.keyName}:decrypt`)).toMatchObject({ status: 404 })
    expect(await ask(kms.keyName, {})).toMatchObject({ status: 404 })
    expect(await answer(await kms.fetch('https://oauth2.googleapis.com/v1/x'))).toMatchObject({ status: 404 })
    await expect(ask(`${kms.keyName}:decrypt`, { ciphertext }, undefined, 'http://cloudkms.googleapis.com')).rejects.toThrow(
      TypeError,
    )
  })

  it('knows the states of versions', async () => {
    const { kms, ask, ok, clock } = await setUp()
    const { ciphertext, name = '' } = await ok(`${kms.keyName}:encrypt`, { plaintext: 'AAAA' })
    const both = async (state: string) => {
      const message = `${name} is not enabled, current state is: ${state}.`
      const refused = { status: 400, error: { code: 400, status: 'FAILED_PRECONDITION', message } }
      expect(await ask(`${kms.keyName}:encrypt`, { plaintext: 'AAAA' })).toMatchObject(refused)
      expect(await ask(`${kms.keyName}:decrypt`, { ciphertext })).toMatchObject(refused)
      expect(await ok(kms.keyName)).toMatchObject({ primary: { name, state } })
    }
    kms.disableVersion(name)
    await both('DISABLED')
    kms.enableVersion(name)
    await ok(`${kms.keyName}:decrypt`, { ciphertext })
    kms.destroyVersion(name)
    await both('DESTROY_SCHEDULED')
    expect(() => kms.enableVersion(name)).toThrow(/DESTROY_SCHEDULED/)
    kms.restoreVersion(name)
    await both('DISABLED')
    kms.destroyVersion(name, { afterDays: 1 })
    clock.time += DAY
    await both('DESTROYED')
    expect(() => kms.restoreVersion(name)).toThrow(/DESTROYED/)
    kms.rotateKey(kms.keyName)
    await ok(`${kms.keyName}:encrypt`, { plaintext: 'AAAA' })
  })

  it('describes a key', async () => {
    const { kms, ok, ask } = await setUp()
    expect(await ok(kms.keyName)).toEqual({
      name: kms.keyName,
      purpose: 'ENCRYPT_DECRYPT',
      createTime: '2026-03-01T12:00:00.000Z',
      primary: {
        name: `${kms.keyName}/cryptoKeyVersions/1`,
        state: 'ENABLED',
        createTime: '2026-03-01T12:00:00.000Z',
        generateTime: '2026-03-01T12:00:00.000Z',
        protectionLevel: 'SOFTWARE',
        algorithm: 'GOOGLE_SYMMETRIC_ENCRYPTION',
      },
      versionTemplate: { protectionLevel: 'SOFTWARE', algorithm: 'GOOGLE_SYMMETRIC_ENCRYPTION' },
      destroyScheduledDuration: '2592000s',
    })
    const gone = `${kms.keyName}-none`
    const calls: Parameters<typeof ask>[] = [
      [gone],
      [`${gone}:encrypt`, { plaintext: 'AAAA' }],
      [`${gone}:decrypt`, { ciphertext: 'AAAA' }],
    ]
    for (const call of calls) expect(await ask(...call)).toMatchObject({ status: 404, error: { code: 404, status: 'NOT_FOUND' } })
    const mac = kms.createKey({ purpose: 'MAC' })
    expect(await ask(`${mac}:encrypt`, { plaintext: 'AAAA' })).toMatchObject({ error: { status: 'FAILED_PRECONDITION' } })
    expect(await ok(mac)).not.toHaveProperty('primary')
    expect(() => kms.createKey({ cryptoKeyId: 'waxseal' })).toThrow(/ALREADY_EXISTS/)
    expect(() => kms.createKey({ cryptoKeyId: 'a/b' })).toThrow(/letters/)
    expect(() => kms.rotateKey(gone)).toThrow(/no key/)
    await expect(createFakeGcpKms({ projectId: 'X' })).rejects.toThrow(/projectId/)
  })

  it('keeps the limits of plaintext and associated data', async () => {
    const { kms, ask, ok } = await setUp()
    const hsm = kms.createKey({ protectionLevel: 'HSM' })
    const of = (plaintext: number, aad: number) => ({
      plaintext: base64(new Uint8Array(plaintext)),
      additionalAuthenticatedData: base64(new Uint8Array(aad)),
    })
    expect(await ok(`${kms.keyName}:encrypt`, of(65536, 65536))).toHaveProperty('ciphertext')
    expect(await ok(`${hsm}:encrypt`, of(8000, 192))).toMatchObject({ protectionLevel: 'HSM' })
    const { ciphertext } = await ok(`${kms.keyName}:encrypt`, of(1, 0))
    for (const [key, body] of [
      [kms.keyName, of(65537, 0)],
      [kms.keyName, of(1, 65537)],
      [hsm, of(8000, 193)],
    ] as const)
      expect(await ask(`${key}:encrypt`, body)).toMatchObject(invalid(/the limit is/))
    const long = { ciphertext, additionalAuthenticatedData: base64(new Uint8Array(65537)) }
    expect(await ask(`${kms.keyName}:decrypt`, long)).toMatchObject(invalid(/the limit is/))
  })

  it('refuses bodies that are not as described', async () => {
    const { kms, ask } = await setUp()
    const wrong: [string, Members | string, RegExp][] = [
      ['encrypt', '{', /Parsing failed/],
      ['encrypt', '[]', /Root element/],
      ['encrypt', {}, /plaintext is required/],
      ['decrypt', {}, /ciphertext is required/],
      ['encrypt', { plaintext: 7 }, /Base64 decoding failed/],
      ['encrypt', { plaintext: 'A' }, /'plaintext' \(TYPE_BYTES\), Base64/],
      ['encrypt', { plaintext: 'AA-_' }, /Base64 decoding failed/],
      ['encrypt', { plaintext: 'AAAA', aad: 'AAAA' }, /Unknown name "aad"/],
      ['encrypt', { plaintext: 'AAAA', ciphertext: 'AAAA' }, /Unknown name "ciphertext"/],
      ['decrypt', { ciphertext: 'AAAA', additionalAuthenticatedData: null }, /additional_authenticated_data/],
    ]
    for (const [verb, body, message] of wrong) expect(await ask(`${kms.keyName}:${verb}`, body)).toMatchObject(invalid(message))
    const headers = { authorization: `Bearer ${kms.createAccessToken()}`, 'content-type': 'text/plain' }
    const plain = await kms.fetch(`${KMS}/v1/${kms.keyName}:encrypt`, { method: 'POST', headers, body: '{"plaintext":"AAAA"}' })
    expect((await plain.json()).error.message).toMatch(/content type/)
  })

  it('denies what it is told to deny', async () => {
    const { kms, ask, ok } = await setUp()
    const other = await kms.createServiceAccount('other')
    const bearer = kms.createAccessToken({ principal: other.client_email })
    const encrypt = [`${kms.keyName}:encrypt`, { plaintext: 'AAAA' }] as const
    const { ciphertext } = await ok(...encrypt, bearer)
    const denied = { status: 403, error: { code: 403, status: 'PERMISSION_DENIED' } }
    kms.deny({ principal: other.client_email, permission: 'cloudkms.cryptoKeyVersions.useToDecrypt' })
    expect(await ask(`${kms.keyName}:decrypt`, { ciphertext }, bearer)).toMatchObject(denied)
    await ok(...encrypt, bearer)
    await ok(`${kms.keyName}:decrypt`, { ciphertext })
    kms.deny({ keyName: kms.keyName })
    expect(await ask(...encrypt)).toMatchObject(denied)
    expect(await ask(kms.keyName)).toMatchObject(denied)
    kms.allow()
    await ok(...encrypt)
    expect(await ask(kms.keyName.replace('waxseal-fake', 'another-project'))).toMatchObject(denied)
    kms.deleteServiceAccount(other.client_email)
    expect(await ask(...encrypt, bearer)).toMatchObject(denied)
  })

  it('answers faults in its own form', async () => {
    const { kms, ask, ok, exchange, claims, answer } = await setUp()
    const encrypt = [`${kms.keyName}:encrypt`, { plaintext: 'AAAA' }] as const
    kms.faults.inject({ kind: 'throttled', retryAfterSeconds: 7 })
    const throttled = await ask(...encrypt)
    expect(throttled).toMatchObject({ status: 429, error: { code: 429, status: 'RESOURCE_EXHAUSTED' } })
    expect(throttled.headers.get('retry-after')).toBe('7')
    kms.faults.inject({ kind: 'server_error' })
    expect(await ask(...encrypt)).toMatchObject({ status: 500, error: { status: 'INTERNAL' } })
    kms.faults.inject({ kind: 'unavailable' })
    expect(await ask(...encrypt)).toMatchObject({ status: 503, error: { status: 'UNAVAILABLE' } })
    kms.faults.inject({ kind: 'unavailable' }, { operation: 'token' })
    await ok(...encrypt)
    expect(await exchange(sign(serviceAccount, claims))).toMatchObject({
      status: 503,
      answer: { error: 'temporarily_unavailable' },
    })
    kms.faults.inject({ kind: 'throttled' }, { operation: 'metadata' })
    expect(await answer(await kms.fetch(`${METADATA}/instance/service-accounts/default/token`))).toMatchObject({ status: 429 })
    kms.faults.inject({ kind: 'corrupt' }, { operation: 'Encrypt' })
    const corrupt = await ok(...encrypt)
    expect(checksum(corrupt.ciphertext)).not.toBe(corrupt.ciphertextCrc32c)
    const { ciphertext } = await ok(...encrypt)
    kms.faults.inject({ kind: 'corrupt' })
    const opened = await ok(`${kms.keyName}:decrypt`, { ciphertext })
    expect(checksum(opened.plaintext)).not.toBe(opened.plaintextCrc32c)
    kms.faults.inject({ kind: 'clock_skew', ms: DAY })
    expect(await ask(...encrypt)).toMatchObject({ status: 401 })
  })
})

describe('tokens of the fake of Google Cloud KMS', () => {
  const unauthenticated = { status: 401, error: { code: 401, status: 'UNAUTHENTICATED' } }

  it('are needed, known, unexpired, and of a scope that covers keys', async () => {
    const { kms, ask, ok, clock, answer } = await setUp()
    const token = kms.createAccessToken({ lifetimeSeconds: 60 })
    await ok(kms.keyName, undefined, token)
    expect(await answer(await kms.fetch(`${KMS}/v1/${kms.keyName}`))).toMatchObject(unauthenticated)
    const basic = await kms.fetch(`${KMS}/v1/${kms.keyName}`, { headers: { authorization: `Basic ${token}` } })
    expect(basic.headers.get('www-authenticate')).toMatch(/^Bearer /)
    expect(await ask(kms.keyName, undefined, `${token}x`)).toMatchObject(unauthenticated)
    const narrow = kms.createAccessToken({ scopes: ['https://www.googleapis.com/auth/devstorage.read_only'] })
    expect(await ask(kms.keyName, undefined, narrow)).toMatchObject({ status: 403, error: { status: 'PERMISSION_DENIED' } })
    clock.time += 59_999
    await ok(kms.keyName, undefined, token)
    clock.time += 1
    expect(await ask(kms.keyName, undefined, token)).toMatchObject(unauthenticated)
    const revoked = kms.createAccessToken()
    kms.revokeAccessTokens()
    expect(await ask(kms.keyName, undefined, revoked)).toMatchObject(unauthenticated)
  })

  it('are given for a token that a service account signed', async () => {
    const { kms, ok, exchange, claims, clock, ask } = await setUp({ tokenLifetimeSeconds: 600 })
    const { status, answer } = await exchange(sign(serviceAccount, claims))
    expect({ status, answer }).toEqual({
      status: 200,
      answer: { access_token: expect.stringMatching(/^ya29\./), expires_in: 600, token_type: 'Bearer' },
    })
    await ok(kms.keyName, undefined, answer.access_token)
    clock.time += 600_000
    expect(await ask(kms.keyName, undefined, answer.access_token)).toMatchObject(unauthenticated)
    const served = 'http://127.0.0.1:9000/token'
    const local = { ...claims, iat: claims.iat + 600, exp: claims.exp + 600, aud: served }
    expect(await exchange(sign(serviceAccount, local), {}, served)).toMatchObject({ status: 200 })
    expect(await exchange(sign(serviceAccount, local))).toMatchObject({ answer: { error: 'invalid_grant' } })
  })

  it('are not given for any other', async () => {
    const { kms, exchange, claims, answer } = await setUp()
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const foreign = { ...serviceAccount, private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
    const good = sign(serviceAccount, claims)
    const [header = '', payload = '', signature = ''] = good.split('.')
    const wrong: [string, string, RegExp?][] = [
      ['', 'invalid_grant', /three parts/],
      [`${header}.${payload}`, 'invalid_grant', /three parts/],
      [`${good}.a`, 'invalid_grant', /three parts/],
      [`${header}.e30.${signature}`, 'invalid_grant', /three parts/],
      [sign(serviceAccount, claims, { alg: 'HS256' }), 'invalid_grant', /RS256/],
      [sign(serviceAccount, claims, { alg: 'none' }), 'invalid_grant', /RS256/],
      [sign(serviceAccount, claims, { typ: 'JOSE' }), 'invalid_grant'],
      [sign(serviceAccount, { ...claims, exp: String(claims.exp) }), 'invalid_grant'],
      [sign(foreign, claims), 'invalid_grant', /Signature/],
      [sign(serviceAccount, claims, { kid: 'another' }), 'invalid_grant', /Signature/],
      [`${header}.${payload}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`, 'invalid_grant', /Signature/],
      [sign(serviceAccount, { ...claims, iss: 'nobody@example.com' }), 'invalid_grant', /account not found/],
      [sign(serviceAccount, { ...claims, exp: claims.exp + 1 }), 'invalid_grant', /short-lived/],
      [sign(serviceAccount, { ...claims, exp: claims.iat }), 'invalid_grant', /short-lived/],
      [sign(serviceAccount, { ...claims, iat: SECONDS - 3600, exp: SECONDS }), 'invalid_grant', /short-lived/],
      [sign(serviceAccount, { ...claims, iat: SECONDS + 61, exp: SECONDS + 100 }), 'invalid_grant', /short-lived/],
      [sign(serviceAccount, { ...claims, aud: `${KMS}/` }), 'invalid_grant', /aud/],
      [sign(serviceAccount, { ...claims, sub: 'someone@example.com' }), 'unauthorized_client'],
      [sign(serviceAccount, { ...claims, scope: undefined }), 'invalid_scope'],
      [sign(serviceAccount, { ...claims, scope: 'cloudkms' }), 'invalid_scope'],
    ]
    for (const [assertion, error, description = /./] of wrong) {
      const outcome = await exchange(assertion)
      expect(outcome.answer).toEqual({ error, error_description: expect.stringMatching(description) })
      expect(outcome.status).toBe(error === 'unauthorized_client' ? 401 : 400)
    }
    expect(await exchange(good, { grant_type: 'password' })).toMatchObject({ answer: { error: 'unsupported_grant_type' } })
    expect(await exchange(good, { scope: SCOPE })).toMatchObject({ answer: { error: 'invalid_request' } })
    expect(await answer(await kms.fetch(TOKEN, { method: 'POST', body: '{}' }))).toMatchObject({
      answer: { error: 'invalid_request' },
    })
    expect(await answer(await kms.fetch(TOKEN))).toMatchObject({ answer: { error: 'invalid_request' } })
    kms.deleteServiceAccount(serviceAccount.client_email)
    expect(await exchange(good)).toMatchObject({ answer: { error: 'invalid_grant' } })
  })

  it('may be signed by the service account itself', async () => {
    const { kms, ask, ok, clock } = await setUp()
    const email = serviceAccount.client_email
    const claims = { iss: email, sub: email, iat: SECONDS, exp: SECONDS + 3600 }
    const aud = `${KMS}/`
    await ok(kms.keyName, undefined, sign(serviceAccount, { ...claims, aud }))
    await ok(kms.keyName, undefined, sign(serviceAccount, { ...claims, scope: SCOPE }))
    const local = 'http://127.0.0.1:9000'
    await ok(kms.keyName, undefined, sign(serviceAccount, { ...claims, aud: `${local}/` }), local)
    const wrong: [Members, Members?][] = [
      [claims],
      [{ ...claims, aud, scope: SCOPE }],
      [{ ...claims, aud: KMS }],
      [{ ...claims, aud: TOKEN }],
      [{ ...claims, aud: `${local}/` }],
      [{ ...claims, aud, sub: undefined }],
      [{ ...claims, aud, sub: 'someone@example.com' }],
      [{ ...claims, aud, exp: claims.exp + 1 }],
      [{ ...claims, aud }, { kid: undefined }],
      [{ ...claims, aud }, { kid: 'another' }],
      [{ ...claims, aud }, { alg: 'RS512' }],
    ]
    for (const [members, header] of wrong)
      expect(await ask(kms.keyName, undefined, sign(serviceAccount, members, header))).toMatchObject(unauthenticated)
    const narrow = sign(serviceAccount, { ...claims, scope: 'https://www.googleapis.com/auth/devstorage.read_only' })
    expect(await ask(kms.keyName, undefined, narrow)).toMatchObject({ status: 403 })
    clock.time += 3_600_000
    expect(await ask(kms.keyName, undefined, sign(serviceAccount, { ...claims, aud }))).toMatchObject(unauthenticated)
  })

  it('come from the metadata server, to those who ask in its way', async () => {
    const { kms, ok, answer, ask } = await setUp()
    const get = async (path: string, init: RequestInit = { headers: { 'metadata-flavor': 'Google' } }, base = METADATA) =>
      answer(await kms.fetch(`${base}/${path}`, init))
    const path = 'instance/service-accounts/default/token'
    const token = await get(path)
    expect(token).toMatchObject({ status: 200, answer: { expires_in: 3599, token_type: 'Bearer' } })
    expect(token.headers.get('metadata-flavor')).toBe('Google')
    await ok(kms.keyName, undefined, token.answer.access_token)
    kms.deny({ principal: kms.machineEmail })
    expect(await ask(kms.keyName, undefined, token.answer.access_token)).toMatchObject({ status: 403 })
    const narrow = await get(`${path}?scopes=https://www.googleapis.com/auth/devstorage.read_only`)
    kms.allow()
    expect(await ask(kms.keyName, undefined, narrow.answer.access_token)).toMatchObject({ status: 403 })
    expect(await get(path.replace('default', kms.machineEmail))).toMatchObject({ status: 200 })
    expect(await get('instance/service-accounts/default/email')).toMatchObject({ status: 200, text: kms.machineEmail })
    expect(await get('project/project-id')).toMatchObject({ text: 'waxseal-fake' })
    expect(await get(path, undefined, 'http://169.254.169.254/computeMetadata/v1')).toMatchObject({ status: 200 })
    expect(await get(path, {})).toMatchObject({ status: 403 })
    const proxied = { 'metadata-flavor': 'Google', 'x-forwarded-for': '10.0.0.1' }
    expect(await get(path, { headers: proxied })).toMatchObject({ status: 403 })
    expect(await get(path, { method: 'POST', headers: { 'metadata-flavor': 'Google' } })).toMatchObject({ status: 405 })
    expect(await get('instance/service-accounts/other/token')).toMatchObject({ status: 404 })
    await expect(get(path, undefined, METADATA.replace('http:', 'https:'))).rejects.toThrow(TypeError)
  })

  it('are signed with the key of a key file as Google writes it', async () => {
    expect(serviceAccount).toMatchObject({
      type: 'service_account',
      project_id: 'waxseal-fake',
      client_email: 'waxseal@waxseal-fake.iam.gserviceaccount.com',
      token_uri: TOKEN,
      private_key: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END PRIVATE KEY-----\n$/),
    })
    await expect(createFakeGcpKms({ serviceAccount: { ...serviceAccount, private_key: 'none' } })).rejects.toThrow(/PKCS #8/)
  })
})

it('the fake is frozen and names itself', async () => {
  const kms: FakeGcpKms = (await setUp()).kms
  expect([kms.name, Object.isFrozen(kms), kms.requests]).toEqual(['gcp-kms', true, []])
})
