import { describe, expect, it } from 'vitest'
import { createServiceFake } from '../../src/fakes/service-fake.ts'
import type { Fault } from '../../src/fakes.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')

const setUp = () => {
  const seen: { url: string; headers: Headers; body: string }[] = []
  const fake = createServiceFake({
    name: 'test',
    now: () => NOW,
    listens: ({ url }) => url.host !== 'nobody.example',
    operationOf: ({ url }) => url.pathname.slice(1) || 'root',
    answer: ({ url, headers, body }, now) => {
      seen.push({ url: url.href, headers, body: new TextDecoder().decode(body) })
      if (url.pathname === '/empty') return new Response(null, { status: 204 })
      return url.pathname === '/text' ? new Response('text') : Response.json({ key: 'secret', now })
    },
    failure: (kind) => Response.json({ kind }, { status: kind === 'throttled' ? 429 : 500 }),
    corrupted: (members) => ({ ...members, key: 'turned' }),
  })
  const get = (path = '', init: RequestInit = {}) => fake.fetch(`https://service.example/${path}`, init)
  return { fake, seen, get }
}

describe('the fetch of a fake', () => {
  it('takes what fetch takes', async () => {
    const { fake, seen } = setUp()
    const init = { method: 'POST', body: 'hello', headers: { 'x-a': '1' } }
    await fake.fetch('https://a.example/x', init)
    await fake.fetch(new URL('https://a.example/x'), init)
    await fake.fetch(new Request('https://a.example/x', init))
    await fake.fetch(new Request('https://a.example/x', { method: 'POST', body: 'other' }), {
      body: 'hello',
      headers: init.headers,
    })
    for (const { url, headers, body } of seen)
      expect([url, headers.get('x-a'), body]).toEqual(['https://a.example/x', '1', 'hello'])
    expect(seen).toHaveLength(4)
    expect(fake.requests).toEqual(Array(4).fill({ operation: 'x', status: 200 }))
    await expect(fake.fetch('data:text/plain,a')).rejects.toThrow(TypeError)
    await expect(fake.fetch('not a url')).rejects.toThrow(TypeError)
  })

  it('says the time of the service', async () => {
    const { get, fake } = setUp()
    expect((await get()).headers.get('date')).toBe('Sun, 01 Mar 2026 12:00:00 GMT')
    fake.faults.inject({ kind: 'clock_skew', ms: -60_000 })
    const skewed = await get()
    expect(skewed.headers.get('date')).toBe('Sun, 01 Mar 2026 11:59:00 GMT')
    expect(await skewed.json()).toMatchObject({ now: NOW - 60_000 })
  })

  it('ends a call that was aborted, before and in the middle', async () => {
    const { get, fake, seen } = setUp()
    const reason = new Error('enough')
    await expect(get('', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    fake.faults.inject({ kind: 'latency', ms: 60_000 })
    const controller = new AbortController()
    const call = get('', { signal: controller.signal })
    setTimeout(() => controller.abort(reason), 10)
    await expect(call).rejects.toBe(reason)
    expect([seen, fake.requests]).toEqual([[], []])
  })
})

describe('faults', () => {
  it('come one a request, in order, as often as they were told', async () => {
    const { get, fake } = setUp()
    fake.faults.inject({ kind: 'throttled', retryAfterSeconds: 2 }, { times: 2 })
    fake.faults.inject({ kind: 'server_error' })
    expect(await Promise.all([1, 2, 3, 4].map(async () => (await get()).status))).toEqual([429, 429, 500, 200])
    expect(fake.requests.map(({ status }) => status)).toEqual([429, 429, 500, 200])
  })

  it('come to their operation only, and go when they are cleared', async () => {
    const { get, fake } = setUp()
    fake.faults.inject({ kind: 'unavailable' }, { operation: 'b', times: Number.POSITIVE_INFINITY })
    expect(await Promise.all(['a', 'b', 'a', 'b'].map(async (path) => (await get(path)).status))).toEqual([200, 500, 200, 500])
    fake.faults.clear()
    expect((await get('b')).status).toBe(200)
  })

  it('break the connection before the answer, or in the middle of it', async () => {
    const { get, fake, seen } = setUp()
    fake.faults.inject({ kind: 'dropped' })
    await expect(get()).rejects.toThrow(TypeError)
    expect(seen).toEqual([])
    expect(fake.requests).toEqual([{ operation: 'root', status: 0 }])
    fake.faults.inject({ kind: 'truncated' }, { times: 2 })
    const response = await get()
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow(TypeError)
    const reader = (await get()).body!.getReader()
    const { value } = await reader.read()
    expect(new TextDecoder().decode(value)).toMatch(/^\{"key":"sec/)
    await expect(reader.read()).rejects.toThrow(TypeError)
  })

  it('answer late, with no JSON, or with another key', async () => {
    const { get, fake } = setUp()
    fake.faults.inject({ kind: 'latency', ms: 30 })
    const before = performance.now()
    expect((await get()).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThan(25)
    fake.faults.inject({ kind: 'garbage' })
    const garbage = await get()
    expect(garbage.status).toBe(200)
    await expect(garbage.json()).rejects.toThrow(SyntaxError)
    fake.faults.inject({ kind: 'corrupt' })
    expect(await (await get()).json()).toMatchObject({ key: 'turned' })
  })

  it('redirect as fetch was told to take it', async () => {
    const { get, fake, seen } = setUp()
    const fault: Fault = { kind: 'redirect', location: 'https://elsewhere.example/there' }
    const init = { method: 'POST', body: 'secret', headers: { authorization: 'Bearer t', 'x-a': '1' } }
    fake.faults.inject(fault, { times: 3 })
    const manual = await get('', { ...init, redirect: 'manual' })
    expect([manual.status, manual.headers.get('location')]).toEqual([307, fault.location])
    await expect(get('', { ...init, redirect: 'error' })).rejects.toThrow(TypeError)
    expect(seen).toEqual([])
    expect((await get('', init)).status).toBe(200)
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ url: fault.location, body: 'secret' })
    expect([seen[0]!.headers.get('authorization'), seen[0]!.headers.get('x-a')]).toEqual([null, '1'])
    fake.faults.inject({ kind: 'redirect', location: 'https://service.example/' }, { times: Number.POSITIVE_INFINITY })
    await expect(get('', init)).rejects.toThrow(TypeError)
  })

  it('are not used up where nobody listens', async () => {
    const { get, fake, seen } = setUp()
    fake.faults.inject({ kind: 'redirect', location: 'https://nobody.example/' }, { times: 2 })
    await expect(get()).rejects.toThrow(TypeError)
    await expect(fake.fetch('https://nobody.example/')).rejects.toThrow(TypeError)
    expect((await get('', { redirect: 'manual' })).status).toBe(307)
    const elsewhere = { operation: 'elsewhere', status: 0 }
    const redirected = { operation: 'root', status: 307 }
    expect(fake.requests).toEqual([redirected, elsewhere, elsewhere, redirected])
    expect(seen).toEqual([])
  })

  it('leave an answer as it is that has nothing to cut short or to turn', async () => {
    const { get, fake } = setUp()
    for (const kind of ['truncated', 'corrupt'] as const) {
      fake.faults.inject({ kind })
      expect((await get('empty')).status).toBe(204)
    }
    fake.faults.inject({ kind: 'corrupt' })
    expect(await (await get('text')).text()).toBe('text')
  })

  it('are refused where no request could have them', () => {
    const { faults } = setUp().fake
    const wrong = [
      { kind: 'nothing' },
      { kind: 'latency', ms: -1 },
      { kind: 'clock_skew', ms: Number.NaN },
      { kind: 'redirect', location: 'no url' },
      { kind: 'throttled', retryAfterSeconds: -1 },
    ]
    for (const fault of wrong) expect(() => faults.inject(fault as Fault)).toThrow(/no such fault/)
    for (const times of [0, -1, 1.5]) expect(() => faults.inject({ kind: 'dropped' }, { times })).toThrow(/times/)
  })
})
