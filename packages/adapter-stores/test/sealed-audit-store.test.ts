import { createHash } from 'node:crypto'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createBlindIndex, createDedupKey, createSealer, generateKey, normalisers, staticKeys } from '@waxseal/core'
import { createDetector, redactDocument } from '@waxseal/pii'
import { describe, expect, it } from 'vitest'
import {
  type AuditEvent,
  type AuditRow,
  type AuditStore,
  memoryAuditStore,
  redactFields,
  type SealedAuditOptions,
  type StoreEvent,
  sealedAuditStore,
} from '../src/index.ts'
import { app, codeOf, keys, sealer, sealerWith } from './sealers.ts'

const EMAIL = 'ada@example.com'
const payload = { to: EMAIL, password: 'hunter2-hunter2', amount: 12 }
const event: AuditEvent = { kind: 'send_email', namespace: 'ns', tenant: 'acme', outcome: 'executed', payload }
const index = createBlindIndex({
  ...{ keys, table: 'audit', field: 'to', normaliser: normalisers.text },
  versions: [
    { version: 2, key: { kid: 'index' } },
    { version: 1, key: { kid: 'index' } },
  ],
})
const fingerprint = { index, of: ({ payload }: AuditEvent) => (payload as { to?: string }).to }

function stores(options: Partial<SealedAuditOptions> = {}, name?: string) {
  const inner = memoryAuditStore({ name })
  return { inner, audit: sealedAuditStore(inner, { sealer, app, now: () => 1_700_000_000_000, ...options }) }
}
const rowIn = async (inner: AuditStore, id: string): Promise<AuditRow> => (await inner.get([id]))[0]!

describe('sealedAuditStore', () => {
  it('gives back what was recorded, and shows the store what may be searched by', async () => {
    const { inner, audit } = stores()
    const fields = await audit.append({ ...event, subject: 'chain-1' })
    const record = { ...fields, payload }
    expect(fields).toMatchObject({ kind: 'send_email', tenant: 'acme', subject: 'chain-1', at: 1_700_000_000_000 })
    expect(await audit.get(fields.id)).toEqual(record)
    expect(await audit.query()).toEqual({ records: [record], next: null })
    const { value, ...row } = await rowIn(inner, fields.id)
    expect(row).toEqual({ ...fields, fingerprint: null, retention: null })
    expect(value.sealed).toMatch(/^wax1\./)
    expect(await audit.get('unknown')).toBeNull()
    expect(await codeOf(() => audit.append({ ...event, id: fields.id }))).toBe('conflict')
    expect(await audit.count()).toBe(1)
  })

  it('redacts before it seals: what is stored, opened by the sealer itself, is redacted', async () => {
    const { inner, audit } = stores({ redact: redactFields(['password']) })
    const { id } = await audit.append(event)
    const context = { app, store: 'audit', kind: 'send_email', id, namespace: 'ns', tenant: 'acme' }
    const opened = await sealer.open((await rowIn(inner, id)).value.sealed!, { context })
    expect(opened).toEqual({ ...payload, password: '[REDACTED]' })
    // The other way round there is nothing left to redact: a redaction that gets an envelope passes it on.
    const envelope = (await rowIn((await sealedFirst()).inner, 'a')).value.sealed!
    expect(redactFields(['password'])(envelope)).toBe(envelope)
  })

  async function sealedFirst() {
    const other = stores()
    await other.audit.append({ ...event, id: 'a' })
    return other
  }

  it('redacts with a detector of personal data too', async () => {
    const detector = createDetector()
    const { audit } = stores({ redact: (value) => redactDocument(value, { detector }) })
    const { id } = await audit.append(event)
    expect(JSON.stringify((await audit.get(id))?.payload)).not.toContain(EMAIL)
  })

  it('stores nothing where redaction or sealing fails', async () => {
    const failing = stores({ redact: () => JSON.parse(`{"${EMAIL}`) })
    const thrown = await failing.audit.append(event).catch((error) => error)
    expect(thrown.code).toBe('config')
    expect(`${thrown.message}${thrown.stack}`).not.toContain(EMAIL)
    const reader = stores({ sealer: sealerWith({ mode: 'open-only' }) })
    expect(await codeOf(() => reader.audit.append(event))).toBe('sealing_disabled')
    const unfound = stores({ fingerprint: { index, of: () => JSON.parse(EMAIL) } })
    const unfounded = await unfound.audit.append(event).catch((error) => error)
    expect(unfounded.code).toBe('config')
    expect(`${unfounded.message}${unfounded.stack}`).not.toContain('ada@')
    const shapeless = stores({ redact: () => undefined })
    expect(await codeOf(() => shapeless.audit.append(event))).toBe('not_serialisable')
    for (const { inner } of [failing, reader, unfound, shapeless]) expect(await inner.count()).toBe(0)
  })

  it('finds records by a keyed fingerprint of what was redacted', async () => {
    const { inner, audit } = stores({ fingerprint, redact: redactFields(['to']) })
    const { id } = await audit.append(event)
    await audit.append({ ...event, payload: { to: 'bob@example.com' } })
    await audit.append({ ...event, payload: {} })
    const found = await audit.query({ fingerprint: ' ADA@example.com' })
    expect(found.records.map((record) => record.id)).toEqual([id])
    const stored = (await rowIn(inner, id)).fingerprint!
    for (const algorithm of ['sha256', 'sha512', 'md5'])
      for (const encoding of ['hex', 'base64url'] as const)
        expect(createHash(algorithm).update(EMAIL).digest(encoding)).not.toContain(stored)
    expect(stored).toBe((await index.values(EMAIL))[0])
    await inner.append({ ...(await rowIn(inner, id)), id: 'older', fingerprint: (await index.values(EMAIL))[1]! })
    expect((await audit.query({ fingerprint: EMAIL })).records.map((record) => record.id).sort()).toEqual([id, 'older'].sort())
    expect(await codeOf(() => stores().audit.query({ fingerprint: EMAIL }))).toBe('config')
  })

  it('keeps fingerprints of scopes apart, and is told whose to look for', async () => {
    const scopes = staticKeys(
      ['acme', 'zoo'].flatMap((tenant) => [
        { kid: tenant, key: generateKey(), scope: `tenant:${tenant}` },
        { kid: `${tenant}-index`, key: generateKey(), scope: `tenant:${tenant}`, state: 'decrypt_only' as const },
      ]),
    )
    const scoped = createBlindIndex({
      ...{ keys: scopes, table: 'audit', field: 'to' },
      versions: [{ version: 1, key: (scope) => ({ kid: `${scope!.slice(7)}-index` }) }],
    })
    const { inner, audit } = stores({
      ...{ sealer: createSealer({ keys: scopes }), scope: ({ tenant }) => `tenant:${tenant}` },
      fingerprint: { ...fingerprint, index: scoped },
    })
    const [a, z] = [await audit.append(event), await audit.append({ ...event, tenant: 'zoo' })]
    expect((await rowIn(inner, a.id)).fingerprint).not.toBe((await rowIn(inner, z.id)).fingerprint)
    expect((await audit.query({ fingerprint: EMAIL, tenant: 'zoo' })).records.map(({ id }) => id)).toEqual([z.id])
    expect(await codeOf(() => audit.query({ fingerprint: EMAIL }))).toBe('config')
  })

  it('pages through records by every field that stands in clear', async () => {
    const { audit } = stores()
    for (let at = 0; at < 7; at++)
      await audit.append({ ...event, at: at * 1000, outcome: at % 2 ? 'failed' : 'executed', tenant: at < 4 ? 'acme' : 'zoo' })
    const first = await audit.query({ outcome: 'executed', namespace: 'ns' }, { limit: 3 })
    expect(first.records.map(({ at }) => at)).toEqual([0, 2000, 4000])
    expect((await audit.query({ outcome: 'executed' }, { after: first.next! })).records.map(({ at }) => at)).toEqual([6000])
    expect((await audit.query({ tenant: 'acme', from: 1000, to: 3000 })).records.map(({ at }) => at)).toEqual([1000, 2000])
    for (const wrong of [{ tenant: {} }, { from: '1' }, { outcome: 7 }, { subject: [] }] as never[])
      expect(await codeOf(() => audit.query(wrong))).toBe('config')
  })

  it.each<[string, Partial<AuditRow>]>([
    ['another id', {}],
    ['another kind', { kind: 'charge' }],
    ['another tenant', { tenant: 'zoo' }],
    ['another namespace', { namespace: '' }],
  ])('shows a record under %s without its payload, and holds up no other', async (_, other) => {
    const events: StoreEvent[] = []
    const { inner, audit } = stores({ onEvent: (told) => events.push(told) })
    const { id } = await audit.append({ ...event, id: 'a' })
    await inner.append({ ...(await rowIn(inner, id)), ...other, id: 'b' })
    const { records } = await audit.query()
    expect(records[0]).toMatchObject({ id: 'a', payload })
    expect(records[1]).toMatchObject({ id: 'b', unopened: 'open_failed' })
    expect(records[1]).not.toHaveProperty('payload')
    expect(events).toEqual([{ event: 'refused', store: 'audit', code: 'open_failed' }])
  })

  it('refuses a payload of another store', async () => {
    const [one, two] = [stores(), stores({}, 'audit-2')]
    const { id } = await one.audit.append(event)
    await two.inner.append(await rowIn(one.inner, id))
    expect(await two.audit.get(id)).toMatchObject({ unopened: 'open_failed' })
  })

  it('reads records in clear within a window alone, and writes in clear only when told so', async () => {
    const { inner, audit } = stores({ write: 'plaintext' })
    const { id } = await audit.append(event)
    expect(JSON.parse((await rowIn(inner, id)).value.clear!)).toEqual(payload)
    expect(await audit.get(id)).toMatchObject({ unopened: 'plaintext_rejected' })
    const plaintext = { send_email: { allowUntil: new Date(Date.now() + 1000), allowIf: () => true } }
    expect(await sealedAuditStore(inner, { sealer, app, plaintext }).get(id)).toMatchObject({ payload })
  })

  it('refuses what does not fit', async () => {
    const { audit, inner } = stores()
    for (const wrong of [
      { kind: '' },
      { outcome: undefined },
      { outcome: 'a\nb' },
      { at: -1 },
      { at: 1.5 },
      { subject: '' },
      { retention: { keep: 'no' } },
    ] as never[])
      expect(await codeOf(() => audit.append(Object.assign({}, event, wrong)))).toBe('config')
    expect(await inner.count()).toBe(0)
    expect(await codeOf(() => audit.verify())).toBe('config')
  })
})

describe('the chain of records', () => {
  function chained(options: Partial<SealedAuditOptions> = {}) {
    const sink = memorySink()
    const trail = createAuditTrail({ sink, keys: { id: 'a1', key: new Uint8Array(32).fill(1) } })
    const digest = createDedupKey({ keys, key: { kid: 'index' } })
    const inner = memoryAuditStore()
    const changed = new Map<string, AuditRow | null>()
    const altered: AuditStore = {
      ...inner,
      get: async (ids) => (await inner.get(ids)).flatMap((row) => (changed.has(row.id) ? (changed.get(row.id) ?? []) : row)),
    }
    const audit = sealedAuditStore(altered, { sealer, app, chain: { trail, digest }, ...options })
    return { sink, inner, changed, audit, trail, digest }
  }

  it('holds for what was written, in many pages, and shows no payload', async () => {
    const { audit, sink } = chained({ redact: redactFields(['password']) })
    for (let at = 0; at < 1001; at++) await audit.append({ ...event, id: `r${at}` })
    expect(await audit.verify()).toEqual({ ok: true, records: 1001, unopened: 0, gone: 0 })
    expect(JSON.stringify(sink.records).includes('ada@')).toBe(false)
    expect(new Set(sink.records.map(({ text }) => JSON.parse(text).at(-1).payload)).size).toBe(1001)
  })

  it('holds for a payload that its caller goes on to change', async () => {
    const { audit } = chained()
    const given = { n: 1 }
    const appended = audit.append({ ...event, id: 'a', payload: given })
    for (let turn = 0; turn < 50; turn++) {
      given.n++
      await Promise.resolve()
    }
    await appended
    expect(await audit.verify()).toMatchObject({ ok: true, records: 1 })
  })

  it('refuses a time until which records may be gone that is none', async () => {
    const { audit, changed } = chained()
    await audit.append({ ...event, id: 'a' })
    changed.set('a', null)
    for (const keptSince of [Number.NaN, '2026-01-01' as never])
      expect(await codeOf(() => audit.verify({ keptSince }))).toBe('config')
  })

  it('finds a payload that was put in place of another, even by one who has the keys', async () => {
    const { audit, inner, changed } = chained()
    for (const id of ['a', 'b']) await audit.append({ ...event, id, payload: { ...payload, id } })
    const [a, b] = [await rowIn(inner, 'a'), await rowIn(inner, 'b')]
    changed.set('a', { ...a, value: b.value })
    expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'payload', id: 'a' } })
    const context = { app, store: 'audit', kind: 'send_email', id: 'a', namespace: 'ns', tenant: 'acme' }
    changed.set('a', { ...a, value: { sealed: await sealer.seal({ amount: 13 }, { context }) } })
    expect((await audit.get('a'))?.payload).toEqual({ amount: 13 })
    expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'payload', id: 'a' } })
    changed.set('a', { ...a, value: { clear: JSON.stringify(payload) } })
    expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'payload', id: 'a' } })
  })

  it.each<[string, Partial<AuditRow>]>([
    ['at', { at: 5 }],
    ['outcome', { outcome: 'failed' }],
    ['subject', { subject: 's' }],
    ['fingerprint', { fingerprint: 'x' }],
    ['retention', { retention: { keep: 'never' } }],
    ['tenant', { tenant: 'zoo' }],
    ['kind', { kind: 'charge' }],
  ])('finds a change of %s', async (_, change) => {
    const { audit, inner, changed } = chained()
    for (const id of ['a', 'b']) await audit.append({ ...event, id })
    changed.set('b', { ...(await rowIn(inner, 'b')), ...change })
    expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'changed', id: 'b' } })
  })

  it('finds what was removed, put in between, and a chain that is broken', async () => {
    const { audit, inner, changed, sink } = chained({ now: () => 5000 })
    for (const id of ['a', 'b']) await audit.append({ ...event, id })
    changed.set('a', null)
    expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'missing', id: 'a' } })
    expect(await audit.verify({ keptSince: 5000 })).toMatchObject({ ok: false })
    expect(await audit.verify({ keptSince: 5001 })).toMatchObject({ ok: false, flaw: { reason: 'unrecorded' } })
    changed.clear()
    expect(await audit.verify()).toMatchObject({ ok: true, records: 2 })
    await inner.append({ ...(await rowIn(inner, 'a')), id: 'c' })
    expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'unrecorded' } })
    sink.records.splice(0, 1)
    expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'chain', seq: 1 } })
  })

  it('stores no record whose link cannot be written', async () => {
    const { audit, inner, sink, trail } = chained()
    await audit.append({ ...event, id: 'a' })
    sink.append = () => Promise.reject(new Error('down'))
    expect(await codeOf(() => audit.append({ ...event, id: 'b' }))).not.toBe('ok')
    expect(await inner.count()).toBe(1)
    await trail.close()
  })

  it('says what it could not open because the key is gone, and stops in an outage', async () => {
    const scope = 'tenant:acme'
    const [ka, ki] = [generateKey(), generateKey()]
    const source = (state: 'active' | 'destroyed') =>
      staticKeys([
        { kid: 'ka', key: ka, scope, state },
        { kid: 'ki', key: ki, scope, state: 'decrypt_only' },
      ])
    const digest = createDedupKey({ keys: source('active'), key: { kid: 'ki' } })
    const before = chained({ sealer: createSealer({ keys: source('active') }), scope })
    const chain = { trail: before.trail, digest }
    await sealedAuditStore(before.inner, { sealer: createSealer({ keys: source('active') }), app, scope, chain }).append(event)
    const shredded = sealedAuditStore(before.inner, { sealer: createSealer({ keys: source('destroyed') }), app, scope, chain })
    expect((await shredded.query()).records[0]).toMatchObject({ outcome: 'executed', unopened: 'key_destroyed' })
    expect(await shredded.verify()).toEqual({ ok: true, records: 1, unopened: 1, gone: 0 })
  })
})
