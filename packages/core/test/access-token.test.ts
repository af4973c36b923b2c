import { afterEach, describe, expect, it, vi } from 'vitest'
import { WaxsealError } from '../src/errors.ts'
import { accessTokens } from '../src/keys/http/access-token.ts'
import { NOW, outcome } from './fixtures.ts'

afterEach(() => {
  vi.restoreAllMocks()
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

  it.each([
    [100_000, 80_000],
    [1_499_995, 1_199_996],
    [1_500_000, 1_200_000],
    [1_500_010, 1_200_010],
    [86_400_000, 86_100_000],
  ])('of %i ms is renewed after %i: a fifth early, at most five minutes, by either clock', async (expiresInMs, renewedMs) => {
    let [wall, tick] = [NOW, 5]
    vi.spyOn(performance, 'now').mockImplementation(() => tick)
    let fetched = 0
    const tokens = accessTokens(async () => ({ token: `t${++fetched}`, expiresInMs }))
    const call = { now: () => wall }
    expect(await tokens.get(call)).toBe('t1')
    wall += renewedMs - 1
    tick += renewedMs - 1
    expect(await tokens.get(call)).toBe('t1')
    wall += 1
    expect(await tokens.get(call)).toBe('t2')
    // A wall clock that was set back makes no token younger.
    wall -= expiresInMs
    tick += renewedMs - 1
    expect(await tokens.get(call)).toBe('t2')
    tick += 1
    expect(await tokens.get(call)).toBe('t3')
  })
})
