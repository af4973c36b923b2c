import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@waxseal/conformance/fakes'
import { WaxsealError } from '@waxseal/core'
import { openKeys, wrapContext } from '@waxseal/core/keys'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type GcpKmsOptions, gcpKms, gcpUri } from '../src/index.ts'
import { codeOf, fakeKms, onFake } from './bench.ts'

const call = { now: () => Date.now() }
const bound = wrapContext('envelope', 'gcp-kms', 0)
const key = new Uint8Array(32).fill(7)
const KMS = 'https://cloudkms.googleapis.com'
const keyName = 'projects/acme-billing/locations/europe/keyRings/jobs/cryptoKeys/orders'

const folder = mkdtempSync(join(tmpdir(), 'waxseal-gcp-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Sent {
  readonly url: string
  readonly headers: Headers
  readonly body: string
}

/** A service that is asked for tokens and for nothing else. */
function tokens(answer: (sent: Sent) => Response) {
  const sent: Sent[] = []
  const fetch = (async (url: unknown, init: RequestInit = {}) => {
    const request = { url: String(url), headers: new Headers(init.headers), body: String(init.body) }
    sent.push(request)
    return request.url.startsWith(KMS) ? new Response('{}') : answer(request)
  }) as typeof globalThis.fetch
  return { sent, fetch }
}

const google = { headers: { 'metadata-flavor': 'Google' } }

describe('tokens that a service account signs', () => {
  const claimsOf = ({ headers }: Sent) => {
    const [, claims = ''] = headers.get('authorization')!.split('.')
    return JSON.parse(Buffer.from(claims, 'base64url').toString())
  }

  it('are for Cloud KMS whatever its endpoint, and are kept for 55 minutes', async () => {
    const { serviceAccount } = await fakeKms()
    const { sent, fetch } = tokens(() => new Response())
    let now = Date.now()
    const provider = gcpKms({
      keyName,
      credentials: serviceAccount,
      endpoint: 'https://kms.internal',
      fetch,
      now: () => now,
      retry: false,
    })
    const wrap = () => codeOf(() => provider.wrapKey(key, bound, call))
    await wrap()
    now += 54 * 60_000
    await wrap()
    now += 2 * 60_000
    await wrap()
    const [first, second, third] = sent.map(({ headers }) => headers.get('authorization'))
    expect(second).toBe(first)
    expect(third).not.toBe(first)
    expect(claimsOf(sent[0]!)).toMatchObject({ aud: `${KMS}/`, iss: serviceAccount.client_email })
    expect(claimsOf(sent[0]!)).not.toHaveProperty('scope')
    expect(sent[0]!.url).toBe(`https://kms.internal/v1/${keyName}:encrypt`)
  })

  it('follow the clock of the service', async () => {
    const kms = await fakeKms({ now: () => Date.now() + 7_200_000 })
    const provider = onFake(kms, { retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
    expect(kms.requests.map(({ status }) => status)).toEqual([401, 200])
    await provider.wrapKey(key, bound, call)
    expect(kms.requests.length).toBe(3)
  })

  it('are not tried a third time', async () => {
    const kms = await fakeKms()
    kms.deleteServiceAccount(kms.serviceAccount.client_email)
    expect(await codeOf(() => onFake(kms).wrapKey(key, bound, call))).toBe('access_denied')
    expect(kms.requests.length).toBeLessThanOrEqual(2)
  })
})

describe('tokens that are exchanged', () => {
  const exchange = async (answer: (sent: Sent) => Response, options: Partial<GcpKmsOptions> = {}) => {
    const { serviceAccount } = await fakeKms()
    const { sent, fetch } = tokens(answer)
    const provider = gcpKms({ keyName, credentials: serviceAccount, tokens: 'exchange', fetch, retry: false, ...options })
    const error = await Promise.resolve(provider.wrapKey(key, bound, call)).catch((caught: unknown) => caught)
    return { sent, error, code: WaxsealError.is(error) ? error.code : 'ok' }
  }

  it('are had at the token endpoint, for Cloud KMS alone, once for many who wait', async () => {
    const kms = await fakeKms()
    const provider = onFake(kms, { tokens: 'exchange' })
    await Promise.all(Array.from({ length: 10 }, () => provider.wrapKey(key, bound, call)))
    expect(kms.requests.filter(({ operation }) => operation === 'token').length).toBe(1)
    const { sent } = await exchange(() => Response.json({ access_token: 'T', expires_in: 3599 }))
    expect(sent.map(({ url }) => url)).toEqual(['https://oauth2.googleapis.com/token', `${KMS}/v1/${keyName}:encrypt`])
    const form = new URLSearchParams(sent[0]!.body)
    const claims = JSON.parse(Buffer.from(form.get('assertion')!.split('.')[1]!, 'base64url').toString())
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    expect(claims).toMatchObject({
      aud: 'https://oauth2.googleapis.com/token',
      scope: 'https://www.googleapis.com/auth/cloudkms',
    })
    expect(sent[1]!.headers.get('authorization')).toBe('Bearer T')
  })

  it.each<[string, number, unknown]>([
    ['access_denied', 400, { error: 'invalid_grant', error_description: 'Quixotic' }],
    ['access_denied', 401, { error: 'invalid_client' }],
    ['access_denied', 403, 'Quixotic'],
    ['config', 400, { error: 'invalid_scope' }],
    ['config', 400, { error: 'constructor' }],
    ['config', 404, undefined],
    ['throttled', 429, { error: 'rate_limit_exceeded' }],
    ['provider_unavailable', 503, { error: { message: 'Quixotic' } }],
    ['provider_unavailable', 200, {}],
    ['provider_unavailable', 200, undefined],
    ['provider_unavailable', 200, { access_token: 'a\nb', expires_in: 3599 }],
    ['provider_unavailable', 200, { access_token: 'T', expires_in: '3599' }],
    ['provider_unavailable', 200, { access_token: 'T', expires_in: -1 }],
    ['provider_unavailable', 200, { access_token: '', expires_in: 3599 }],
  ])('or there is %s: %i %j', async (expected, status, answer) => {
    const { sent, error, code } = await exchange(() => new Response(JSON.stringify(answer), { status }))
    expect(code).toBe(expected)
    expect(String((error as Error).stack) + JSON.stringify(error)).not.toContain('Quixotic')
    expect(sent.length).toBe(1)
  })

  it('say when to come again', async () => {
    const headers = { 'retry-after': '7' }
    const { error } = await exchange(() => Response.json({ error: 'rate_limit_exceeded' }, { status: 429, headers }))
    expect(error).toMatchObject({ code: 'throttled', retryAfterMs: 7_000 })
  })

  it.each(['http://oauth2.googleapis.com/token', 'https://u@oauth2.googleapis.com/token', 'file:///x', 'x'])(
    'come from no place that others can listen to: %s',
    async (token_uri) => {
      const { serviceAccount } = await fakeKms()
      const { sent, code } = await exchange(() => new Response(), { credentials: { ...serviceAccount, token_uri } })
      expect(code).toBe('config')
      expect(sent).toEqual([])
    },
  )
})

describe('tokens of the metadata server', () => {
  const ask = async (answer: (sent: Sent) => Response, options: Partial<GcpKmsOptions> = {}) => {
    const { sent, fetch } = tokens(answer)
    const provider = gcpKms({ keyName, credentials: 'metadata', fetch, retry: false, ...options })
    return { code: await codeOf(() => provider.wrapKey(key, bound, call)), sent }
  }
  const token = { access_token: 'T', expires_in: 3599 }

  it.each<[string, Partial<GcpKmsOptions>]>([
    ['metadata.google.internal', {}],
    ['169.254.169.254', { env: { GCE_METADATA_HOST: '169.254.169.254' } }],
    ['127.0.0.1:8080', { env: { GCE_METADATA_HOST: '127.0.0.1:8080' }, credentials: undefined }],
    ['[fd20:ce::254]', { env: { GCE_METADATA_HOST: '[fd20:ce::254]' } }],
  ])('come from %s', async (host, options) => {
    const { sent } = await ask(() => Response.json(token, google), options)
    expect(sent[0]!.url).toBe(`http://${host}/computeMetadata/v1/instance/service-accounts/default/token`)
    expect(sent[0]!.headers.get('metadata-flavor')).toBe('Google')
    expect(sent[1]!.headers.get('authorization')).toBe('Bearer T')
  })

  it('come from nobody else', async () => {
    const { code, sent } = await ask(() => Response.json(token))
    expect(code).toBe('provider_unavailable')
    expect(sent.length).toBe(1)
  })

  it.each<[number, string]>([
    [403, 'access_denied'],
    [404, 'config'],
    [429, 'throttled'],
    [503, 'provider_unavailable'],
  ])('or of status %i there are none: %s', async (status, expected) => {
    expect((await ask(() => new Response('<html>', { status, ...google }))).code).toBe(expected)
  })

  it.each(['evil.example/x', 'u@evil.example', 'a b', 'x?y', 'http://x'])('need a host: %s', async (GCE_METADATA_HOST) => {
    expect(await codeOf(() => gcpKms({ keyName, credentials: 'metadata', env: { GCE_METADATA_HOST } }))).toBe('config')
  })

  it('are what the command that starts the fakes is for', async () => {
    const kms = await fakeKms()
    const { url, close } = await serve(kms)
    try {
      const env = { GCE_METADATA_HOST: new URL(url).host }
      const keys = openKeys(`gcp://${kms.keyName}?endpoint=${url}`, { gcp: gcpUri }, { env })
      if (keys.kind !== 'provider') throw new Error('no provider')
      expect(await keys.unwrapKey(await keys.wrapKey(key, bound, call), bound, call)).toEqual(key)
    } finally {
      await close()
    }
  })
})

describe('tokens of a function', () => {
  it('are kept where it says for how long, and asked for each time where not', async () => {
    const kms = await fakeKms()
    const kept = vi.fn(async () => ({ token: kms.createAccessToken(), expiresInMs: 3_600_000 }))
    const bare = vi.fn(() => kms.createAccessToken())
    for (const credentials of [kept, bare]) {
      const provider = onFake(kms, { credentials })
      for (let i = 0; i < 3; i++) await provider.wrapKey(key, bound, call)
    }
    expect(kept).toHaveBeenCalledTimes(1)
    expect(bare).toHaveBeenCalledTimes(3)
  })

  it('are asked for once more where the service does not take one, and the request is not repeated with the same', async () => {
    const kms = await fakeKms()
    const good = kms.createAccessToken()
    const answers = ['ya29.expired', good, 'ya29.wrong', 'ya29.wrong']
    const provider = onFake(kms, { credentials: () => answers.shift()!, retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('access_denied')
    expect(kms.requests.map(({ status }) => status)).toEqual([401, 200, 401])
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a line break', 'a\nb'],
    ['no expiry', { token: 'x' }],
    ['an expiry that is no number', { token: 'x', expiresInMs: Number.NaN }],
    ['an expiry of the past', { token: 'x', expiresInMs: -1 }],
  ])('are refused: %s', async (_, got) => {
    const { fetch, sent } = tokens(() => new Response())
    const provider = gcpKms({ keyName, credentials: (() => got) as never, fetch, retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('config')
    expect(sent).toEqual([])
  })

  it('fail without saying why, unless with an error of ours', async () => {
    const failing = (thrown: unknown) => gcpKms({ keyName, credentials: () => Promise.reject(thrown), retry: false })
    const error = await Promise.resolve(failing(new Error('Quixotic')).wrapKey(key, bound, call)).catch(
      (caught: unknown) => caught,
    )
    expect(WaxsealError.is(error) && error.code).toBe('provider_unavailable')
    expect(String((error as Error).stack) + JSON.stringify(error)).not.toContain('Quixotic')
    // What somebody else numbers may mean anything.
    for (const code of [5, 'NOT_FOUND', 403])
      expect(await codeOf(() => failing({ code }).wrapKey(key, bound, call))).toBe('provider_unavailable')
    const own = failing(new WaxsealError('access_denied', 'no'))
    expect(await codeOf(() => own.wrapKey(key, bound, call))).toBe('access_denied')
  })
})

describe('the file of GOOGLE_APPLICATION_CREDENTIALS', () => {
  const path = join(folder, 'key.json')
  const env = { GOOGLE_APPLICATION_CREDENTIALS: path, GCE_METADATA_HOST: 'metadata.google.internal' }

  it('is read at the first use, and again for the next token', async () => {
    let now = Date.now()
    const kms = await fakeKms({ now: () => now })
    const provider = onFake(kms, { credentials: undefined, env, now: () => now, retry: false })
    const wrap = () => codeOf(() => provider.wrapKey(key, bound, call))
    expect(await wrap()).toBe('config')
    expect(kms.requests).toEqual([])
    writeFileSync(path, JSON.stringify(kms.serviceAccount))
    expect(await wrap()).toBe('ok')
    writeFileSync(path, JSON.stringify(await kms.createServiceAccount('next')))
    kms.deny({ principal: kms.serviceAccount.client_email })
    expect(await wrap()).toBe('access_denied')
    now += 56 * 60_000
    expect(await wrap()).toBe('ok')
  })

  it.each(['{', 'null', '{"type":"external_account"}', ' '.repeat(70_000)])(
    'is refused where it is none: %.30s',
    async (text) => {
      // White space around a key is none of its business, but there is an end to it.
      const { serviceAccount } = await fakeKms()
      writeFileSync(path, text.trim() || `${JSON.stringify(serviceAccount)}${text}`)
      const { fetch, sent } = tokens(() => new Response())
      expect(await codeOf(() => gcpKms({ keyName, env, fetch }).wrapKey(key, bound, call))).toBe('config')
      expect(sent).toEqual([])
    },
  )

  it('needs a file system', async () => {
    const builtin = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    try {
      const error = await Promise.resolve(gcpKms({ keyName, env }).wrapKey(key, bound, call)).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'config', message: expect.stringContaining('needs a runtime with a file system') })
    } finally {
      builtin.mockRestore()
    }
  })
})
