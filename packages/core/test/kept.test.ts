import { describe, expect, it, vi } from 'vitest'
import { WaxsealError } from '../src/errors.ts'
import { accessTokens, isToken, obtained } from '../src/keys/http/access-token.ts'
import { type KeptOptions, kept } from '../src/keys/http/kept.ts'
import { isLoopback, secureUrl } from '../src/keys/http/secure-url.ts'
import { timeLimited } from '../src/keys/service/attempts.ts'
import { NOW, outcome } from './fixtures.ts'

const SECRET = 'Quixotic-7Z'

/** A value that counts how often it was fetched. */
function counter({ goodForMs = 1_000, ...options }: Partial<KeptOptions<number>> & { goodForMs?: number } = {}) {
  const at = { now: NOW, fetched: 0 }
  const value = kept({ fetch: async () => ({ value: ++at.fetched, goodForMs }), ...options })
  return { at, value, call: { now: () => at.now } }
}

describe('a kept value', () => {
  it('is fetched once for all who wait, and again at the end of its time', async () => {
    const { at, value, call } = counter()
    expect(await Promise.all(Array.from({ length: 50 }, () => value.get(call)))).toEqual(Array(50).fill(1))
    at.now += 999
    expect(await value.get(call)).toBe(1)
    at.now += 1
    expect(await value.get(call)).toBe(2)
  })

  it('ages by the clock that never goes back, too', async () => {
    const { at, value, call } = counter()
    const tick = vi.spyOn(performance, 'now')
    try {
      tick.mockReturnValue(0)
      await value.get(call)
      at.now -= 3_600_000
      tick.mockReturnValue(999)
      expect(await value.get(call)).toBe(1)
      tick.mockReturnValue(1_000)
      expect(await value.get(call)).toBe(2)
    } finally {
      tick.mockRestore()
    }
  })

  it('is as young as it is wanted', async () => {
    const { at, value, call } = counter()
    await value.get(call)
    at.now += 10
    expect(await value.get(call, 11)).toBe(1)
    expect(await value.get(call, 10)).toBe(2)
    expect(await value.get(call, 10)).toBe(2)
  })

  it('may be undefined', async () => {
    let fetched = 0
    const value = kept({ fetch: async () => ({ value: void fetched++, goodForMs: 1_000 }) })
    for (let i = 0; i < 3; i++) expect(await value.get({ now: () => NOW })).toBeUndefined()
    expect(fetched).toBe(1)
  })

  it('may come by another way, and is dropped if it is the one at hand', async () => {
    const { value, call } = counter()
    value.set({ value: 7, goodForMs: 1_000 }, call)
    value.drop(8)
    expect(await value.get(call)).toBe(7)
    value.drop(7)
    expect(await value.get(call)).toBe(1)
  })

  it('is no failure', async () => {
    let code: 'access_denied' | undefined = 'access_denied'
    const fetch = async () => {
      if (code) throw new WaxsealError(code, 'no')
      return { value: 1, goodForMs: 1_000 }
    }
    const { value, call } = counter({ fetch })
    expect(await Promise.all([outcome(() => value.get(call)), outcome(() => value.get(call))])).toEqual([code, code])
    code = undefined
    expect(await value.get(call)).toBe(1)
  })

  it('is not waited for beyond its time limit', async () => {
    const fetch: KeptOptions<number>['fetch'] = ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    const { value, call } = counter({ fetch, timeoutMs: 5 })
    expect(await outcome(() => value.get(call))).toBe('timeout')
  })

  it('where it never comes holds up nobody who comes later', async () => {
    let fetched = 0
    const fetch = async () => (++fetched === 1 ? new Promise<never>(() => {}) : { value: fetched, goodForMs: 1_000 })
    const { value, call } = counter({ fetch, timeoutMs: 100 })
    const tick = vi.spyOn(performance, 'now')
    try {
      tick.mockReturnValue(0)
      void value.get(call)
      tick.mockReturnValue(200)
      void value.get(call)
      expect(fetched).toBe(1)
      tick.mockReturnValue(201)
      expect(await value.get(call)).toBe(2)
    } finally {
      tick.mockRestore()
    }
  })
})

describe('a token', () => {
  it.each([[''], ['a b'], ['a\r\nx: y'], ['é'], [undefined], [5], ['x'.repeat(16_385)]])('is not %j', async (token) => {
    expect(isToken(token)).toBe(false)
    const tokens = accessTokens(async () => ({ token: token as string, expiresInMs: 1_000 }))
    expect(await outcome(() => tokens.get({ now: () => NOW }))).toBe('provider_unavailable')
  })

  it('says how long it is good', async () => {
    expect(isToken('x'.repeat(16_384))).toBe(true)
    for (const expiresInMs of [Number.NaN, undefined, '5'])
      expect(
        await outcome(() =>
          accessTokens(async () => ({ token: 't', expiresInMs: expiresInMs as number })).get({ now: () => NOW }),
        ),
      ).toBe('provider_unavailable')
    const endless = accessTokens(async () => ({ token: 't', expiresInMs: Number.POSITIVE_INFINITY }))
    expect(await endless.get({ now: () => NOW })).toBe('t')
  })

  it('is obtained without what went wrong', async () => {
    const failed = (error: unknown) => async () => {
      throw error
    }
    const caught = await obtained('Vault', failed(new Error(SECRET))).catch((error: unknown) => error)
    expect(caught).toMatchObject({ code: 'provider_unavailable', message: 'Vault: the credentials could not be had' })
    expect((caught as Error).cause).toBeUndefined()
    expect(await outcome(() => obtained('Vault', failed(new Error(SECRET)), () => 'access_denied'))).toBe('access_denied')
    expect(await outcome(() => obtained('Vault', failed(new WaxsealError('throttled', 'x'))))).toBe('throttled')
    expect(await obtained('Vault', () => 'jwt')).toBe('jwt')
  })
})

describe('a secure URL', () => {
  it.each(['https://kms.example/x', 'http://localhost:1', 'http://127.1.2.3/', 'http://[::1]:8200/v1'])('is %s', (text) => {
    expect(secureUrl(text)?.href).toBe(new URL(text).href)
  })

  it.each([
    'http://kms.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'ftp://localhost',
    'https://user@kms.example',
    'https://:password@kms.example',
    'https://kms.example?x',
    'https://kms.example#x',
    'kms.example',
    '',
  ])('is not %s', (text) => {
    expect(secureUrl(text)).toBeUndefined()
  })

  it('is plain where that is allowed', () => {
    expect(secureUrl('http://vault', () => true)?.host).toBe('vault')
    expect(secureUrl('http://user@vault', () => true)).toBeUndefined()
    expect(secureUrl('http://localhost', (host) => !isLoopback(host))).toBeUndefined()
  })
})

describe('a call with a time limit', () => {
  it('ends, whether or not the signal is heeded', async () => {
    const never = () => new Promise<never>(() => {})
    expect(await outcome(() => timeLimited(5, { now: () => NOW }, never))).toBe('timeout')
    expect(await outcome(() => timeLimited(5_000, { now: () => NOW, signal: AbortSignal.abort() }, never))).toBe('aborted')
    expect(await timeLimited(5_000, { now: () => NOW }, async ({ signal }) => signal?.aborted)).toBe(false)
  })
})
