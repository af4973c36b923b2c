import { inspect } from 'node:util'
import { createSealer } from '@waxseal/core'
import { CamelCasePlugin, Kysely, sql } from 'kysely'
import { describe, expect, it, vi } from 'vitest'
import { createKeystore, migrateKeystore } from '../src/index.ts'
import { sqliteDialect } from '../src/sqlite.ts'
import { intercepted } from './children/intercepted.ts'
import { type Database, openSqlite } from './databases.ts'
import { actor, codeOf, context, keyService, openStore } from './stores.ts'

/** A database that counts its statements. */
function watched() {
  const database = {
    dialect: 'sqlite' as const,
    statements: 0,
    db: new Kysely<Record<string, never>>({
      dialect: intercepted(sqliteDialect(), (_, run) => {
        database.statements++
        return run()
      }),
    }) as Database,
  }
  return database
}

async function fresh(options = {}, service = keyService()) {
  const database = watched()
  await migrateKeystore(database)
  return { database, ...openStore(database, options, service) }
}

describe('a key store and its key service', () => {
  it('asks it once for two thousand scopes', async () => {
    const { database, keystore, service } = await fresh({ onNewScope: () => ({}), audit: 'none', maxKeys: 5_000 })
    const sealer = createSealer({ keys: keystore })
    const scopes = Array.from({ length: 2_000 }, (_, i) => `user:${i}`)
    const items = await Promise.all(
      scopes.map(async (scope) => ({ sealed: await sealer.seal(scope, { context, scope }), context, scope })),
    )
    // The wrapping key is wrapped once, seen to unwrap, and unwrapped for use.
    expect(service.calls).toEqual(['wrap', 'unwrap', 'unwrap'])
    const other = openStore(database, { audit: 'none', maxKeys: 5_000 })
    const before = database.statements
    expect(await createSealer({ keys: other.keystore }).openMany(items)).toEqual(scopes)
    expect(other.service.calls).toEqual(['unwrap'])
    // And the database by the page.
    expect(database.statements - before).toBeGreaterThan(5)
    expect(database.statements - before).toBeLessThan(40)
    // And nobody once they are at hand.
    const after = database.statements
    await createSealer({ keys: other.keystore }).openMany(items)
    for (const scope of scopes) await sealer.seal('again', { context, scope })
    expect([database.statements - after, service.calls.length]).toEqual([0, 3])
  })

  it('makes no key while the service is down, at the start or later, and says so on record', async () => {
    const service = keyService()
    service.failure = 'provider_unavailable'
    const { keystore } = await fresh({ onNewScope: () => ({}) }, service)
    expect(await codeOf(() => keystore.generate('orders', { actor }))).toBe('provider_unavailable')
    expect(await codeOf(() => createSealer({ keys: keystore }).seal('x', { context, scope: 'user:1' }))).toBe(
      'provider_unavailable',
    )
    expect(await keystore.list()).toEqual([])
    const records = await keystore.auditTrail()
    expect(records.map(({ operation, outcome }) => [operation, outcome])).toContainEqual(['key.wrap', 'provider_unavailable'])
    service.failure = undefined
    expect((await keystore.generate('orders', { actor })).activeVersion).toBe(1)
  })

  it('opens after a restart with the same key of the service, and not with another one', async () => {
    const { database, keystore } = await fresh()
    await keystore.generate('orders', { actor })
    const sealed = await createSealer({ keys: keystore }).seal('x', { context })
    expect(await createSealer({ keys: openStore(database).keystore }).open(sealed, { context })).toBe('x')
    const impostor = openStore(database, {}, keyService('kms', 0, 99))
    expect(await codeOf(() => createSealer({ keys: impostor.keystore }).open(sealed, { context }))).toBe('open_failed')
    const down = openStore(database)
    down.service.failure = 'access_denied'
    expect(await codeOf(() => createSealer({ keys: down.keystore }).open(sealed, { context }))).toBe('access_denied')
  })

  it('needs no write to open, and goes on when the trail cannot be written; changes do not', async () => {
    const { database, keystore } = await fresh()
    await keystore.generate('orders', { actor })
    const sealed = await createSealer({ keys: keystore }).seal('x', { context })
    const events: string[] = []
    await sql`drop table waxseal_audit_head`.execute(database.db)
    const reader = openStore(database, { onEvent: ({ type }) => events.push(type) })
    expect(await createSealer({ keys: reader.keystore }).open(sealed, { context })).toBe('x')
    expect(events).toContain('audit_failed')
    expect(await codeOf(() => reader.keystore.rotate('orders', { actor }))).toBe('sink_failed')
    expect((await reader.keystore.get('orders')).newestVersion).toBe(1)
  })

  it('opens although the trail hangs, and writes no record for each who asks during an outage', async () => {
    const { database, keystore } = await fresh()
    await keystore.generate('orders', { actor })
    const sealed = await createSealer({ keys: keystore }).seal('x', { context })
    const down = openStore(database, { retry: false })
    down.service.failure = 'provider_unavailable'
    for (let i = 0; i < 20; i++)
      expect(await codeOf(() => createSealer({ keys: down.keystore }).open(sealed, { context }))).toBe('provider_unavailable')
    expect((await keystore.auditTrail()).filter(({ outcome }) => outcome === 'provider_unavailable')).toHaveLength(1)
    const events: string[] = []
    const hanging = { append: () => new Promise(() => {}) } as never
    const reader = openStore(database, { audit: hanging, onEvent: ({ type }) => events.push(type) })
    expect(await createSealer({ keys: reader.keystore }).open(sealed, { context })).toBe('x')
    await vi.waitFor(() => expect(events).toContain('audit_failed'), { timeout: 10_000 })
  })

  it('takes no answer that came late for a table that went back in time', async () => {
    const { database, keystore: maker } = await fresh()
    await maker.generate('orders', { actor })
    // The answer is held up behind the connection, which others go on using.
    const db = database.db.withoutPlugins()
    const executor = db.getExecutor()
    const original = executor.executeQuery
    let hold = true
    let release = () => {}
    executor.executeQuery = async function (this: unknown, query: { readonly sql: string }) {
      const answer = await original.call(this as never, query as never)
      if (!query.sql.includes('from "waxseal_keys"') || !hold) return answer
      hold = false
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return answer
    } as never
    const { keystore } = openStore({ ...database, db: Object.assign(db, { withoutPlugins: () => db }) })
    const call = { now: Date.now }
    const first = keystore.current(undefined, call)
    await vi.waitFor(() => expect(hold).toBe(false))
    await keystore.rotate('orders', { actor })
    const second = keystore.current(undefined, call)
    release()
    expect(await second).toMatchObject({ version: 2 })
    expect(await first).toMatchObject({ version: 2 })
  })

  it('works beside plugins of the application', async () => {
    const { db, dialect } = openSqlite()
    const database = { db: db.withPlugin(new CamelCasePlugin()), dialect }
    await migrateKeystore(database)
    const { keystore } = openStore(database, { onNewScope: () => ({}) })
    await keystore.generate('orders', { actor })
    await keystore.rotate('orders', { actor })
    const sealer = createSealer({ keys: keystore })
    const scope = 'user:17'
    const sealed = await sealer.seal('x', { context, scope })
    expect(await sealer.open(sealed, { context, scope })).toBe('x')
    await keystore.shred(scope, { actor })
    expect(await codeOf(() => sealer.open(sealed, { context, scope }))).toBe('key_destroyed')
  })

  it('refuses rows that were moved, mixed up or put back', async () => {
    const { database, keystore } = await fresh()
    for (const name of ['orders', 'other']) await keystore.generate(name, { actor })
    await keystore.rotate('orders', { actor })
    const sealed = await createSealer({ keys: keystore }).seal('x', { context })
    const outcomes: string[] = []
    const tamper = async (statement: string) => {
      const rows = await database.db.selectFrom('waxseal_key_versions').selectAll().execute()
      await sql.raw(statement).execute(database.db)
      outcomes.push(await codeOf(() => createSealer({ keys: openStore(database).keystore }).open(sealed, { context })))
      for (const { kid, version, ...row } of rows)
        await database.db
          .updateTable('waxseal_key_versions')
          .set(row)
          .where('kid', '=', kid)
          .where('version', '=', version)
          .execute()
    }
    const of = (kid: string, version: number) =>
      `(select wrapped_key from waxseal_key_versions where kid = '${kid}' and version = ${version})`
    const set = (value: string) => `update waxseal_key_versions set wrapped_key = ${value} where kid = 'orders' and version = 2`
    await tamper(set(of('other', 1)))
    await tamper(set(of('orders', 1)))
    await tamper(set("'AAAA'"))
    await tamper(set("'not base64!'"))
    await tamper("update waxseal_key_versions set check_value = 'AAAAAAAAAAA' where kid = 'orders' and version = 2")
    await tamper("update waxseal_key_versions set wrapped_by_version = 9 where kid = 'orders' and version = 2")
    expect(new Set(outcomes).size).toBeLessThanOrEqual(3)
    expect(outcomes.filter((code) => code === 'ok')).toEqual([])
    expect(await codeOf(() => createSealer({ keys: openStore(database).keystore }).open(sealed, { context }))).toBe('ok')
  })

  it('tells of too many versions and deletes none', async () => {
    const { keystore, events } = await fresh()
    await keystore.generate('orders', { actor, maxVersions: 2 })
    for (let i = 0; i < 3; i++) await keystore.rotate('orders', { actor })
    expect(events.filter(({ type }) => type === 'max_versions')).toEqual([
      { type: 'max_versions', kid: 'orders', versions: 3, max: 2 },
      { type: 'max_versions', kid: 'orders', versions: 4, max: 2 },
    ])
    expect((await keystore.get('orders')).versions).toHaveLength(4)
    expect(await keystore.statistics()).toMatchObject({ overMaxVersions: 1, rotations: 3 })
  })

  it('is config where it is set up wrong, before anything is asked', async () => {
    const { database, service } = await fresh()
    const right = { ...database, wrap: service.provider, audit: 'none' as const }
    const wrong = [
      { ...right, dialect: 'oracle' },
      { ...right, db: undefined },
      { ...right, wrap: [] },
      { ...right, wrap: [service.provider, service.provider] },
      { ...right, audit: undefined },
      { ...right, name: 'Orders' },
      { ...right, name: 'waxseal-wrapping' },
      { ...right, maxAgeMs: 0 },
      { ...right, flushUsesMs: -1 },
      { ...right, actor: '' },
      { ...right, onEvent: 'log' },
    ]
    for (const options of wrong) expect(await codeOf(() => createKeystore(options as never))).toBe('config')
    const keystore = createKeystore(right)
    const settings = [
      { rotateEvery: { days: 0 } },
      { rotateEvery: { weeks: 1 } },
      { expiresAt: new Date(Number.NaN) },
      { expiresAt: '2030' },
      { maxVersions: 0 },
      { suite: 'rot13' },
      { purpose: 'wrap' },
      { purpose: 'index', rotateEvery: { days: 1 } },
      { retain: { keep: 'never' } },
      { retain: { keep: 'for', ms: 1 }, rotateEvery: false },
      { keep: 'for' },
      { actor: undefined },
    ]
    for (const setting of settings)
      expect(await codeOf(() => keystore.generate('orders', { actor, ...setting } as never))).toBe('config')
    expect(await codeOf(() => keystore.generate('$wrapping', { actor }))).toBe('config')
    expect(await keystore.list()).toEqual([])
    const bare = openSqlite()
    expect(await codeOf(() => createKeystore({ ...right, ...bare }).generate('orders', { actor }))).toBe('config')
  })

  it('shows no key and no scope in errors, events, records or inspection', async () => {
    const { database, keystore, events } = await fresh({ onNewScope: () => ({}) })
    const scope = 'user:secret-scope-17'
    const sealer = createSealer({ keys: keystore })
    await sealer.seal('x', { context, scope })
    const told: unknown[] = [keystore, events]
    for (const run of [
      () => keystore.generate('default', { actor, scope }),
      () => keystore.generate('orders', { actor, scope }),
      () => keystore.rotate('nobody', { actor, scope }),
      () => keystore.suspend('orders', { actor, scope, version: 99 }),
    ])
      told.push(await run().catch((error: unknown) => error))
    await database.db.destroy()
    told.push(await keystore.rotate('orders', { actor, scope }).catch((error: unknown) => error))
    const shown = told.map((one) => inspect(one, { depth: 12, showHidden: true })).join('\n')
    expect(shown).not.toContain('secret-scope')
    expect(shown).not.toMatch(/[A-Za-z0-9_-]{100}/)
  })
})
