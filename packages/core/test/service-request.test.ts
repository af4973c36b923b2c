import { describe, expect, it } from 'vitest'
import { WaxsealError } from '../src/errors.ts'
import { accessTokens } from '../src/keys/http/access-token.ts'
import { fromBase64, fromBase64url, toBase64, toBase64url } from '../src/keys/http/base64.ts'
import { parseKeyUri, uriNumber } from '../src/keys/http/key-uri.ts'
import { requestService } from '../src/keys/http/service-request.ts'
import { bytes, NOW, outcome } from './fixtures.ts'

const SECRET = 'Quixotic-Token-7Z'
const ask = (answer: (input: unknown, init: RequestInit) => Response | Promise<Response>, signal?: AbortSignal) =>
  requestService({
    service: 'The service',
    fetch: (async (input: unknown, init: RequestInit) => answer(input, init)) as typeof fetch,
    url: `https://kms.example/v1?x=${SECRET}`,
    headers: { authorization: `Bearer ${SECRET}` },
    body: `{"plaintext":"${SECRET}"}`,
    signal,
  })
const thrownBy = (run: () => Promise<unknown>) =>
  run().then(
    () => expect.unreachable(),
    (error: unknown) => error as WaxsealError,
  )

describe('a request to a key service', () => {
  it('is sent as it is, follows no redirect, and comes back whatever its status', async () => {
    const seen: RequestInit[] = []
    const response = await ask((_, init) => {
      seen.push(init)
      return new Response('{"a":1}', { status: 418, headers: { 'retry-after': '7' } })
    })
    expect(response).toMatchObject({ status: 418, json: { a: 1 }, retryAfterMs: 7000 })
    expect(seen[0]).toMatchObject({ method: 'POST', redirect: 'manual' })
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['nobody answers', () => Promise.reject(new TypeError(`fetch failed for ${SECRET}`, { cause: { code: 'ECONNREFUSED' } }))],
    ['the answer leads elsewhere', () => new Response(null, { status: 307, headers: { location: 'https://evil.example' } })],
    ['the answer breaks off', () => new Response(new ReadableStream({ pull: (sink) => sink.error(new TypeError(SECRET)) }))],
    ['the answer has no end', () => new Response(new ReadableStream({ pull: (sink) => sink.enqueue(bytes(65_536)) }))],
  ])('is provider_unavailable where %s', async (_, answer) => {
    const error = await thrownBy(() => ask(answer))
    expect(error).toMatchObject({ code: 'provider_unavailable', retryable: true })
    expect(`${error.message} ${JSON.stringify(error)} ${error.cause}`).not.toContain(SECRET)
  })

  it('tells a body that is no JSON, and one that its caller ended', async () => {
    expect((await ask(() => new Response('<html>'))).json).toBeUndefined()
    const abort = new AbortController()
    const error = thrownBy(() =>
      ask(
        (_, { signal }) => new Promise((_resolve, reject) => signal!.addEventListener('abort', () => reject(signal!.reason))),
        abort.signal,
      ),
    )
    abort.abort()
    expect(await error).toMatchObject({ code: 'aborted' })
  })

  it.each([
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:05 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, 5000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:05 GMT' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{}, undefined],
  ])('reads Retry-After: %j', async (headers, expected) => {
    expect((await ask(() => new Response('{}', { headers: headers as Record<string, string> }))).retryAfterMs).toBe(expected)
  })
})

describe('an access token', () => {
  it('is fetched once for all who wait, and anew before it expires or when it is dropped', async () => {
    let now = NOW
    let fetched = 0
    const tokens = accessTokens(async () => ({ token: `t${++fetched}`, expiresInMs: 3_600_000 }))
    const call = { now: () => now }
    expect(await Promise.all(Array.from({ length: 50 }, () => tokens.get(call)))).toEqual(Array(50).fill('t1'))
    now += 3_299_000
    expect(await tokens.get(call)).toBe('t1')
    now += 2_000
    expect(await tokens.get(call)).toBe('t2')
    tokens.drop('t1')
    expect(await tokens.get(call)).toBe('t2')
    tokens.drop('t2')
    expect(await tokens.get(call)).toBe('t3')
  })

  it('is fetched anew when whoever got it says so', async () => {
    let now = NOW
    let fetched = 0
    const tokens = accessTokens(async () => ({ token: `t${++fetched}`, expiresInMs: 3_600_000, renewInMs: 1_000 }))
    const call = { now: () => now }
    expect(await tokens.get(call)).toBe('t1')
    now += 999
    expect(await tokens.get(call)).toBe('t1')
    now += 1
    expect(await tokens.get(call)).toBe('t2')
  })

  it('keeps no failure, and nobody who waits ends it for the others', async () => {
    let fail = true
    const tokens = accessTokens(async ({ signal }) => {
      if (fail) throw new WaxsealError('access_denied', 'no')
      expect(signal?.aborted).toBe(false)
      return { token: 't', expiresInMs: 1000 }
    })
    const call = { now: () => NOW, signal: AbortSignal.abort() }
    expect(await outcome(() => tokens.get(call))).toBe('access_denied')
    fail = false
    expect(await tokens.get(call)).toBe('t')
  })
})

describe('base64', () => {
  it('goes both ways, strictly', () => {
    for (let length = 0; length < 70; length++) {
      const data = bytes(length, 0xf0)
      expect(toBase64(data)).toBe(Buffer.from(data).toString('base64'))
      expect(fromBase64(toBase64(data))).toEqual(data)
      expect(fromBase64url(toBase64url(data))).toEqual(data)
    }
    for (const wrong of ['A', 'AA', 'AB==', 'A===', 'AA =', '-_==', '+/A', 5, undefined, 'AAAA===='])
      expect(fromBase64(wrong)).toBeUndefined()
    for (const wrong of ['A', 'AB', 'AA==', '+/', 5, undefined]) expect(fromBase64url(wrong)).toBeUndefined()
  })
})

describe('a key URI', () => {
  it.each<[string, string, Record<string, string>]>([
    ['aws://alias/orders?region=eu-west-1', 'alias/orders', { region: 'eu-west-1' }],
    ['aws://arn:aws:kms:eu-west-1:111122223333:key/1234', 'arn:aws:kms:eu-west-1:111122223333:key/1234', {}],
    ['aws:///arn:aws:kms:eu-west-1:111122223333:key/1234', 'arn:aws:kms:eu-west-1:111122223333:key/1234', {}],
    ['aws://k?region=a%2Fb&id=x', 'k', { region: 'a/b', id: 'x' }],
    ['aws://a%20b', 'a b', {}],
  ])('is taken apart: %s', (uri, path, parameters) => {
    expect(parseKeyUri(uri, 'aws', ['region', 'id'])).toEqual({ path, parameters })
  })

  it.each([
    'gcp://k',
    'aws:k',
    `aws://user:${SECRET}@host/k`,
    `aws://k?token=${SECRET}`,
    'aws://k?region=a&region=b',
    'aws://k?region=',
    'aws://k?region=%zz',
    'aws://%zz',
    'aws://k#f',
    'aws://k k',
    'aws://k?constructor=1',
    'aws://k?',
  ])('is refused without being repeated: %s', (uri) => {
    try {
      parseKeyUri(uri, 'aws', ['region'])
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({ code: 'config' })
      expect((error as Error).message).not.toContain(SECRET)
    }
  })

  it('holds numbers that are numbers', async () => {
    expect([uriNumber('version', '12'), uriNumber('version', undefined)]).toEqual([12, undefined])
    for (const wrong of ['', '-1', '1.5', '0x1', '01', '99999999999'])
      expect(await outcome(() => uriNumber('version', wrong))).toBe('config')
  })
})
