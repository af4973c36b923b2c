import { describe, expect, it } from 'vitest'
import { type AwsCredentials, createFakeAwsKms, type FakeAwsKms, type FakeAwsKmsOptions } from '../../src/fakes.ts'
import { type Signing, signAws } from './sign-aws.ts'

const START = Date.parse('2026-03-01T12:00:00Z')
const DAY = 86_400_000
const CONTENT_TYPE = 'application/x-amz-json-1.1'

type Members = Record<string, unknown>
interface Asked extends Partial<Signing> {
  readonly as?: AwsCredentials
  readonly headers?: Record<string, string>
  readonly url?: string
  readonly change?: (headers: Record<string, string>) => Record<string, string>
  readonly sentBody?: string
}

function setUp(options: FakeAwsKmsOptions = {}) {
  const clock = { time: START }
  const kms = createFakeAwsKms({ now: () => clock.time, ...options })
  return { kms, clock, ask: asking(kms, clock), ok: succeeding(asking(kms, clock)) }
}

const asking =
  (kms: FakeAwsKms, clock: { time: number }) =>
  async (operation: string, members: Members | string, asked: Asked = {}) => {
    const { as = kms.credentials, region = kms.region, change = (headers) => headers, ...rest } = asked
    const url = rest.url ?? `https://kms.${region}.amazonaws.com/`
    const body = typeof members === 'string' ? members : JSON.stringify(members)
    const headers = { 'content-type': CONTENT_TYPE, 'x-amz-target': `TrentService.${operation}`, ...rest.headers }
    const signing = { credentials: as, time: clock.time, ...rest, region }
    const signed = change(signAws(new URL(url).host, headers, body, signing))
    const response = await kms.fetch(url, { method: 'POST', headers: signed, body: rest.sentBody ?? body })
    const answer = (await response.json()) as Members & { message?: string; Message?: string; __type?: string }
    const type = answer.__type?.replace(/^.*#/, '')
    return { status: response.status, answer, type, message: answer.message ?? answer.Message, response }
  }

const succeeding =
  (ask: ReturnType<typeof asking>) =>
  async (...call: Parameters<typeof ask>) => {
    const { status, answer } = await ask(...call)
    expect(answer).not.toHaveProperty('__type')
    expect(status).toBe(200)
    return answer as Record<string, string>
  }

const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')
const turned = (blob: string, at: number) => {
  const bytes = Buffer.from(blob, 'base64')
  bytes[at < 0 ? bytes.length + at : at]! ^= 1
  return base64(bytes)
}

describe('the signature of a request to the fake of AWS KMS', () => {
  const describeKey = { KeyId: 'alias/waxseal' }
  const refused = async (asked: Asked, type: string, message?: RegExp, members: Members = describeKey) => {
    const { ask, clock } = setUp()
    const outcome = await ask('DescribeKey', members, { time: clock.time, ...asked })
    expect(outcome).toMatchObject({ status: 400, type })
    if (message) expect(outcome.message).toMatch(message)
  }

  it('is taken where it is right, in any regional host and at any other endpoint', async () => {
    const { ok, kms } = setUp()
    for (const host of [
      'kms.us-east-1.amazonaws.com',
      'kms-fips.us-east-1.amazonaws.com',
      'kms.us-east-1.api.aws',
      'vpce-1.example',
    ])
      expect(await ok('DescribeKey', describeKey, { url: `https://${host}/` })).toHaveProperty('KeyMetadata')
    await ok('DescribeKey', describeKey, { url: 'http://127.0.0.1:8080/' })
    expect(kms.requests).toHaveLength(5)
    expect(kms.requests[0]).toEqual({ operation: 'DescribeKey', status: 200 })
  })

  it('must be there', () => refused({ change: ({ authorization: _, ...rest }) => rest }, 'MissingAuthenticationTokenException'))

  it('must be complete', async () => {
    const without = (part: RegExp) => (headers: Record<string, string>) => ({
      ...headers,
      authorization: headers.authorization!.replace(part, ''),
    })
    for (const part of [/Credential=[^,]+, /, /SignedHeaders=[^,]+, /, /, Signature=.*/, /AWS4-/, /\/aws4_request/])
      await refused({ change: without(part) }, 'IncompleteSignatureException')
    await refused({ change: ({ 'x-amz-date': _, ...rest }) => rest }, 'InvalidSignatureException')
  })

  it('covers the body, the headers and itself', async () => {
    const other = JSON.stringify({ KeyId: 'alias/other' })
    await refused({ sentBody: other }, 'InvalidSignatureException', /does not match/)
    await refused({ headers: { 'x-amz-extra': 'a' }, change: (h) => ({ ...h, 'x-amz-extra': 'b' }) }, 'InvalidSignatureException')
    await refused(
      { change: (h) => ({ ...h, authorization: h.authorization!.replace(/.$/, (c) => (c === '0' ? '1' : '0')) }) },
      'InvalidSignatureException',
    )
    await refused({ change: (h) => ({ ...h, 'x-amz-target': 'TrentService.Decrypt' }) }, 'InvalidSignatureException')
  })

  it('covers the hash of the body, where a header states it', async () => {
    const { ok } = setUp()
    const { createHash } = await import('node:crypto')
    const hash = createHash('sha256').update(JSON.stringify(describeKey)).digest('hex')
    await ok('DescribeKey', describeKey, { headers: { 'x-amz-content-sha256': hash } })
    await refused({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, 'InvalidSignatureException')
  })

  it.each(['host', 'x-amz-date', 'x-amz-target', 'content-type'])('covers %s', (name) =>
    refused({ unsigned: [name] }, 'InvalidSignatureException', new RegExp(`'${name}' must be a 'SignedHeader'`)),
  )

  it('covers every x-amz header, and none that is not there', async () => {
    await refused({ headers: { 'x-amz-extra': 'a' }, unsigned: ['x-amz-extra'] }, 'InvalidSignatureException')
    await refused({ extraNames: ['x-absent'] }, 'InvalidSignatureException', /not in the request/)
    await refused({ extraNames: ['host'] }, 'InvalidSignatureException', /each once/)
  })

  it('is of the host it was sent to', async () => {
    const headers = signAws(
      'kms.eu-west-1.amazonaws.com',
      { 'content-type': CONTENT_TYPE, 'x-amz-target': 'TrentService.DescribeKey' },
      '{}',
      { credentials: setUp().kms.credentials, region: 'us-east-1', time: START },
    )
    await refused({ change: () => headers }, 'UnrecognizedClientException')
    const { kms, ask } = setUp()
    const own = signAws('elsewhere', { 'content-type': CONTENT_TYPE, 'x-amz-target': 'TrentService.DescribeKey' }, '{}', {
      credentials: kms.credentials,
      region: 'us-east-1',
      time: START,
    })
    expect(await ask('DescribeKey', '{}', { change: () => own })).toMatchObject({ type: 'InvalidSignatureException' })
  })

  it('is for the region, the service and the day', async () => {
    const url = 'https://kms.us-east-1.amazonaws.com/'
    await refused({ region: 'eu-west-1', url }, 'InvalidSignatureException', /valid region, not 'eu-west-1'/)
    await refused({ region: 'nowhere', url: 'https://127.0.0.1/' }, 'InvalidSignatureException', /valid region/)
    await refused({ service: 's3' }, 'InvalidSignatureException', /correct service/)
    await refused({ terminator: 'aws5_request' }, 'InvalidSignatureException', /terminator/)
    await refused({ scopeDate: '20260228' }, 'InvalidSignatureException', /Date in Credential scope/)
  })

  it('is not older and not younger than five minutes', async () => {
    const { ok } = setUp()
    await ok('DescribeKey', describeKey, { time: START - 300_000 })
    await ok('DescribeKey', describeKey, { time: START + 300_000 })
    await refused(
      { time: START - 301_000 },
      'InvalidSignatureException',
      /^Signature expired: 20260301T115459Z is now earlier than/,
    )
    await refused({ time: START + 301_000 }, 'InvalidSignatureException', /^Signature not yet current/)
  })

  it('is of a known access key with its own secret', async () => {
    const { kms, ask, ok } = setUp()
    const second = kms.createCredentials()
    await ok('DescribeKey', describeKey, { as: second })
    const mixed = { ...second, secretAccessKey: kms.credentials.secretAccessKey }
    expect(await ask('DescribeKey', describeKey, { as: mixed })).toMatchObject({ type: 'InvalidSignatureException' })
    kms.deleteCredentials(second.accessKeyId)
    expect(await ask('DescribeKey', describeKey, { as: second })).toMatchObject({ type: 'UnrecognizedClientException' })
    await ok('DescribeKey', describeKey)
  })

  it('comes with the session token that the credentials have, until they expire', async () => {
    const { kms, ask, ok, clock } = setUp()
    const session = kms.createCredentials({ expiresAt: START + 900_000 })
    expect(session.accessKeyId).toMatch(/^ASIA/)
    await ok('DescribeKey', describeKey, { as: session })
    const { sessionToken: _, ...bare } = session
    for (const as of [bare, { ...session, sessionToken: 'another' }, { ...kms.credentials, sessionToken: 'none' }])
      expect(await ask('DescribeKey', describeKey, { as })).toMatchObject({ type: 'UnrecognizedClientException' })
    clock.time += 900_000
    expect(await ask('DescribeKey', describeKey, { as: session })).toMatchObject({ type: 'ExpiredTokenException' })
  })

  it('needs the operation, the method, the path and the content type of the service', async () => {
    const { ask, kms } = setUp()
    const unknown = { type: 'UnknownOperationException', status: 400 }
    expect(await ask('CreateKey', {})).toMatchObject(unknown)
    expect(await ask('DescribeKey', describeKey, { headers: { 'content-type': 'application/json' } })).toMatchObject(unknown)
    expect(await ask('DescribeKey', describeKey, { url: 'https://kms.us-east-1.amazonaws.com/?a=1' })).toMatchObject(unknown)
    expect((await kms.fetch('https://kms.us-east-1.amazonaws.com/')).status).toBe(400)
    expect(kms.requests[0]).toEqual({ operation: 'unknown', status: 400 })
    await expect(ask('DescribeKey', describeKey, { url: 'http://kms.us-east-1.amazonaws.com/' })).rejects.toThrow(TypeError)
  })
})

describe('the fake of AWS KMS', () => {
  const context = { app: 'mail', tenant: 't-1' }

  it('makes data keys, wraps and opens them, and names the key by its ARN', async () => {
    const { kms, ok } = setUp()
    const made = await ok('GenerateDataKey', { KeyId: kms.aliasName, KeySpec: 'AES_256', EncryptionContext: context })
    expect(Buffer.from(made.Plaintext!, 'base64')).toHaveLength(32)
    expect(made).toMatchObject({ KeyId: kms.keyArn, KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) })
    const opened = await ok('Decrypt', { CiphertextBlob: made.CiphertextBlob, KeyId: kms.keyArn, EncryptionContext: context })
    expect(opened).toEqual({
      Plaintext: made.Plaintext,
      KeyId: kms.keyArn,
      KeyMaterialId: made.KeyMaterialId,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    })
    const wrapped = await ok('Encrypt', { KeyId: kms.keyArn, Plaintext: made.Plaintext })
    expect(Object.keys(wrapped).sort()).toEqual(['CiphertextBlob', 'EncryptionAlgorithm', 'KeyId'])
    expect(await ok('Decrypt', { CiphertextBlob: wrapped.CiphertextBlob })).toMatchObject({ Plaintext: made.Plaintext })
    for (const [size, bytes] of [
      [{ KeySpec: 'AES_128' }, 16],
      [{ NumberOfBytes: 64 }, 64],
    ] as const)
      expect(Buffer.from((await ok('GenerateDataKey', { KeyId: kms.keyArn, ...size })).Plaintext!, 'base64')).toHaveLength(bytes)
  })

  it('binds the encryption context, in any order', async () => {
    const { kms, ok, ask } = setUp()
    const { CiphertextBlob } = await ok('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA', EncryptionContext: context })
    await ok('Decrypt', { CiphertextBlob, EncryptionContext: { tenant: 't-1', app: 'mail' } })
    const others = [{}, { app: 'mail' }, { ...context, more: '' }, { app: 'Mail', tenant: 't-1' }, { app: 't-1', tenant: 'mail' }]
    for (const EncryptionContext of [...others, { appm: 'ail', tenant: 't-1' }]) {
      const { status, answer } = await ask('Decrypt', { CiphertextBlob, EncryptionContext })
      expect({ status, answer }).toEqual({ status: 400, answer: { __type: 'InvalidCiphertextException' } })
    }
    expect(await ask('Decrypt', { CiphertextBlob })).toMatchObject({ type: 'InvalidCiphertextException' })
    const bare = await ok('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA', EncryptionContext: {} })
    await ok('Decrypt', { CiphertextBlob: bare.CiphertextBlob })
  })

  it('opens no blob that was changed or cut short', async () => {
    const { kms, ok, ask } = setUp()
    const { CiphertextBlob } = await ok('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA' })
    const length = Buffer.from(CiphertextBlob!, 'base64').length
    const changed = Array.from({ length }, (_, at) => turned(CiphertextBlob!, at))
    const cut = [1, 40, 76, 90, length - 1].map((end) => base64(Buffer.from(CiphertextBlob!, 'base64').subarray(0, end)))
    for (const blob of [...changed, ...cut, base64('no blob at all'.repeat(9))])
      for (const KeyId of [undefined, kms.keyArn])
        expect(await ask('Decrypt', { CiphertextBlob: blob, KeyId })).toMatchObject({ type: 'InvalidCiphertextException' })
  })

  it('opens a blob with its own key only', async () => {
    const { kms, ok, ask } = setUp()
    const other = kms.createKey()
    const { CiphertextBlob } = await ok('Encrypt', { KeyId: other, Plaintext: 'AAAA' })
    expect(await ask('Decrypt', { CiphertextBlob, KeyId: kms.keyArn })).toMatchObject({
      status: 400,
      type: 'IncorrectKeyException',
    })
    kms.createAlias('alias/moving', other)
    await ok('Decrypt', { CiphertextBlob, KeyId: 'alias/moving' })
    kms.updateAlias('alias/moving', kms.keyArn)
    expect(await ask('Decrypt', { CiphertextBlob, KeyId: 'alias/moving' })).toMatchObject({ type: 'IncorrectKeyException' })
    await ok('Decrypt', { CiphertextBlob, KeyId: other })
    const foreign = setUp()
    const outcome = await foreign.ask('Decrypt', { CiphertextBlob })
    expect(outcome).toMatchObject({ type: 'AccessDeniedException', message: expect.stringContaining('does not exist') })
  })

  it('opens what was wrapped before a rotation, and re-encrypts to the newest material', async () => {
    const { kms, ok } = setUp()
    const old = await ok('GenerateDataKey', { KeyId: kms.keyArn, KeySpec: 'AES_256', EncryptionContext: context })
    kms.rotateKey(kms.keyArn)
    const young = await ok('GenerateDataKey', { KeyId: kms.keyArn, KeySpec: 'AES_256' })
    expect(young.KeyMaterialId).not.toBe(old.KeyMaterialId)
    expect(await ok('Decrypt', { CiphertextBlob: old.CiphertextBlob, EncryptionContext: context })).toMatchObject({
      Plaintext: old.Plaintext,
      KeyMaterialId: old.KeyMaterialId,
    })
    const moved = await ok('ReEncrypt', {
      CiphertextBlob: old.CiphertextBlob,
      SourceKeyId: kms.keyArn,
      SourceEncryptionContext: context,
      DestinationKeyId: kms.keyArn,
      DestinationEncryptionContext: { app: 'new' },
    })
    expect(moved).toMatchObject({
      SourceKeyId: kms.keyArn,
      KeyId: kms.keyArn,
      SourceKeyMaterialId: old.KeyMaterialId,
      DestinationKeyMaterialId: young.KeyMaterialId,
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    })
    expect(await ok('Decrypt', { CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { app: 'new' } })).toMatchObject({
      Plaintext: old.Plaintext,
    })
  })

  it('checks both sides of a re-encryption', async () => {
    const { kms, ok, ask } = setUp()
    const other = kms.createKey()
    const { CiphertextBlob } = await ok('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA', EncryptionContext: context })
    const right = { CiphertextBlob, SourceEncryptionContext: context, DestinationKeyId: other }
    await ok('ReEncrypt', right)
    const refusals: [Members, string][] = [
      [{ SourceEncryptionContext: {} }, 'InvalidCiphertextException'],
      [{ SourceKeyId: other }, 'IncorrectKeyException'],
      [{ DestinationKeyId: 'alias/none' }, 'NotFoundException'],
      [{ SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }, 'InvalidKeyUsageException'],
    ]
    for (const [change, type] of refusals) expect(await ask('ReEncrypt', { ...right, ...change })).toMatchObject({ type })
    kms.disableKey(other)
    expect(await ask('ReEncrypt', right)).toMatchObject({ type: 'DisabledException' })
  })

  it('knows the states of keys', async () => {
    const { kms, ok, ask, clock } = setUp()
    const { CiphertextBlob } = await ok('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA' })
    const uses = [
      ['Encrypt', { KeyId: kms.aliasName, Plaintext: 'AAAA' }],
      ['GenerateDataKey', { KeyId: kms.keyArn, KeySpec: 'AES_256' }],
      ['Decrypt', { CiphertextBlob }],
      ['Decrypt', { CiphertextBlob, KeyId: kms.keyArn }],
      ['ReEncrypt', { CiphertextBlob, DestinationKeyId: kms.keyArn }],
    ] as const
    const all = async (type: string | undefined) => {
      for (const [operation, members] of uses)
        expect(await ask(operation, members)).toMatchObject({ status: type ? 400 : 200, type })
    }
    const state = async () => (await ok('DescribeKey', { KeyId: kms.keyArn })).KeyMetadata as unknown as Members
    kms.disableKey(kms.keyArn)
    await all('DisabledException')
    expect(await state()).toMatchObject({ KeyState: 'Disabled', Enabled: false })
    kms.enableKey(kms.keyArn)
    await all(undefined)
    kms.scheduleKeyDeletion(kms.keyArn, { pendingWindowInDays: 7 })
    await all('KMSInvalidStateException')
    expect(await state()).toMatchObject({ KeyState: 'PendingDeletion', DeletionDate: (START + 7 * DAY) / 1000 })
    expect(() => kms.enableKey(kms.keyArn)).toThrow(/pending deletion/)
    kms.cancelKeyDeletion(kms.keyArn)
    await all('DisabledException')
    kms.scheduleKeyDeletion(kms.keyArn, { pendingWindowInDays: 7 })
    clock.time += 7 * DAY
    expect(await ask('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA' })).toMatchObject({ type: 'NotFoundException' })
    expect(await ask('Encrypt', { KeyId: kms.aliasName, Plaintext: 'AAAA' })).toMatchObject({ type: 'NotFoundException' })
    expect(await ask('Decrypt', { CiphertextBlob })).toMatchObject({ type: 'AccessDeniedException' })
    const signs = kms.createKey({ keyUsage: 'SIGN_VERIFY' })
    expect(await ask('Encrypt', { KeyId: signs, Plaintext: 'AAAA' })).toMatchObject({ type: 'InvalidKeyUsageException' })
  })

  it('keeps keys in their region, but for replicas of multi-Region keys', async () => {
    const { kms, ok, ask } = setUp()
    const west = { region: 'eu-west-1' }
    const primary = kms.createKey({ multiRegion: true })
    expect(primary).toMatch(/^arn:aws:kms:us-east-1:111122223333:key\/mrk-[0-9a-f]{32}$/)
    const { CiphertextBlob, Plaintext } = await ok('GenerateDataKey', { KeyId: primary, KeySpec: 'AES_256' })
    expect(await ask('Decrypt', { CiphertextBlob }, west)).toMatchObject({ type: 'AccessDeniedException' })
    const replica = kms.replicateKey(primary, 'eu-west-1')
    expect(replica).toBe(primary.replace('us-east-1', 'eu-west-1'))
    expect(await ok('Decrypt', { CiphertextBlob, KeyId: replica }, west)).toMatchObject({ Plaintext, KeyId: replica })
    expect(await ask('Decrypt', { CiphertextBlob, KeyId: primary }, west)).toMatchObject({ type: 'NotFoundException' })
    expect(await ask('DescribeKey', { KeyId: kms.aliasName }, west)).toMatchObject({ type: 'NotFoundException' })
    kms.rotateKey(primary)
    const rotated = await ok('GenerateDataKey', { KeyId: replica, KeySpec: 'AES_256' }, west)
    expect(await ok('Decrypt', { CiphertextBlob: rotated.CiphertextBlob })).toMatchObject({ Plaintext: rotated.Plaintext })
    kms.disableKey(replica)
    expect(await ask('Decrypt', { CiphertextBlob }, west)).toMatchObject({ type: 'DisabledException' })
    await ok('Decrypt', { CiphertextBlob })
    const { KeyMetadata } = (await ok('DescribeKey', { KeyId: replica }, west)) as unknown as { KeyMetadata: Members }
    expect(KeyMetadata).toMatchObject({
      Arn: replica,
      MultiRegion: true,
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'REPLICA',
        PrimaryKey: { Arn: primary, Region: 'us-east-1' },
        ReplicaKeys: [{ Arn: replica, Region: 'eu-west-1' }],
      },
    })
    expect(() => kms.replicateKey(kms.keyArn, 'eu-west-1')).toThrow(/no multi-Region key/)
    expect(() => kms.replicateKey(primary, 'eu-west-1')).toThrow(/is in that region/)
  })

  it('tells a wrong name of a key from one that leads nowhere', async () => {
    const { kms, ask, ok } = setUp()
    const id = kms.keyArn.split('/')[1]!
    for (const KeyId of [id, kms.keyArn, kms.aliasName, kms.keyArn.replace(/key\/.*/, kms.aliasName)])
      expect(await ok('DescribeKey', { KeyId })).toMatchObject({ KeyMetadata: { KeyId: id, MultiRegion: false } })
    const wrong: [string, string][] = [
      ['alias/none', 'NotFoundException'],
      ['11111111-2222-3333-4444-555555555555', 'NotFoundException'],
      ['not a key', 'NotFoundException'],
      [kms.keyArn.replace('111122223333', '999988887777'), 'AccessDeniedException'],
      [kms.keyArn.replace('us-east-1', 'us-west-2'), 'NotFoundException'],
      ['arn:aws:kms:us-east-1', 'InvalidArnException'],
      ['x'.repeat(2049), 'ValidationException'],
      ['', 'ValidationException'],
    ]
    for (const [KeyId, type] of wrong) expect(await ask('DescribeKey', { KeyId }), KeyId).toMatchObject({ status: 400, type })
    kms.deleteAlias(kms.aliasName)
    expect(await ask('DescribeKey', { KeyId: kms.aliasName })).toMatchObject({ type: 'NotFoundException' })
    expect(() => kms.rotateKey('alias/none')).toThrow(/NotFoundException/)
    expect(() => kms.createAlias('alias/aws/mine', kms.keyArn)).toThrow(/alias/)
    expect(() => kms.scheduleKeyDeletion(kms.keyArn, { pendingWindowInDays: 1 })).toThrow(/7 to 30/)
    expect(() => createFakeAwsKms({ accountId: '1' })).toThrow(/12 digits/)
  })

  it('refuses members that it does not know, of a wrong type or size', async () => {
    const { kms, ask, ok } = setUp()
    const encrypt = { KeyId: kms.keyArn, Plaintext: 'AAAA' }
    const dataKey = { KeyId: kms.keyArn, KeySpec: 'AES_256' }
    await ok('Encrypt', { ...encrypt, Plaintext: base64(new Uint8Array(4096)) })
    const [serialization, validation] = ['SerializationException', 'ValidationException']
    const wrong: [string, Members | string, string][] = [
      ['Encrypt', '{', serialization],
      ['Encrypt', '[]', serialization],
      ['Encrypt', { ...encrypt, Unknown: 1 }, serialization],
      ['Encrypt', { ...encrypt, constructor: 1 }, serialization],
      ['Encrypt', { ...encrypt, KeyId: 7 }, serialization],
      ['Encrypt', { ...encrypt, Plaintext: 'AAA' }, serialization],
      ['Encrypt', { ...encrypt, Plaintext: 'AA-_' }, serialization],
      ['Encrypt', { ...encrypt, Plaintext: 'AAB=' }, serialization],
      ['Encrypt', { ...encrypt, Plaintext: '' }, validation],
      ['Encrypt', { ...encrypt, Plaintext: base64(new Uint8Array(4097)) }, validation],
      ['Encrypt', { ...encrypt, EncryptionContext: [] }, serialization],
      ['Encrypt', { ...encrypt, EncryptionContext: { a: 1 } }, serialization],
      ['Encrypt', { ...encrypt, EncryptionContext: { '': 'a' } }, validation],
      ['Encrypt', { ...encrypt, EncryptionContext: { a: 'x'.repeat(8192) } }, validation],
      ['Encrypt', { ...encrypt, EncryptionAlgorithm: 'ROT13' }, validation],
      ['Encrypt', { ...encrypt, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }, 'InvalidKeyUsageException'],
      ['Encrypt', { ...encrypt, DryRun: 'true' }, serialization],
      ['Encrypt', { ...encrypt, GrantTokens: 'a' }, serialization],
      ['Encrypt', { ...encrypt, GrantTokens: ['a'] }, 'InvalidGrantTokenException'],
      ['Encrypt', { ...encrypt, GrantTokens: Array(11).fill('a') }, validation],
      ['Encrypt', { Plaintext: 'AAAA' }, validation],
      ['Encrypt', { KeyId: kms.keyArn }, validation],
      ['Decrypt', {}, validation],
      ['Decrypt', { CiphertextBlob: base64(new Uint8Array(6144)) }, 'InvalidCiphertextException'],
      ['Decrypt', { CiphertextBlob: base64(new Uint8Array(6145)) }, validation],
      ['Decrypt', { CiphertextBlob: 'AAAA', Plaintext: 'AAAA' }, serialization],
      ['Decrypt', { CiphertextBlob: 'AAAA', EncryptionAlgorithm: 'SM2PKE' }, 'InvalidKeyUsageException'],
      ['Decrypt', { CiphertextBlob: 'AAAA', DryRunModifiers: ['IGNORE_CIPHERTEXT'] }, validation],
      ['GenerateDataKey', { KeyId: kms.keyArn }, validation],
      ['GenerateDataKey', { ...dataKey, NumberOfBytes: 32 }, validation],
      ['GenerateDataKey', { KeyId: kms.keyArn, NumberOfBytes: 1025 }, validation],
      ['GenerateDataKey', { KeyId: kms.keyArn, NumberOfBytes: 1.5 }, serialization],
      ['GenerateDataKey', { ...dataKey, KeySpec: 'AES_512' }, validation],
      ['ReEncrypt', { CiphertextBlob: 'AAAA' }, validation],
      ['DescribeKey', { KeyId: kms.keyArn, DryRun: true }, serialization],
    ]
    for (const [operation, members, type] of wrong)
      expect(await ask(operation, members), JSON.stringify(members).slice(0, 200)).toMatchObject({ status: 400, type })
  })

  it('answers a dry run with an error that means success', async () => {
    const { kms, ask, ok } = setUp()
    const { CiphertextBlob } = await ok('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA' })
    const KeyId = kms.keyArn
    const runs: [string, Members][] = [
      ['Encrypt', { KeyId, Plaintext: 'AAAA' }],
      ['Decrypt', { CiphertextBlob }],
      ['Decrypt', { KeyId, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }],
      ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
      ['ReEncrypt', { CiphertextBlob, DestinationKeyId: KeyId }],
    ]
    for (const [operation, members] of runs)
      expect(await ask(operation, { ...members, DryRun: true })).toMatchObject({ type: 'DryRunOperationException' })
    kms.disableKey(KeyId)
    for (const [operation, members] of runs)
      expect(await ask(operation, { ...members, DryRun: true })).toMatchObject({ type: 'DisabledException' })
  })

  it('denies what it is told to deny', async () => {
    const { kms, ask, ok } = setUp()
    const second = kms.createCredentials()
    const other = kms.createKey()
    const { CiphertextBlob } = await ok('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA' })
    kms.deny({ accessKeyId: second.accessKeyId, operation: 'Decrypt', keyArn: kms.keyArn })
    const denied = { status: 400, type: 'AccessDeniedException' }
    expect(await ask('Decrypt', { CiphertextBlob }, { as: second })).toMatchObject(denied)
    const { answer } = await ask('Decrypt', { CiphertextBlob, KeyId: kms.keyArn }, { as: second })
    expect(answer).toMatchObject({ __type: 'AccessDeniedException', Message: expect.stringContaining('kms:Decrypt') })
    await ok('Decrypt', { CiphertextBlob })
    await ok('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA' }, { as: second })
    kms.deny({ keyArn: other })
    expect(await ask('DescribeKey', { KeyId: other })).toMatchObject(denied)
    kms.deny()
    expect(await ask('Encrypt', { KeyId: kms.keyArn, Plaintext: 'AAAA' })).toMatchObject(denied)
    kms.allow()
    await ok('Decrypt', { CiphertextBlob }, { as: second })
  })

  it('writes the types of its own errors with a prefix on request, those of the front always', async () => {
    const { ask } = setUp({ errorPrefix: 'com.amazonaws.kms#' })
    expect((await ask('DescribeKey', { KeyId: 'alias/none' })).answer.__type).toBe('com.amazonaws.kms#NotFoundException')
    expect((await ask('DescribeKey', {})).answer.__type).toBe('com.amazon.coral.validate#ValidationException')
    expect((await setUp().ask('DescribeKey', { KeyId: 'alias/none' })).answer.__type).toBe('NotFoundException')
  })

  it('answers faults in its own form', async () => {
    const { kms, ask, ok, clock } = setUp()
    const encrypt = { KeyId: kms.keyArn, Plaintext: 'AAAA' }
    kms.faults.inject({ kind: 'throttled', retryAfterSeconds: 3 })
    const throttled = await ask('Encrypt', encrypt)
    expect(throttled).toMatchObject({ status: 400, type: 'ThrottlingException' })
    expect(throttled.response.headers.get('retry-after')).toBe('3')
    kms.faults.inject({ kind: 'server_error' })
    expect(await ask('Encrypt', encrypt)).toMatchObject({ status: 500, type: 'KMSInternalException' })
    kms.faults.inject({ kind: 'unavailable' })
    expect(await ask('Encrypt', encrypt)).toMatchObject({ status: 503, type: 'ServiceUnavailableException' })
    kms.faults.inject({ kind: 'clock_skew', ms: 600_000 }, { times: 2 })
    const skewed = await ask('Encrypt', encrypt)
    expect(skewed).toMatchObject({ type: 'InvalidSignatureException', message: expect.stringMatching(/^Signature expired/) })
    const serverTime = Date.parse(skewed.response.headers.get('date')!)
    expect(serverTime - clock.time).toBe(600_000)
    await ok('Encrypt', encrypt, { time: serverTime })
    kms.faults.inject({ kind: 'corrupt' }, { operation: 'Encrypt' })
    const { CiphertextBlob } = await ok('Encrypt', encrypt)
    expect(await ask('Decrypt', { CiphertextBlob })).toMatchObject({ type: 'InvalidCiphertextException' })
    const right = await ok('Encrypt', encrypt)
    kms.faults.inject({ kind: 'corrupt' })
    const corrupt = await ok('Decrypt', { CiphertextBlob: right.CiphertextBlob })
    expect(corrupt.Plaintext).not.toBe('AAAA')
    kms.faults.inject({ kind: 'corrupt' })
    expect(await ask('Decrypt', { CiphertextBlob: 'AAAA' })).toMatchObject({ type: 'InvalidCiphertextException' })
  })
})
