import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { CodecServerEvent, PolicyRule } from '../src/index.js'
import { createMetrics } from '../src/metrics.js'
import { answerOf, ask, BILLING, HR, KID, NOW, newTrail, sealed, sealedPayload, serverWith, TOKENS } from './bench.js'

const ORIGIN = 'http://localhost:8233'
const words = (value: string | null) => (value ?? '').toLowerCase().split(/\s*,\s*/)

describe('bodies that are worked on at once', () => {
  const limits = { maxBodyBytes: 1000, maxBytesInFlight: 1500 }

  it('are refused beyond what the server holds, until others have ended', async () => {
    const trail = newTrail()
    const server = serverWith({ limits, trail })
    let end!: () => void
    const slow = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(`{"document":"${'x'.repeat(900)}`))
        end = () => {
          controller.enqueue(new TextEncoder().encode('"}'))
          controller.close()
        }
      },
    })
    const first = ask(server, { body: slow })
    const body = { document: 'y'.repeat(700) }
    await expect.poll(async () => (await ask(server, { body })).status).toBe(503)
    const refused = await ask(server, { body })
    expect([refused.headers.get('retry-after'), await refused.json()]).toMatchObject(['1', { error: { code: 'busy' } }])
    expect((await ask(server, { body: { document: 'y' } })).status).toBe(200)
    end()
    expect((await first).status).toBe(200)
    expect((await ask(server, { body })).status).toBe(200)
    expect((await trail.query({})).some(({ outcome }) => outcome === 'busy')).toBe(true)
  })

  it('hold one body at least', () => {
    expect(() => serverWith({ limits: { maxBodyBytes: 1000, maxBytesInFlight: 999 } })).toThrow('at least one body')
    expect(() => serverWith({ limits: { maxBodyBytes: 2 ** 30 } })).not.toThrow()
  })
})

describe('pages of other origins', () => {
  const server = serverWith()
  const preflight = (headers: Record<string, string> = {}, on = server, path = '/decode') =>
    ask(on, {
      path,
      method: 'OPTIONS',
      token: null,
      headers: { origin: ORIGIN, 'access-control-request-method': 'POST', ...headers },
    })

  it('may ask beforehand, whoever they are', async () => {
    const { status, headers } = await preflight({
      'access-control-request-headers': 'authorization,authorization-extras,content-type,x-namespace',
    })
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(words(headers.get('access-control-allow-methods'))).toContain('post')
    expect(words(headers.get('access-control-allow-headers'))).toEqual(
      expect.arrayContaining(['content-type', 'x-namespace', 'authorization', 'authorization-extras']),
    )
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(600)
    expect(words(headers.get('vary'))).toContain('origin')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(headers.get('access-control-allow-private-network')).toBeNull()
  })

  it.each(['/encode', '/download', '//decode', '/x/decode', '/codec/decode'])('may ask beforehand of %s', async (path) => {
    const { status, headers } = await preflight({}, server, path)
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN])
  })

  it('are told nothing where they are not known', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost:82', `${ORIGIN}/`]) {
      const { headers } = await preflight({ origin, 'access-control-request-private-network': 'true' })
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('access-control-allow-private-network')).toBeNull()
    }
  })

  it('reach the network of the reader, send cookies and more headers where that is said', async () => {
    const on = serverWith({ cors: { origins: [ORIGIN], credentials: true, allowHeaders: ['x-mine'] } })
    const { headers } = await preflight({ 'access-control-request-private-network': 'true' }, on)
    expect(headers.get('access-control-allow-private-network')).toBe('true')
    expect(headers.get('access-control-allow-credentials')).toBe('true')
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(words(headers.get('access-control-allow-headers'))).toContain('x-mine')
  })

  it('read refusals too', async () => {
    const calls = [
      { body: {}, token: null },
      { body: '{' },
      { path: '/nope' },
      { path: '/decode', method: 'GET' },
      { body: { document: 1 } },
    ]
    for (const call of calls) {
      const { headers } = await ask(server, { ...call, headers: { origin: ORIGIN } })
      expect(headers.get('access-control-allow-origin')).toBe(ORIGIN)
      expect(words(headers.get('vary'))).toContain('origin')
    }
  })

  it("may be the server's own", async () => {
    expect((await ask(server, { body: { document: 1 }, headers: { origin: 'https://codec.test' } })).status).toBe(200)
  })
})

describe('the rate of calls', () => {
  it('is limited for each caller', async () => {
    let now = NOW
    const server = serverWith({ now: () => now, limits: { callsPerMinute: 60, burst: 2 } })
    const statusOf = async (token?: string) => (await ask(server, { body: { document: 1 }, ...(token && { token }) })).status
    expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([200, 200, 429])
    expect(await statusOf(TOKENS.bob)).toBe(200)
    now += 999
    const late = await ask(server, { body: { document: 1 } })
    expect([late.status, late.headers.get('retry-after'), (await late.json()).error.code]).toEqual([429, '1', 'throttled'])
    now += 1
    expect([await statusOf(), await statusOf()]).toEqual([200, 429])
    now -= 3_600_000
    expect(await statusOf()).toBe(429)
    now += 7_200_000
    expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([200, 200, 429])
  })

  it('counts calls that are refused', async () => {
    const server = serverWith({ now: () => NOW, limits: { callsPerMinute: 60, burst: 1 } })
    expect((await ask(server, { body: '{' })).status).toBe(400)
    expect((await ask(server, { body: '{' })).status).toBe(429)
  })
})

describe('the trail', () => {
  it('has a record of every call of somebody, before it is answered', async () => {
    const trail = newTrail()
    const server = serverWith({ trail })
    const headers = {
      'x-namespace': 'default',
      'x-waxseal-purpose': 'ticket',
      'x-waxseal-reason': 'case 7',
      'x-request-id': 'r1',
    }
    await ask(server, { path: '/decode', body: { payloads: [await sealedPayload(1), await sealedPayload(2)] }, headers })
    await ask(server, { body: { document: [await sealed(1), await sealed(1, HR), 'wax1.c256.k1~1.AAAA'] } })
    await ask(server, { path: '/decode', token: TOKENS.eve, body: { payloads: [await sealedPayload(1)] }, headers })
    await ask(server, { body: '{' })
    await ask(server, { body: '{}', headers: { 'content-type': 'text/plain' } })
    await ask(server, { body: '{', token: 'guessed' })
    const records = (await trail.query()).toSorted((a, b) => a.seq - b.seq)
    expect(records.map(({ actor, operation, outcome }) => `${actor} ${operation} ${outcome}`)).toEqual([
      'ann codec.decode ok',
      'ann codec.open ok',
      'eve codec.decode access_denied',
      'ann codec.open malformed',
      'ann codec.open unsupported_type',
    ])
    expect(records[0]).toMatchObject({
      requestId: 'r1',
      details: {
        dialect: 'temporal',
        namespace: 'default',
        purpose: 'ticket',
        reason: 'case 7',
        clear: 2,
        kids: KID,
        contexts: JSON.stringify(BILLING),
        contextCount: 1,
      },
    })
    expect(records[1]!.details).toMatchObject({ clear: 1, refused: 1, failed: 1, refusedContexts: JSON.stringify(HR) })
    expect(records[2]!.details).toMatchObject({ refusedContexts: JSON.stringify(BILLING), refusedContextCount: 1 })
    expect(records[2]!.details).not.toHaveProperty('contexts')
  })

  it('names what was opened, whatever else is in the call', async () => {
    const trail = newTrail()
    const noise = Array.from({ length: 40 }, (_, at) => sealed(1, { app: `x${at}`, long: 'x'.repeat(900) }))
    await ask(serverWith({ trail }), { body: { document: [...(await Promise.all(noise)), await sealed(1)] } })
    const [record] = await trail.query()
    expect(record!.details).toMatchObject({ contexts: JSON.stringify(BILLING), contextCount: 1, refusedContextCount: 40 })
  })

  it('names what was opened apart from what only says that it belongs where the caller may look', async () => {
    const trail = newTrail()
    const forger = createSealer({ keys: staticKeys([{ kid: KID, key: generateKey() }]) })
    const claims = Array.from({ length: 40 }, (_, at) => ({ namespace: 'default', app: `x${at}`, long: 'x'.repeat(900) }))
    const noise = await Promise.all(claims.map((claim) => sealed(1, claim, forger)))
    await ask(serverWith({ trail }), { body: { document: [...noise, await sealed(1)] } })
    const [record] = await trail.query()
    const details = { clear: 1, failed: 40, contexts: JSON.stringify(BILLING), contextCount: 1, failedContextCount: 40 }
    expect(record!.details).toMatchObject(details)
  })

  it('and answers to those who may not see it hold nothing of what is sealed', async () => {
    const canaries = Object.values(createCanaries('codec'))
    const value = Object.fromEntries(canaries.map(({ id, value }) => [id, value]))
    const trail = newTrail()
    const server = serverWith({ trail })
    const items: { where: string; text: string }[] = []
    const keep = async (where: string, response: Response) =>
      items.push({ where, text: `${JSON.stringify([...response.headers])}${await response.text()}` })
    const payloads = [await sealedPayload(value)]
    const document = { row: await sealed(value) }
    for (const token of [TOKENS.eve, TOKENS.bob, 'guessed', null]) {
      await keep(`decode by ${token}`, await ask(server, { path: '/decode', token, body: { payloads } }))
      await keep(`open by ${token}`, await ask(server, { token, body: { document } }))
      await keep(`inspect by ${token}`, await ask(server, { path: '/inspect', token, body: { document } }))
    }
    const clear = await ask(server, { body: { document } })
    const shown = await clear.text()
    expect((await scan([{ where: 'ann', text: shown }], canaries)).hits.length).toBeGreaterThan(0)
    for (const record of await trail.query()) items.push({ where: `record ${record.seq}`, text: JSON.stringify(record) })
    const { hits } = await scan(items, canaries)
    expect(describeHits(hits)).toBe('')
  })

  it('is there before the answer is', async () => {
    let answered = false
    const order: boolean[] = []
    const trail = {
      append: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        order.push(answered)
      },
    }
    await ask(serverWith({ trail }), { body: { document: await sealed(1) } })
    answered = true
    expect(order).toEqual([false])
  })
})

describe('hooks', () => {
  it('are told of calls, and count them', async () => {
    const events: CodecServerEvent[] = []
    const metrics = createMetrics()
    const server = serverWith({
      onEvent(event) {
        events.push(event)
        metrics.onEvent(event)
        throw new Error('a hook that fails')
      },
    })
    await ask(server, { body: { document: [await sealed(1), await sealed(1, HR)] } })
    await ask(server, { path: '/decode', body: '{' })
    await ask(server, { path: '/nope' })
    expect(events.map(({ operation, dialect, status, code }) => [operation, dialect, status, code])).toEqual([
      ['open', 'native', 200, undefined],
      ['decode', 'temporal', 400, 'malformed'],
      ['none', 'none', 404, 'not_found'],
    ])
    expect(events[0]!.outcomes).toEqual({ clear: 1, refused: 1 })
    const shown = await metrics.text()
    expect(shown).toContain('waxseal_codec_calls_total{operation="open",dialect="native",status="200"} 1')
    expect(shown).toContain('waxseal_codec_envelopes_total{outcome="refused"} 1')
    expect(shown).toContain('waxseal_codec_call_seconds_count{operation="decode",dialect="temporal"} 1')
    expect(shown).not.toContain('ann')
  })
})

describe('what anybody may ask', () => {
  const server = serverWith()

  it('is whether the process answers, and what it offers', async () => {
    expect(await answerOf(server, { path: '/health', method: 'GET', token: null })).toEqual({ status: 'ok' })
    for (const path of ['/health', '/openapi.json']) {
      const { status, headers } = await ask(server, { path, method: 'PUT', token: null, body: {} })
      expect([path, status, headers.get('allow')]).toEqual([path, 405, 'GET, HEAD, OPTIONS'])
    }
    const description = await answerOf(server, { path: '/openapi.json', method: 'GET', token: null })
    expect(description.openapi).toBe('3.1.0')
    expect(Object.keys(description.paths).sort()).toEqual(
      ['/codec/decode', '/codec/encode', '/decode', '/encode', '/health', '/inspect', '/open'].sort(),
    )
    const text = JSON.stringify(description)
    for (const [, name = ''] of text.matchAll(/#\/components\/schemas\/(\w+)/g))
      expect(Object.keys(description.components.schemas)).toContain(name)
    for (const call of Object.values(description.paths as Record<string, Record<string, { responses: object }>>).flatMap(
      Object.values,
    ))
      expect(Object.keys(call.responses)).toContain('200')
  })

  it('describes every status that the server answers', async () => {
    const description = await answerOf(server, { path: '/openapi.json', method: 'GET', token: null })
    const described = Object.keys(description.paths['/open'].post.responses)
    expect(described).toEqual(expect.arrayContaining(['200', '400', '401', '403', '408', '413', '415', '429', '500', '503']))
  })

  it('is answered with headers that keep it to itself', async () => {
    const { headers } = await ask(server, { path: '/health', method: 'GET', token: null })
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('patterns', () => {
  it('cost no more than the text is long', async () => {
    const policy: PolicyRule[] = [{ who: ['*'], give: 'clear', where: { context: { app: `${'*a'.repeat(200)}*b` } } }]
    const { report } = await answerOf(serverWith({ policy }), { body: { document: await sealed(1, { app: 'a'.repeat(1000) }) } })
    expect(report[0].outcome).toBe('refused')
  })
})
