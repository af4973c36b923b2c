import { type AuditTrail, createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import type { CodecServerOptions } from '../src/index.js'
import { createInspector, type InspectorOptions } from '../src/inspector/inspector.js'
import { type KeyListing, keystoreListing, sourceListing } from '../src/inspector/key-listing.js'
import type { PageFile } from '../src/inspector/page-response.js'
import { answerOf, ask, BILLING, CARD, newTrail, sealed, sealedPayload, sealer, serverWith, TOKENS } from './bench.js'

const FILES: PageFile[] = [
  { name: 'inspector-0123.js', type: 'text/javascript', body: 'run()', integrity: 'sha384-AA' },
  { name: 'inspector-4567.css', type: 'text/css', body: 'b {}', integrity: 'sha384-BB' },
]
const KEY: KeyListing = { kid: 'k1', versions: [{ version: 1, state: 'active', activatedAt: new Date(0), uses: 7 }] }

const withInspector = (page: InspectorOptions = {}, options: Partial<CodecServerOptions> = {}) =>
  serverWith({ inspector: createInspector(page, FILES), ...options })

const get = (path: string, init: RequestInit = {}) => new Request(`http://codec.test${path}`, init)

describe('the page', () => {
  const server = withInspector()

  it('is for anybody, at /inspector of wherever the server is mounted, with a policy that lets nothing in', async () => {
    for (const path of ['/inspector', '/tools/codec/inspector', '/codec/inspector']) {
      const response = await server.fetch(get(path))
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(response.headers.get('cache-control')).toBe('no-store')
      const policy = response.headers.get('content-security-policy')!
      for (const part of [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
      ])
        expect(policy.split('; ')).toContain(part)
      expect(policy).not.toMatch(/unsafe|\*|http|data:|blob:/)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('referrer-policy')).toBe('no-referrer')
      const html = await response.text()
      expect(html).toContain('<script type="module" src="inspector/inspector-0123.js" integrity="sha384-AA">')
      expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=| on[a-z]+=|https?:/)
    }
  })

  it('has files that are kept for good, since their names change with them', async () => {
    const response = await server.fetch(get('/tools/inspector/inspector-0123.js'))
    expect(await response.text()).toBe('run()')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(await (await server.fetch(get('/inspector', { method: 'HEAD' }))).text()).toBe('')
  })

  it('leads from a slash too many to where it is, without knowing where that is', async () => {
    const response = await server.fetch(get('/tools/inspector/'))
    expect([response.status, response.headers.get('location')]).toEqual([308, '../inspector'])
  })

  it('is not written to, and nothing else is beneath it', async () => {
    const posted = await server.fetch(get('/inspector', { method: 'POST' }))
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    for (const path of ['/inspector/inspector-9999.js', '/inspector/__proto__', '/inspector/x/inspector-0123.js/y'])
      expect((await server.fetch(get(path))).status).toBe(404)
  })

  it('is not there without the inspector', async () => {
    for (const path of ['/inspector', '/inspector/whoami', '/inspector/keys', '/whoami', '/audit'])
      expect((await serverWith().fetch(get(path))).status).toBe(404)
  })
})

describe('who one is', () => {
  it('is told with the pages that one may see, and how the server is called', async () => {
    const trail = newTrail()
    const page = { keys: { who: ['group:fraud'], list: async () => [KEY] }, audit: { who: ['bob'], trail } }
    const surfaces = { job: { context: { app: 'billing', job: '{job}' } } }
    const server = withInspector(page, { trail, surfaces, reason: 'required', limits: { maxPayloads: 10 } })
    const whoami = (token: string) => answerOf(server, { path: '/inspector/whoami', method: 'GET', token })
    expect(await whoami(TOKENS.ann)).toEqual({
      id: 'ann',
      groups: ['fraud'],
      pages: ['document', 'keys'],
      reason: 'required',
      surfaces: [{ name: 'job', values: ['job'] }],
      samples: false,
      verifies: true,
      limits: { maxPayloads: 10, maxBodyBytes: 16 * 1024 * 1024 },
    })
    expect((await whoami(TOKENS.bob)).pages).toEqual(['document', 'audit'])
    expect((await whoami(TOKENS.eve)).pages).toEqual(['document'])
    expect((await trail.query()).map(({ actor, operation }) => [actor, operation])).toEqual([
      ['ann', 'codec.whoami'],
      ['bob', 'codec.whoami'],
      ['eve', 'codec.whoami'],
    ])
  })
})

describe('show', () => {
  const server = withInspector()
  const open = async (more: object, token = TOKENS.ann) =>
    answerOf(server, { token, body: { document: [await sealed({ card: CARD })], ...more } })

  it('masks what one could see in clear, in every kind of envelope', async () => {
    const fields = await sealer.sealFields({ card: CARD, id: 1 }, { fields: ['/card'] }, { context: BILLING, storeContext: true })
    const document = [await sealed({ card: CARD }), await sealedPayload({ card: CARD }), fields]
    const { document: shown, report } = await answerOf(server, { path: '/inspector/open', body: { document, show: 'masked' } })
    expect(shown).toEqual([{ card: '•••• 1111' }, { card: '•••• 1111' }, { card: '•••• 1111', id: 1 }])
    expect(report.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['masked', 'masked', 'masked'])
    expect((await open({})).document).toEqual([{ card: CARD }])
  })

  it('gives nobody more', async () => {
    expect((await open({ show: 'masked' }, TOKENS.eve)).report[0].outcome).toBe('refused')
    expect((await open({}, TOKENS.bob)).document).toEqual([{ card: '•••• 1111' }])
  })

  it('keeps what is shown to what a rule names', async () => {
    const policy = [{ who: ['*'], give: 'clear', what: { pointers: ['/a'] } }] as const
    const narrow = withInspector({}, { policy })
    const body = { document: await sealed({ a: 'first part', b: 'second part' }), show: 'masked' }
    expect((await answerOf(narrow, { body })).document).toEqual({ a: '••••••••', b: '[sealed]' })
  })
})

describe('keys', () => {
  it('come a page at a time, without anything secret', async () => {
    const keys = Array.from({ length: 120 }, (_, at) => ({ ...KEY, kid: `k${String(at).padStart(3, '0')}` }))
    const list = async ({ after, limit }: { after: string; limit: number }) =>
      keys.filter(({ kid }) => kid > after).slice(0, limit)
    const server = withInspector({ keys: { who: ['ann'], list } })
    const seen: string[] = []
    for (let after: string | null = ''; after !== null; ) {
      const page = await answerOf(server, { path: '/inspector/keys', body: { after } })
      seen.push(...page.keys.map(({ kid }: KeyListing) => kid))
      after = page.next
    }
    expect(seen).toEqual(keys.map(({ kid }) => kid))
  })

  it('of a source are those at hand', async () => {
    const key = `${'00'.repeat(31)}01`
    const source = staticKeys([
      { kid: 'b', key, version: 2 },
      { kid: 'b', key: `${'00'.repeat(31)}02`, version: 3, state: 'decrypt_only' },
      { kid: 'a', state: 'destroyed', scope: 'tenant:1' },
    ])
    const listed = await sourceListing(source)({ after: '', limit: 10 })
    expect(listed).toEqual([
      { kid: 'a', scoped: true, suite: null, versions: [{ version: 1, state: 'destroyed' }] },
      {
        kid: 'b',
        scoped: false,
        suite: null,
        versions: [
          { version: 3, state: 'decrypt_only' },
          { version: 2, state: 'active' },
        ],
      },
    ])
    expect(await sourceListing(source)({ after: 'a', limit: 1 })).toMatchObject([{ kid: 'b' }])
  })

  it('of a key manager are listed by name, so that no scope goes along', async () => {
    const found = { ...KEY, scoped: true, scope: 'tenant:secret', createdBy: 'user-17' }
    const keystore = { list: async () => [{ kid: 'k1' }], getByKid: async () => found }
    const listed = await keystoreListing(keystore)({ after: '', limit: 10 })
    expect(listed).toMatchObject([{ kid: 'k1', scoped: true, versions: [{ version: 1, state: 'active', uses: 7 }] }])
    expect(JSON.stringify(listed)).not.toMatch(/secret|user-17/)
  })
})

describe('the trail', () => {
  const filled = async (count: number, trail: AuditTrail = newTrail()) => {
    for (let at = 1; at <= count; at++) await trail.append({ actor: at % 100 === 0 ? 'rare' : 'often', operation: 'codec.open' })
    return trail
  }
  const read = async (trail: AuditTrail, query: object) => {
    // Its own calls are recorded elsewhere.
    const server = withInspector({ audit: { who: ['ann'], trail } })
    const seqs: number[] = []
    let pages = 0
    for (let before: number | null | undefined; before !== null; pages++) {
      const { records, next } = await answerOf(server, { path: '/inspector/audit', body: { ...query, before } })
      seqs.push(...records.map(({ seq }: { seq: number }) => seq))
      before = next
    }
    return { seqs, pages }
  }

  it('comes newest first, a page at a time, each record once', async () => {
    const { seqs, pages } = await read(await filled(1234), {})
    expect(seqs).toEqual(Array.from({ length: 1234 }, (_, at) => 1234 - at))
    expect(pages).toBe(25)
  })

  it('finds what is rare, and what stands far back', async () => {
    const trail = await filled(12_000)
    expect((await read(trail, { actor: 'rare' })).seqs).toEqual(Array.from({ length: 120 }, (_, at) => 12_000 - at * 100))
    expect(await read(trail, { actor: 'nobody' })).toEqual({ seqs: [], pages: 1 })
    expect((await read(trail, { operation: 'codec.keys' })).seqs).toEqual([])
  })

  it('is searched by time', async () => {
    let now = 0
    const trail = createAuditTrail({
      sink: memorySink(),
      keys: { id: 'a1', key: new Uint8Array(32).fill(7) },
      now: () => ++now,
    })
    await filled(20, trail)
    expect((await read(trail, { from: 5, to: 8 })).seqs).toEqual([7, 6, 5])
  })

  it('says whether it is in order, and that it was changed', async () => {
    const trail = await filled(3)
    const server = withInspector({ audit: { who: ['ann'], trail } })
    expect(await answerOf(server, { path: '/inspector/audit', body: { verify: true } })).toEqual({ ok: true, last: 3 })
    const changed = { ...trail, query: () => Promise.reject(Object.assign(new Error('record 2'), { code: 'tampered' })) }
    const tampered = withInspector({ audit: { who: ['ann'], trail: changed } })
    expect(await answerOf(tampered, { path: '/inspector/audit', body: {} })).toEqual({ records: [], next: null, tampered: true })
  })
})

describe('a path that names the namespace', () => {
  it('names none where the inspector calls', async () => {
    const server = withInspector({}, { temporal: { namespaceInPath: true } })
    const { report } = await answerOf(server, { path: '/inspector/open', body: { document: await sealed(1) } })
    expect(report[0].outcome).toBe('clear')
  })
})

it('a page from elsewhere loads nothing, as an image would be', async () => {
  const server = withInspector()
  for (const site of ['cross-site', 'same-site']) {
    const response = await ask(server, { path: '/inspector/whoami', method: 'GET', headers: { 'sec-fetch-site': site } })
    expect([response.status, (await response.json()).error.code]).toEqual([403, 'origin_not_allowed'])
  }
  expect(
    (await ask(server, { path: '/inspector/whoami', method: 'GET', headers: { 'sec-fetch-site': 'same-origin' } })).status,
  ).toBe(200)
})
