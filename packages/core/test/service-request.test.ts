import { describe, expect, it } from 'vitest'
import type { WaxsealError } from '../src/errors.ts'
import { requestService } from '../src/keys/http/service-request.ts'
import { bytes, streamOf } from './fixtures.ts'

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
    [{ 'retry-after': '999999' }, 999_999_000],
    [{ 'retry-after': '1000000', date: 'Wed, 21 Oct 2026 07:28:00 GMT' }, undefined],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', date: 'Wed, 21 Oct 2026 07:28:05 GMT' }, 0],
    [{}, undefined],
  ])('reads Retry-After: %j', async (headers, expected) => {
    expect((await ask(() => new Response('{}', { headers: headers as Record<string, string> }))).retryAfterMs).toBe(expected)
  })

  it('takes the body and the signal of its caller along', async () => {
    const seen: RequestInit[] = []
    const { signal } = new AbortController()
    const note = (_: unknown, init: RequestInit) => {
      seen.push(init)
      return new Response('{}')
    }
    await ask(note, signal)
    await requestService({
      service: 'x',
      fetch: note as unknown as typeof fetch,
      url: 'https://kms.example',
      headers: {},
      method: 'GET',
    })
    expect(seen[0]).toMatchObject({ body: `{"plaintext":"${SECRET}"}`, headers: { authorization: `Bearer ${SECRET}` } })
    expect(seen[0]?.signal).toBe(signal)
    expect(Object.keys(seen[1]!).sort()).toEqual(['headers', 'method', 'redirect'])
  })

  it('takes the statuses from 300 to 399 for redirects, and what a browser makes of them', async () => {
    for (const status of [299, 400]) expect((await ask(() => new Response('{}', { status }))).status).toBe(status)
    for (const status of [300, 301, 399])
      expect((await thrownBy(() => ask(() => new Response('{}', { status })))).code).toBe('provider_unavailable')
    const opaque = { type: 'opaqueredirect', status: 0, headers: new Headers(), body: null } as Response
    expect((await thrownBy(() => ask(() => opaque))).code).toBe('provider_unavailable')
  })

  it('joins an answer of several parts in order, and reads exactly 256 KiB', async () => {
    const parts = ['{"a":', '"é', '\u{1F600}"', '', ',"b":[1,', '2]}'].map((part) => new TextEncoder().encode(part))
    // Cut in the middle of a character too.
    const [first, second, ...rest] = parts
    const cut = [first!, second!.slice(0, 2), second!.slice(2), ...rest]
    expect((await ask(() => new Response(streamOf(...cut)))).json).toEqual({ a: 'é\u{1F600}', b: [1, 2] })
    const text = (length: number) => `"${'x'.repeat(length - 2)}"`
    expect((await ask(() => new Response(text(262_144)))).json).toHaveLength(262_142)
    expect((await thrownBy(() => ask(() => new Response(text(262_145))))).code).toBe('provider_unavailable')
    expect((await ask(() => new Response(null, { status: 204 }))).json).toBeUndefined()
  })

  it.each<[string, unknown, string]>([
    ['a code', { code: 'ECONNREFUSED' }, ' (ECONNREFUSED)'],
    ['a code with digits', { code: 'UND_ERR_2' }, ' (UND_ERR_2)'],
    ['a code that is text', { code: `no route for ${SECRET}` }, ''],
    ['a code with a text behind it', { code: `ECONNREFUSED ${SECRET}` }, ''],
    ['a code that is too long', { code: 'E'.repeat(41) }, ''],
    ['a code that is a number', { code: 111 }, ''],
    ['no code', {}, ''],
    ['no cause', undefined, ''],
  ])('of a network error tells the code and nothing else: %s', async (_, cause, told) => {
    const failed = new TypeError(`fetch failed for ${SECRET}`, { cause })
    expect((await thrownBy(() => ask(() => Promise.reject(failed)))).message).toBe(`The service could not be reached${told}`)
    const broken = () => new Response(new ReadableStream({ pull: (sink) => sink.error(failed) }))
    expect((await thrownBy(() => ask(broken))).message).toBe(`The service broke off its answer${told}`)
  })
})
