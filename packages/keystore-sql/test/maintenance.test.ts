import { createBlindIndex, createSealer } from '@waxseal/core'
import { describe, expect, it, vi } from 'vitest'
import { migrateKeystore } from '../src/index.ts'
import { openSqlite } from './databases.ts'
import { actor, codeOf, context, DAY_MS, openStore } from './stores.ts'

async function fresh(options = {}) {
  const database = openSqlite()
  await migrateKeystore(database)
  const store = openStore(database, options)
  return Object.assign(store, { database })
}

describe('what is done by time', () => {
  it('is done again and again, until it is stopped', async () => {
    const store = await fresh()
    const { keystore } = store
    await keystore.generate('orders', { actor, rotateEvery: { days: 1 } })
    await keystore.generate('old', { actor })
    await keystore.retire('old', { actor })
    await keystore.destroy('old', { actor, version: 1, afterMs: DAY_MS })
    const reports: unknown[] = []
    const maintenance = keystore.startMaintenance({
      actor: 'svc-timer',
      everyMs: 100,
      onReport: (report) => reports.push(report),
    })
    await vi.waitFor(() => expect(reports.length).toBeGreaterThan(0))
    store.at += 2 * DAY_MS
    await vi.waitFor(async () => expect((await keystore.get('orders')).activeVersion).toBe(2))
    await vi.waitFor(async () => expect((await keystore.getVersion('old', 1)).state).toBe('destroyed'))
    await maintenance.stop()
    store.at += 2 * DAY_MS
    const before = reports.length
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect([reports.length, (await keystore.get('orders')).activeVersion]).toEqual([before, 2])
    expect((await keystore.auditTrail({ actor: 'svc-timer' })).map(({ operation }) => operation)).toEqual([
      'key.rotate',
      'key.destroyed',
    ])
    for (const everyMs of [Number.NaN, 0, 2 ** 31]) expect(() => keystore.startMaintenance({ actor, everyMs })).toThrow(/everyMs/)
  })

  it('goes on after a pass that failed', async () => {
    const store = await fresh()
    const errors: unknown[] = []
    await store.keystore.generate('orders', { actor, rotateEvery: { days: 1 } })
    store.service.failure = 'provider_unavailable'
    const other = openStore(store.database, { onEvent: () => {} })
    other.service.failure = 'provider_unavailable'
    other.at += 2 * DAY_MS
    const { rotation } = await other.keystore.maintain({ actor })
    expect(rotation).toEqual({ rotated: [], failed: [{ kid: 'orders', version: 1, reason: 'provider_unavailable' }] })
    await store.database.db.schema.alterTable('waxseal_keys').renameTo('elsewhere').execute()
    store.keystore.startMaintenance({ actor, everyMs: 100, onError: (error) => errors.push(error) })
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(1))
    expect(errors[0]).toMatchObject({ code: 'config' })
    await store.keystore.close()
    const before = errors.length
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(errors.length).toBe(before)
  })

  it('wakes nothing that was retired, suspended or destroyed by hand', async () => {
    const store = await fresh()
    const { keystore } = store
    for (const name of ['retired', 'suspended', 'destroyed']) await keystore.generate(name, { actor, rotateEvery: { days: 1 } })
    await keystore.retire('retired', { actor })
    await keystore.suspend('suspended', { actor })
    await keystore.retire('destroyed', { actor })
    await keystore.destroy('destroyed', { actor, version: 1, afterMs: DAY_MS })
    store.at += 30 * DAY_MS
    const report = await keystore.maintain({ actor })
    expect(report).toMatchObject({ rotation: { rotated: [], failed: [] }, destruction: { destroyed: [{ kid: 'destroyed' }] } })
    expect(await keystore.statistics()).toMatchObject({ dueSoon: 0, overdue: 0 })
    expect((await keystore.resume('suspended', { actor })).state).toBe('active')
    expect((await keystore.maintain({ actor })).rotation.rotated).toEqual([{ kid: 'suspended', version: 2, rotated: true }])
  })

  it('is drawn, and never later than was asked for', async () => {
    const due: number[] = []
    for (const random of [0, 0.5, 0.999]) {
      const store = await fresh({ random: () => random })
      const { nextRotationAt } = await store.keystore.generate('orders', { actor, rotateEvery: { days: 100 } })
      due.push((nextRotationAt!.getTime() - store.at) / DAY_MS)
    }
    expect(due[0]).toBe(100)
    expect(due[1]).toBeCloseTo(97.5)
    expect(due[2]).toBeGreaterThanOrEqual(95)
  })
})

describe('a key', () => {
  it('of a retention class ends at its date, whatever it is', async () => {
    const store = await fresh()
    const { keystore } = store
    const at = new Date(store.at + 10 * DAY_MS)
    await keystore.generate('orders', { actor, retain: { keep: 'until', at: at.toISOString() } })
    const sealer = createSealer({ keys: keystore })
    const first = await sealer.seal('x', { context })
    await keystore.rotate('orders', { actor })
    const second = await sealer.seal('x', { context })
    store.at = at.getTime() - 1
    expect((await keystore.destroyDue({ actor })).destroyed).toEqual([])
    expect(await codeOf(() => sealer.open(first, { context }))).toBe('ok')
    store.at = at.getTime()
    expect(await codeOf(() => sealer.seal('x', { context }))).toBe('key_retired')
    expect((await keystore.destroyDue({ actor })).destroyed).toHaveLength(2)
    for (const sealed of [first, second]) expect(await codeOf(() => sealer.open(sealed, { context }))).toBe('key_destroyed')
  })

  it('is for its suite, or for an index', async () => {
    const { keystore } = await fresh()
    await keystore.generate('orders', { actor, suite: 'chacha20-poly1305' })
    const sealer = createSealer({ keys: keystore })
    const sealed = await sealer.seal('x', { context })
    expect(sealed).toMatch(/^wax1\.c20\./)
    expect(await sealer.open(sealed, { context })).toBe('x')
    const index = await keystore.generate('emails', { actor, purpose: 'index' })
    expect(index.nextRotationAt).toBeNull()
    const emails = createBlindIndex({
      keys: keystore,
      table: 'users',
      field: 'email',
      versions: [{ version: 1, key: { kid: 'emails' } }],
    })
    expect(await emails.value('ada@example.com')).toBe(await emails.value('ada@example.com'))
    expect(await codeOf(() => createSealer({ keys: keystore.source('emails') }).seal('x', { context }))).toBe('config')
  })

  it('is found by its kid with its scope, and listed page by page without the store’s own', async () => {
    const { keystore } = await fresh()
    await keystore.generate('orders', { actor })
    for (let i = 0; i < 5; i++) await keystore.generate('users', { actor, scope: `user:${i}` })
    const { kid } = await keystore.get('users', { scope: 'user:3' })
    expect(await keystore.getByKid(kid)).toMatchObject({ name: 'users', scope: 'user:3', activeVersion: 1 })
    expect(await keystore.getByKid('orders')).toMatchObject({ name: 'orders', scope: null })
    const kids: string[] = []
    for (let after = ''; ; ) {
      const page = await keystore.list({ after, limit: 2 })
      if (page.length === 0) break
      kids.push(...page.map((key) => key.kid))
      after = page.at(-1)!.kid
    }
    expect(kids).toHaveLength(6)
    expect(kids.filter((one) => one.startsWith('waxseal-'))).toEqual([])
    expect(await keystore.list({ name: 'users' })).toHaveLength(5)
    await keystore.shred('user:3', { actor, reason: 'request-1' })
    expect(await keystore.getByKid(kid)).toMatchObject({ scope: null, activeVersion: null })
    expect(await keystore.scopeStatus('user:3')).toMatchObject({ held: false, keys: [{ kid }] })
    expect((await keystore.scopeStatus('user:3')).shreddedAt).not.toBeNull()
    // The evidence, for whoever asks whether it was done.
    expect((await keystore.auditTrail({ scope: 'user:3' })).map(({ operation }) => operation)).toEqual([
      'key.generate',
      'key.destroyed',
      'scope.shred',
    ])
    expect(await keystore.auditTrail({ scope: 'user:unheard-of' })).toEqual([])
  })

  it('counts in figures that say what is there', async () => {
    const store = await fresh()
    const { keystore } = store
    await keystore.generate('a', { actor, rotateEvery: { days: 1 } })
    await keystore.generate('b', { actor, expiresAt: new Date(store.at + DAY_MS), rotateEvery: { days: 1 } })
    await keystore.generate('c', { actor, scope: 'user:1', rotateEvery: false })
    await keystore.generate('c', { actor, scope: 'user:2', rotateEvery: false })
    store.at += 2 * DAY_MS
    await keystore.rotate('a', { actor })
    await keystore.markCompromised('a', { actor, version: 1 })
    expect((await keystore.hold({ actor, scope: 'user:1' })).keys).toBe(1)
    await keystore.shred('user:2', { actor })
    store.at += 2 * DAY_MS
    expect(await keystore.statistics()).toEqual({
      keys: 4,
      versions: { active: 3, decrypt_only: 1, suspended: 0, destroy_scheduled: 0, destroyed: 1 },
      rotations: 1,
      averageAgeMs: (2 + 4 + 4) * DAY_MS * (1 / 3),
      dueSoon: 1,
      overdue: 1,
      expired: 1,
      overMaxVersions: 0,
      compromised: 1,
      held: 1,
      shreddedScopes: 1,
      uses: 0,
    })
    expect((await keystore.get('c', { scope: 'user:1' })).held).toBe(true)
  })

  it('is used on through an outage of the database for as long as was said', async () => {
    const store = await fresh({ maxAgeMs: 60_000, staleMs: 60_000 })
    await store.keystore.generate('orders', { actor })
    const sealer = createSealer({ keys: store.keystore })
    const sealed = await sealer.seal('x', { context })
    await sealer.open(sealed, { context })
    await store.database.db.destroy()
    store.at += 119_000
    expect(await codeOf(() => sealer.open(sealed, { context }))).toBe('ok')
    store.at += 1_000
    expect(await codeOf(() => sealer.open(sealed, { context }))).toBe('provider_unavailable')
  })

  it('outlives a sealer that shared it, and not the store', async () => {
    const { keystore } = await fresh()
    await keystore.generate('orders', { actor })
    const [one, two] = [1, 2].map(() => createSealer({ keys: keystore.source('orders') }))
    await one!.seal('x', { context })
    await one!.close()
    expect(await codeOf(() => two!.seal('x', { context }))).toBe('ok')
    await keystore.close()
    await keystore.close()
    expect(await codeOf(() => two!.seal('x', { context }))).toBe('closed')
  })
})

it('tables are made once by eight who do it at the same time', async () => {
  const database = openSqlite()
  await Promise.all(Array.from({ length: 8 }, () => migrateKeystore(database)))
  expect((await openStore(database).keystore.generate('orders', { actor })).activeVersion).toBe(1)
})
