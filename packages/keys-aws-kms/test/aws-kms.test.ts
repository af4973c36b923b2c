import { inspect } from 'node:util'
import { KMS } from '@aws-sdk/client-kms'
import { createFakeAwsKms } from '@waxseal/conformance/fakes'
import { createSealer, WaxsealError } from '@waxseal/core'
import { openKeys, wrapContext } from '@waxseal/core/keys'
import { describe, expect, it } from 'vitest'
import { type AwsKmsOptions, awsKms, awsUri } from '../src/index.ts'
import { onFake } from './bench.ts'

const call = { now: () => Date.now() }
const context = { app: 'billing', job: 'invoice' }
const bound = wrapContext('envelope', 'aws-kms', 0)
const key = Uint8Array.from({ length: 32 }, (_, i) => i + 1)
const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'Quixotic-Secret-7Z' }

const codeOf = async (run: () => unknown): Promise<string> => {
  try {
    await run()
    return 'ok'
  } catch (error) {
    if (!WaxsealError.is(error)) throw error
    return error.code
  }
}

/** The URL that a provider asks. */
async function asked(options: Partial<AwsKmsOptions>): Promise<string> {
  let url = ''
  const fetch = (async (input: unknown) => {
    url = String(input)
    return new Response('{}', { status: 500 })
  }) as typeof globalThis.fetch
  const provider = awsKms({ keyId: ARN, credentials, fetch, retry: false, ...options })
  await codeOf(() => provider.wrapKey(key, bound, call))
  return url
}

describe('configuration', () => {
  it('asks the endpoint of the region, of FIPS, of China, or the one it is told', async () => {
    expect(await asked({})).toBe('https://kms.eu-west-1.amazonaws.com/')
    expect(await asked({ fips: true })).toBe('https://kms-fips.eu-west-1.amazonaws.com/')
    expect(await asked({ env: { AWS_USE_FIPS_ENDPOINT: 'True' } })).toBe('https://kms-fips.eu-west-1.amazonaws.com/')
    expect(await asked({ keyId: 'alias/orders', env: { AWS_REGION: 'cn-north-1' } })).toBe(
      'https://kms.cn-north-1.amazonaws.com.cn/',
    )
    expect(await asked({ keyId: 'alias/orders', env: { AWS_DEFAULT_REGION: 'us-gov-west-1' } })).toBe(
      'https://kms.us-gov-west-1.amazonaws.com/',
    )
    expect(await asked({ endpoint: 'https://vpce-1.kms.eu-west-1.vpce.amazonaws.com' })).toBe(
      'https://vpce-1.kms.eu-west-1.vpce.amazonaws.com/',
    )
    expect(await asked({ env: { AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:5566' } })).toBe('http://127.0.0.1:5566/')
    const replica = ARN.replace('1234abcd-12ab-34cd-56ef-1234567890ab', `mrk-${'0'.repeat(32)}`)
    expect(await asked({ keyId: replica, region: 'eu-north-1' })).toBe('https://kms.eu-north-1.amazonaws.com/')
  })

  it.each<[string, Partial<AwsKmsOptions>]>([
    ['no region', { keyId: 'alias/orders' }],
    ['no credentials', { credentials: undefined }],
    ['half of the credentials', { credentials: undefined, env: { AWS_ACCESS_KEY_ID: 'x' } }],
    ['credentials with a line break', { credentials: { accessKeyId: 'x', secretAccessKey: 'a\nb' } }],
    ['no key', { keyId: '' }],
    ['a key that is none', { keyId: 'https://evil.example/x' }],
    ['a key of another region', { region: 'us-east-1' }],
    ['a region that is none', { keyId: 'alias/x', region: 'evil.example/' }],
    ['an endpoint in clear', { endpoint: 'http://kms.example' }],
    ['an endpoint with a path', { endpoint: 'https://kms.example/path' }],
    ['an endpoint with a user', { endpoint: 'https://user@kms.example' }],
    ['FIPS that is misspelt', { env: { AWS_USE_FIPS_ENDPOINT: 'yes' } }],
    ['FIPS and an endpoint', { fips: true, endpoint: 'https://kms.example' }],
    ['an id that is none', { id: 'ARN:aws' }],
    ['an earlier key that is an alias', { earlierKeys: ['alias/orders'] }],
    ['an earlier key of another region', { earlierKeys: [ARN.replace('eu-west-1', 'eu-west-2')] }],
    ['data keys of nobody', { dataKeys: 'both' as never }],
    ['a client and a region', { client: {} as never, region: 'eu-west-1' }],
  ])('refuses %s', async (_, options) => {
    expect(await codeOf(() => awsKms({ keyId: ARN, credentials, ...options }))).toBe('config')
  })

  it('reads no environment but the one it is given, and asks nobody before the first use', async () => {
    process.env.AWS_REGION = 'eu-west-1'
    process.env.AWS_ACCESS_KEY_ID = 'x'
    process.env.AWS_SECRET_ACCESS_KEY = 'y'
    try {
      expect(await codeOf(() => awsKms({ keyId: 'alias/orders' }))).toBe('config')
    } finally {
      for (const name of ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name]
    }
    const kms = createFakeAwsKms()
    createSealer({ keys: onFake(kms) })
    expect(kms.requests).toEqual([])
  })

  it('shows no secret', () => {
    const provider = awsKms({ keyId: ARN, credentials })
    expect(inspect(provider, { depth: 10, showHidden: true })).not.toContain('Quixotic')
    expect(JSON.stringify(provider)).not.toContain('Quixotic')
  })
})

describe('the key that wraps', () => {
  it('sends a key id with every Decrypt, and the wrap context as encryption context', async () => {
    const kms = createFakeAwsKms()
    const bodies: Record<string, unknown>[] = []
    const fetch = (async (input: string, init: RequestInit) => {
      bodies.push(JSON.parse(String(init.body)))
      return kms.fetch(input, init)
    }) as typeof globalThis.fetch
    const sealer = createSealer({ keys: onFake(kms, { fetch, dataKeys: 'service' }) })
    const sealed = await sealer.seal('x', { context, scope: 'tenant:acme' })
    await createSealer({ keys: onFake(kms, { fetch }) }).open(sealed, { context, scope: 'tenant:acme' })
    const expected = { waxseal: 'v1/wrap', use: 'envelope', kid: 'aws-kms', version: '0', scope: 'tenant:acme' }
    expect(bodies).toMatchObject([
      { KeyId: kms.keyArn, KeySpec: 'AES_256', EncryptionContext: expected },
      { KeyId: kms.keyArn, EncryptionContext: expected },
    ])
    expect(kms.requests.map(({ operation }) => operation)).toEqual(['GenerateDataKey', 'Decrypt'])
  })

  it('is the one an alias leads to; once the alias was moved, the one before still opens where it is listed', async () => {
    const kms = createFakeAwsKms()
    const alias = (options: Partial<AwsKmsOptions> = {}) => onFake(kms, { keyId: kms.aliasName, region: kms.region, ...options })
    const sealed = await createSealer({ keys: alias() }).seal('x', { context })
    expect(kms.requests.map(({ operation }) => operation)).toEqual(['DescribeKey', 'Encrypt'])
    expect(await createSealer({ keys: onFake(kms) }).open(sealed, { context })).toBe('x')
    const before = kms.keyArn
    kms.updateAlias(kms.aliasName, kms.createKey())
    const moved = createSealer({ keys: alias() })
    expect(await codeOf(() => moved.open(sealed, { context }))).toBe('key_not_found')
    const listed = createSealer({ keys: alias({ earlierKeys: [before] }) })
    expect(await listed.open(sealed, { context })).toBe('x')
    const rewrapped = await listed.rewrap(sealed)
    expect(await moved.open(rewrapped, { context })).toBe('x')
    expect(kms.requests.at(-2)?.operation).not.toBe('Decrypt')
  })

  it('of an earlier generation opens that generation and no other', async () => {
    const kms = createFakeAwsKms()
    const [old, current] = [kms.keyArn, kms.createKey()]
    const sealed = await createSealer({ keys: onFake(kms, { keyId: old, version: 0 }) }).seal('x', { context })
    const reader = () => onFake(kms, { keyId: current, version: 1, earlierKeys: [{ arn: old, version: 0 }] })
    expect(await createSealer({ keys: reader() }).open(sealed, { context })).toBe('x')
    // Whoever may still use the old key wraps in the name of the new generation.
    const forged = await createSealer({ keys: onFake(kms, { keyId: old, version: 1 }) }).seal('forged', { context })
    expect(await codeOf(() => createSealer({ keys: reader() }).open(forged, { context }))).toBe('key_not_found')
    const strict = createSealer({ keys: reader(), minKeyVersion: () => 1 })
    expect(await codeOf(() => strict.open(sealed, { context }))).toBe('key_retired')
    expect(await codeOf(() => strict.rewrap(sealed))).toBe('key_retired')
    const moved = await createSealer({ keys: reader() }).rewrap(sealed)
    expect(await strict.open(moved, { context })).toBe('x')
  })

  it('that wrapped a stored key opens it, whatever the version of that key', async () => {
    const kms = createFakeAwsKms()
    const [old, current] = [kms.keyArn, kms.createKey()]
    const stored = wrapContext('stored', 'orders', 7)
    const wrapped = await onFake(kms, { keyId: old }).wrapKey(key, stored, call)
    const moved = { keyId: current, version: 1, earlierKeys: [{ arn: old, version: 0 }] }
    expect(await onFake(kms, moved).unwrapKey(wrapped, stored, call)).toEqual(key)
    expect(await codeOf(() => onFake(kms, { keyId: current }).unwrapKey(wrapped, stored, call))).toBe('key_not_found')
    expect(await codeOf(() => onFake(kms, moved).unwrapKey(wrapped, wrapContext('stored', 'orders', 8), call))).toBe(
      'open_failed',
    )
  })

  it('of an alias is asked once for all, and again where a wrap names another one', async () => {
    const kms = createFakeAwsKms()
    let now = Date.now()
    const call = { now: () => now }
    const [a, b] = [0, 1].map(() => onFake(kms, { keyId: kms.aliasName, region: kms.region }))
    await Promise.all(Array.from({ length: 50 }, () => a!.wrapKey(key, bound, call)))
    await b!.wrapKey(key, bound, call)
    expect(kms.requests.filter(({ operation }) => operation === 'DescribeKey')).toHaveLength(2)
    kms.updateAlias(kms.aliasName, kms.createKey())
    now += 600_001
    const wrapped = await a!.wrapKey(key, bound, call)
    now -= 594_000
    expect(await b!.unwrapKey(wrapped, bound, call)).toEqual(key)
  })

  it('waits for no credentials that do not come', async () => {
    const kms = createFakeAwsKms()
    let asked = 0
    const credentials = () => (asked++ === 0 ? new Promise<never>(() => {}) : kms.credentials)
    const provider = onFake(kms, { credentials, attemptTimeoutMs: 1_000, deadlineMs: 1_000 })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('timeout')
    const tick = performance.now
    performance.now = () => tick.call(performance) + 11_000
    try {
      expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
    } finally {
      performance.now = tick
    }
  })

  it('notices within ten minutes that an alias was moved', async () => {
    const kms = createFakeAwsKms()
    let now = Date.now()
    const provider = onFake(kms, { keyId: kms.aliasName, region: kms.region })
    const wrap = () => provider.wrapKey(key, bound, { now: () => now })
    const first = (await wrap()).slice(2, 38)
    kms.updateAlias(kms.aliasName, kms.createKey())
    expect((await wrap()).slice(2, 38)).toEqual(first)
    now += 600_001
    expect((await wrap()).slice(2, 38)).not.toEqual(first)
  })

  it('no wrap selects a key that is not configured, be it of this account', async () => {
    const kms = createFakeAwsKms()
    const other = kms.createKey()
    const foreign = await onFake(kms, { keyId: other }).wrapKey(key, bound, call)
    const before = kms.requests.length
    expect(await codeOf(() => onFake(kms).unwrapKey(foreign, bound, call))).toBe('key_not_found')
    const forged = foreign.slice()
    forged.set(new TextEncoder().encode(kms.keyArn.split('/')[1]), 2)
    expect(kms.requests.length).toBe(before)
    expect(await codeOf(() => onFake(kms).unwrapKey(forged, bound, call))).toBe('open_failed')
    for (const wrapped of [new Uint8Array(), Uint8Array.of(1), foreign.slice(0, 38), Uint8Array.of(2, ...foreign.slice(1))])
      expect(await codeOf(() => onFake(kms).unwrapKey(wrapped, bound, call))).toBe('open_failed')
  })

  it('is a multi-Region key in whatever region it is asked', async () => {
    const kms = createFakeAwsKms({ region: 'us-east-1' })
    const keyId = kms.createKey({ multiRegion: true })
    kms.replicateKey(keyId, 'eu-west-1')
    const wrapped = await onFake(kms, { keyId }).wrapKey(key, bound, call)
    const replica = onFake(kms, { keyId, region: 'eu-west-1' })
    expect(await replica.unwrapKey(wrapped, bound, call)).toEqual(key)
    const again = await replica.wrapKey(key, bound, call)
    expect(await onFake(kms, { keyId, earlierKeys: [] }).unwrapKey(again, bound, call)).toEqual(key)
  })

  it.each(['ThrottlingException', 'com.amazonaws.kms#ThrottlingException'])('maps %s, which comes as 400', async (type) => {
    const fetch = (async () => new Response(JSON.stringify({ __type: type }), { status: 400 })) as typeof globalThis.fetch
    const provider = awsKms({ keyId: ARN, credentials, fetch, retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('throttled')
  })

  it.each<[string, number, string]>([
    ['IncorrectKeyException', 400, 'open_failed'],
    ['KMSInvalidStateException', 400, 'key_suspended'],
    ['KMSInvalidStateException', 409, 'key_suspended'],
    ['DependencyTimeoutException', 503, 'provider_unavailable'],
    ['SomethingNew', 500, 'provider_unavailable'],
    ['SomethingNew', 429, 'throttled'],
    ['SomethingNew', 400, 'config'],
    ['constructor', 400, 'config'],
    ['', 502, 'provider_unavailable'],
    ['UnrecognizedClientException', 400, 'access_denied'],
  ])('maps %s of status %i to %s', async (type, status, code) => {
    const fetch = (async () => new Response(JSON.stringify({ __type: type }), { status })) as typeof globalThis.fetch
    const provider = awsKms({ keyId: ARN, credentials, fetch, retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe(code)
  })

  it('takes no answer that is not whole', async () => {
    for (const answer of ['{}', '[]', 'null', '{"Plaintext":"AQ=="}', `{"KeyId":"${ARN}","Plaintext":"!"}`, '"x"']) {
      const fetch = (async () => new Response(answer)) as typeof globalThis.fetch
      const provider = awsKms({ keyId: ARN, credentials, fetch, retry: false })
      expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('provider_unavailable')
      const wrapped = Uint8Array.of(1, 36, ...new TextEncoder().encode(ARN.split('/')[1]), 5)
      expect(await codeOf(() => provider.unwrapKey(wrapped, bound, call))).toBe('provider_unavailable')
    }
  })
})

describe('key URIs', () => {
  it.each(['alias', 'arn', 'slashes'])('open by %s', async (form) => {
    const kms = createFakeAwsKms()
    const uri = {
      alias: `aws://${kms.aliasName}?region=${kms.region}&id=orders`,
      arn: `aws://${kms.keyArn}?id=orders`,
      slashes: `aws:///${kms.keyArn}?id=orders&version=3`,
    }[form]!
    const { accessKeyId, secretAccessKey } = kms.credentials
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
    const global = globalThis.fetch
    globalThis.fetch = kms.fetch as typeof globalThis.fetch
    try {
      const sealer = createSealer({ keys: openKeys(uri, { aws: awsUri }, { env }) })
      const sealed = await sealer.seal('x', { context })
      expect(sealer.inspect(sealed)).toMatchObject({ kid: 'orders', keyVersion: form === 'slashes' ? 3 : 0 })
      expect(await sealer.open(sealed, { context })).toBe('x')
    } finally {
      globalThis.fetch = global
    }
  })

  it.each([
    'aws://alias/x',
    'aws://alias/x?region=eu-west-1&fips=1',
    'aws://alias/x?region=eu-west-1&key=secret',
    'aws://alias/x?region=eu-west-1&version=x',
  ])('are refused: %s', async (uri) => {
    const env = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' }
    expect(await codeOf(() => openKeys(uri, { aws: awsUri }, { env }))).toBe('config')
  })
})

it('takes the client of the AWS SDK as it is', () => {
  const client = new KMS({ region: 'eu-west-1', credentials })
  expect(awsKms({ keyId: ARN, client }).id).toBe('aws-kms')
})
