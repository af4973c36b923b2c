import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { acteon, fernet } from '@waxseal/formats'
import { describe, expect, it } from 'vitest'
import { memoryStateStore, redactFields, type SealedStateOptions, type StoreEvent, sealedStateStore } from '../src/index.ts'
import { app, codeOf, sealer, sealerWith } from './sealers.ts'

const SECRET = 'ada@example.com'
const value = { to: SECRET, attempts: 3 }
const key = { kind: 'ScheduledAction', id: 'a-1', namespace: 'ns', tenant: 'acme' }

function stores(options: Partial<SealedStateOptions> = {}, name?: string) {
  const inner = memoryStateStore({ name })
  return { inner, state: sealedStateStore(inner, { sealer, app, clearKinds: ['Counter', 'Lock'], ...options }) }
}
const heldAt = async (inner: ReturnType<typeof memoryStateStore>, at: Partial<typeof key> = {}) =>
  (await inner.get({ ...key, ...at }))!.value

describe('sealedStateStore', () => {
  it('gives back what was set and shows the store none of it', async () => {
    const { inner, state } = stores()
    const version = await state.set(key, value, { ttlMs: 60_000 })
    const held = await heldAt(inner)
    expect(held.sealed).toMatch(/^wax1\.c256x\.k1~1\./)
    expect(JSON.stringify(held)).not.toContain(SECRET)
    expect(await state.get(key)).toEqual({ value, version, expiresAt: expect.any(Number) })
    expect(await state.get({ ...key, id: 'a-2' })).toBeNull()
    const next = await state.compareAndSwap(key, version, { to: 'bob' })
    expect(await state.compareAndSwap(key, version, 'lost')).toBeNull()
    expect(await state.get(key)).toEqual({ value: { to: 'bob' }, version: next, expiresAt: null })
    expect(await state.delete(key, version)).toBe(false)
    expect(await state.delete(key)).toBe(true)
  })

  it('seals every kind that is not named, and stores JSON in clear for those that are', async () => {
    const { inner, state } = stores()
    for (const kind of ['Chain', 'counter', 'Counters']) {
      await state.set({ kind, id: 'x' }, 1)
      expect((await inner.get({ kind, id: 'x', namespace: '', tenant: '' }))!.value.sealed, kind).toBeDefined()
      expect(await codeOf(() => state.increment({ kind, id: 'x' }))).toBe('config')
    }
    await state.set({ kind: 'Lock', id: 'x' }, { owner: 'w1' })
    expect((await inner.get({ kind: 'Lock', id: 'x', namespace: '', tenant: '' }))!.value).toEqual({ clear: '{"owner":"w1"}' })
    expect((await state.get({ kind: 'Lock', id: 'x' }))?.value).toEqual({ owner: 'w1' })
    expect(await state.increment({ kind: 'Counter', id: 'x' })).toBe(1)
    expect(await state.increment({ kind: 'Counter', id: 'x' }, 4)).toBe(5)
    expect((await state.get({ kind: 'Counter', id: 'x' }))?.value).toBe(5)
  })

  it.each([
    ['another id', { id: 'a-2' }],
    ['another kind', { kind: 'Chain' }],
    ['another tenant', { tenant: 'zoo' }],
    ['no tenant', { tenant: '' }],
    ['another namespace', { namespace: 'other' }],
    ['tenant and namespace exchanged', { tenant: 'ns', namespace: 'acme' }],
  ])('refuses a value that was put under %s', async (_, other) => {
    const { inner, state } = stores()
    await state.set(key, value)
    await inner.set({ ...key, ...other }, await heldAt(inner))
    expect(await codeOf(() => state.get({ ...key, ...other }))).toBe('open_failed')
  })

  it('refuses a value that was put into another store, another application or under another key', async () => {
    const [one, two] = [stores(), stores({}, 'state-2')]
    await one.state.set(key, value)
    await two.inner.set(key, await heldAt(one.inner))
    expect(await codeOf(() => two.state.get(key))).toBe('open_failed')
    const elsewhere = sealedStateStore(one.inner, { sealer, app: 'other' })
    expect(await codeOf(() => elsewhere.get(key))).toBe('open_failed')
    const stranger = createSealer({ keys: staticKeys([{ kid: 'k2', key: generateKey() }]) })
    expect(await codeOf(() => sealedStateStore(one.inner, { sealer: stranger, app }).get(key))).toBe('key_not_found')
  })

  it('takes nothing in clear for sealed, wherever it stands and however it looks', async () => {
    const events: StoreEvent[] = []
    const { inner, state } = stores({ onEvent: (event) => events.push(event) })
    await state.set(key, value)
    const { sealed } = await heldAt(inner)
    for (const clear of [JSON.stringify(value), '"x"', sealed!, JSON.stringify(sealed)]) {
      await inner.set(key, { clear })
      expect(await codeOf(() => state.get(key))).toBe('plaintext_rejected')
    }
    for (const forged of [JSON.stringify(value), '', 'wax1.c256.k1~1.AAAA']) {
      await inner.set(key, { sealed: forged })
      expect(['plaintext_rejected', 'malformed', 'open_failed']).toContain(await codeOf(() => state.get(key)))
    }
    expect(events).toHaveLength(7)
    expect(events[0]).toEqual({ event: 'refused', store: 'state', code: 'plaintext_rejected' })
  })

  it('reads what is in clear within a window of its kind, and seals it when it is written', async () => {
    let let_through = 0
    const window = { allowUntil: new Date(Date.now() + 86_400_000), onPlaintext: () => let_through++, allowIf: () => true }
    const before = stores({ write: 'plaintext' })
    await before.state.set(key, value)
    expect(await heldAt(before.inner)).toEqual({ clear: JSON.stringify({ attempts: 3, to: SECRET }) })
    const state = sealedStateStore(before.inner, { sealer, app, plaintext: { ScheduledAction: window } })
    const entry = await state.get(key)
    expect(entry?.value).toEqual(value)
    expect(let_through).toBe(1)
    await state.compareAndSwap(key, entry!.version, value)
    expect((await heldAt(before.inner)).sealed).toBeDefined()
    await before.inner.set({ ...key, kind: 'Chain' }, { clear: '1' })
    expect(await codeOf(() => state.get({ ...key, kind: 'Chain' }))).toBe('plaintext_rejected')
    const over = { ...window, allowUntil: new Date(Date.now() - 1) }
    await before.inner.set(key, { clear: JSON.stringify(value) })
    const late = sealedStateStore(before.inner, { sealer, app, plaintext: () => over })
    expect(await codeOf(() => late.get(key))).toBe('plaintext_rejected')
  })

  describe("within a window, with readers of others' layouts", () => {
    const payloads = acteon({ keys: [{ kid: 'k1', key: new Uint8Array(32).fill(7) }] })
    const allowUntil = new Date(Date.now() + 86_400_000)
    const held = (clear: string, accept: 'any' | 'legacy', events: StoreEvent[] = [], names: unknown[] = []) => {
      const plaintext = { ScheduledAction: { allowUntil, accept, onPlaintext: (name: string | undefined) => names.push(name) } }
      const options = {
        sealer: sealerWith({ legacy: [payloads] }),
        plaintext,
        onEvent: (event: StoreEvent) => events.push(event),
      }
      const { inner, state } = stores(options)
      return inner.set(key, { clear }).then(async () => (await state.get(key))?.value)
    }

    it.each(['any', 'legacy'] as const)('opens what they detect (%s)', async (accept) => {
      const names: unknown[] = []
      const stored = await payloads.seal(value)
      expect(await held(stored, accept, [], names)).toEqual(value)
      expect(names).toEqual(['acteon'])
      const events: StoreEvent[] = []
      expect(await codeOf(() => held(stored.replace('data:', 'data:AAAA'), accept, events))).toBe('open_failed')
      expect(await codeOf(() => held(stored.slice(0, -8), accept, events))).toBe('malformed')
      expect(events.map(({ event }) => event)).toEqual(['refused', 'refused'])
      const other = stores({ plaintext: { ScheduledAction: { allowUntil, accept } } })
      await other.inner.set(key, { clear: stored })
      expect(await codeOf(() => other.state.get(key)), 'without the reader').toBe('plaintext_rejected')
    })

    it.each(['any', 'legacy'] as const)('takes nothing in another layout for plaintext (%s)', async (accept) => {
      const token = await fernet({ keys: new Uint8Array(32).fill(1) }).seal(SECRET)
      for (const foreign of [token, '{"half":', '', ' ', 'plain text', `{"a":1}${token}`, '\u0000'])
        expect(await codeOf(() => held(foreign, accept)), foreign).toBe('plaintext_rejected')
      expect(await codeOf(() => held('{"to":"bob"}', accept))).toBe(accept === 'any' ? 'ok' : 'plaintext_rejected')
    })

    it('refuses an integer that would be sealed as another one', async () => {
      for (const lost of ['{"id":9007199254740993}', '[-9007199254740993]', '12345678901234567891', `[${'9'.repeat(400)}]`])
        expect(await codeOf(() => held(lost, 'any')), lost).toBe('not_serialisable')
      const kept = '{"a":9007199254740992,"b":"9007199254740993","c":"\\"9007199254740993","d":0.12345678901234567,"e":1e-20}'
      expect(await held(kept, 'any')).toEqual(JSON.parse(kept))
      const long = JSON.stringify({ text: '\n"1234567890123456789"\\'.repeat(300_000), n: 1234567890123456 })
      expect(await held(long, 'any')).toEqual(JSON.parse(long))
      expect(await codeOf(() => held(`[${long},1234567890123456789]`, 'any'))).toBe('not_serialisable')
    })
  })

  it('still opens what was sealed before its kind came to stand in clear', async () => {
    const { inner, state } = stores()
    await state.set(key, value)
    const changed = sealedStateStore(inner, { sealer, app, clearKinds: ['ScheduledAction'] })
    expect((await changed.get(key))?.value).toEqual(value)
    await inner.set(key, { clear: '{"half' })
    expect(await codeOf(() => changed.get(key))).toBe('malformed')
  })

  it('reads, lists and deletes with a sealer that is open-only, and writes nothing', async () => {
    const { inner, state } = stores()
    await state.set(key, value)
    const reader = sealedStateStore(inner, { sealer: sealerWith({ mode: 'open-only' }), app, clearKinds: ['Counter'] })
    expect((await reader.get(key))?.value).toEqual(value)
    expect(await codeOf(() => reader.set(key, 'x'))).toBe('sealing_disabled')
    expect(await codeOf(() => reader.compareAndSwap(key, null, 'x'))).toBe('sealing_disabled')
    expect((await reader.get(key))?.value).toEqual(value)
    expect(await reader.delete(key)).toBe(true)
  })

  it('lists, counts and deletes without opening anything', async () => {
    const events: unknown[] = []
    const { inner, state } = stores()
    for (let at = 0; at < 5; at++) await state.set({ ...key, id: `a-${at}` }, value)
    const observed = sealedStateStore(inner, { sealer: sealerWith({ onEvent: (event) => events.push(event) }), app })
    const { entries, next } = await observed.list({ kind: 'ScheduledAction', tenant: 'acme' }, { limit: 3 })
    expect(entries.map(({ id }) => id)).toEqual(['a-0', 'a-1', 'a-2'])
    expect((await observed.list({ kind: 'ScheduledAction' }, { after: next! })).entries).toHaveLength(2)
    await observed.delete({ ...key, id: 'a-0' })
    expect(events).toEqual([])
  })

  it('redacts before it seals, and stores nothing where redaction fails', async () => {
    const { inner, state } = stores({ redact: redactFields(['to']) })
    await state.set(key, value)
    expect((await state.get(key))?.value).toEqual({ to: '[REDACTED]', attempts: 3 })
    await state.set({ kind: 'Lock', id: 'x' }, value)
    expect((await inner.get({ kind: 'Lock', id: 'x', namespace: '', tenant: '' }))?.value.clear).not.toContain(SECRET)
    const failing = sealedStateStore(inner, {
      ...{ sealer, app },
      redact: (given) => Promise.reject(new Error(JSON.stringify(given))),
    })
    const error = await failing.set({ ...key, id: 'b' }, value).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'config' })
    expect(`${error.message}${error.stack}${error.cause}`).not.toContain(SECRET)
    expect(await inner.get({ ...key, id: 'b' })).toBeNull()
  })

  it('uses the key of whom an entry belongs to', async () => {
    const scoped = createSealer({
      keys: staticKeys([
        { kid: 'ka', key: generateKey(), scope: 'tenant:acme' },
        { kid: 'kz', key: generateKey(), scope: 'tenant:zoo' },
      ]),
    })
    const { inner, state } = stores({ sealer: scoped, scope: ({ tenant }) => `tenant:${tenant}` })
    await state.set(key, value)
    await state.set({ ...key, tenant: 'zoo' }, value)
    expect((await heldAt(inner)).sealed).toContain('.ka~1.')
    expect((await heldAt(inner, { tenant: 'zoo' })).sealed).toContain('.kz~1.')
    expect((await state.get(key))?.value).toEqual(value)
    expect(await codeOf(() => state.set({ ...key, tenant: 'unknown' }, value))).toBe('key_not_found')
  })

  it.each([
    ['kind', ''],
    ['kind', 'x'.repeat(65)],
    ['id', 'x'.repeat(256)],
    ['id', 'a\0b'],
    ['tenant', '\ud800'],
    ['namespace', 7],
  ])('refuses a %s that not every database stores as it is', async (part, wrong) => {
    const { state } = stores()
    for (const run of [
      () => state.set({ ...key, [part]: wrong }, 1),
      () => state.get({ ...key, [part]: wrong }),
      () => state.delete({ ...key, [part]: wrong }),
    ])
      expect(await codeOf(run)).toBe('config')
  })

  it('refuses options that do not fit, and values that are no JSON', async () => {
    const inner = memoryStateStore()
    for (const wrong of [
      { app: '' },
      { sealer: undefined },
      { write: 'clear' },
      { redact: ['x'] },
      { clearKinds: 'Lock' },
    ] as never[])
      expect(await codeOf(() => sealedStateStore(inner, Object.assign({ sealer, app }, wrong)))).toBe('config')
    expect(await codeOf(() => sealedStateStore(memoryStateStore({ name: 'a b' }), { sealer, app }))).toBe('config')
    const { state } = stores()
    for (const wrong of [undefined, 1n, new Date(), () => 1])
      for (const kind of ['Chain', 'Lock'])
        expect(await codeOf(() => state.set({ kind, id: 'x' }, wrong)), `${kind} ${String(wrong)}`).toBe('not_serialisable')
    expect(await codeOf(() => state.list({} as never))).toBe('config')
    expect(await codeOf(() => state.list({ kind: 'a', tenant: {} as never }))).toBe('config')
  })
})
