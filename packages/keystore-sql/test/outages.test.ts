import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { createAuditTrail, fileSink } from '@waxseal/audit'
import { createSealer } from '@waxseal/core'
import { CamelCasePlugin, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { createKeystore, migrateKeystore } from '../src/index.ts'
import { openSqlite, type TestDatabase } from './databases.ts'
import { actor, auditKeys, codeOf, context, DAY_MS, keyService, openStore } from './stores.ts'

async function fresh(options = {}, service = keyService()) {
  const database = openSqlite()
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
    const statements = counted(database)
    const other = openStore(database, { audit: 'none', maxKeys: 5_000 })
    expect(await createSealer({ keys: other.keystore }).openMany(items)).toEqual(scopes)
    expect(other.service.calls).toEqual(['unwrap'])
    // And the database by the page.
    expect(statements()).toBeGreaterThan(0)
    expect(statements()).toBeLessThan(40)
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
    expect(events).toContain('audit_failed')
  })

  it('takes no answer that came late for a table that went back in time', async () => {
    const { database, keystore } = await fresh()
    await keystore.generate('orders', { actor })
    let hold = true
    let release = () => {}
    watched(database, async (statement) => {
      if (!hold || !statement.includes('"waxseal_keys"')) return
      hold = false
      await new Promise<void>((resolve) => {
        release = resolve
      })
    })
    const { keystore: mine } = openStore(database)
    const call = { now: Date.now }
    const first = mine.current(undefined, call)
    while (hold) await new Promise((resolve) => setTimeout(resolve))
    await mine.rotate('orders', { actor })
    expect(await mine.current(undefined, call)).toMatchObject({ version: 2 })
    release()
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

describe('a restored backup of the key table', () => {
  it('is noticed by who has seen more, and put right from a trail that was not restored', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waxseal-keystore-'))
    const mirror = createAuditTrail({ sink: fileSink(join(folder, 'mirror.jsonl')), keys: auditKeys })
    const { database, keystore } = await fresh({ mirror, onNewScope: () => ({}) })
    const source = createSealer({ keys: keystore })
    await keystore.generate('orders', { actor })
    await keystore.generate('doomed', { actor })
    const scope = 'user:17'
    const first = await source.seal('v1', { context })
    const shredded = await source.seal('mine', { context, scope })
    const doomed = await createSealer({ keys: keystore.source('doomed') }).seal('d', { context })

    const tables = ['waxseal_keys', 'waxseal_key_versions', 'waxseal_key_scopes']
    const backup = await Promise.all(tables.map((table) => database.db.selectFrom(table).selectAll().execute()))
    await keystore.rotate('orders', { actor })
    const second = await source.seal('v2', { context })
    await keystore.shred(scope, { actor })
    await keystore.retire('doomed', { actor })
    await keystore.destroy('doomed', { actor, version: 1, afterMs: DAY_MS })
    const later = openStore(database, { mirror })
    later.at += 2 * DAY_MS
    await later.keystore.destroyDue({ actor })

    for (const table of [...tables].reverse()) await database.db.deleteFrom(table).execute()
    for (const [i, table] of tables.entries())
      for (const row of backup[i]!) await database.db.insertInto(table).values(row).execute()

    const restarted = openStore(database)
    const reader = createSealer({ keys: restarted.keystore })
    // What had been destroyed is there again, and the old version seals.
    expect(await reader.open(shredded, { context, scope })).toBe('mine')
    expect(await codeOf(() => reader.open(second, { context }))).toBe('key_not_found')
    // Who has used version 2 does not go back to version 1.
    const before = later.keystore
    await codeOf(() => before.rotate('orders', { actor }))
    const seen = openStore(database)
    await codeOf(() => seen.keystore.get('orders'))

    const records = async function* () {
      for (let after = 0; ; ) {
        const page = await mirror.query({ after, limit: 100 })
        if (page.length === 0) return
        yield* page
        after = page.at(-1)!.seq
      }
    }
    const dry = await restarted.keystore.reconcile(records(), { actor, dryRun: true })
    expect(await reader.open(shredded, { context, scope })).toBe('mine')
    const done = await restarted.keystore.reconcile(records(), { actor })
    expect(done).toEqual(dry)
    expect(done.destroyed).toHaveLength(2)
    const after = createSealer({ keys: openStore(database).keystore })
    expect(await codeOf(() => after.open(shredded, { context, scope }))).toBe('key_destroyed')
    expect(await codeOf(() => after.open(doomed, { context }))).toBe('key_destroyed')
    expect(await codeOf(() => after.seal('x', { context, scope }))).toBe('key_destroyed')
    expect(await after.open(first, { context })).toBe('v1')
    expect(await restarted.keystore.reconcile(records(), { actor })).toMatchObject({ destroyed: [], retired: [] })
    await mirror.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('makes no process seal with a version that it knows to be replaced', async () => {
    const { database, keystore, ...store } = await fresh({ reloadMs: 0 })
    await keystore.generate('orders', { actor })
    const backup = await database.db.selectFrom('waxseal_keys').selectAll().execute()
    const sealer = createSealer({ keys: keystore })
    await keystore.rotate('orders', { actor })
    expect(sealer.inspect(await sealer.seal('x', { context })).keyVersion).toBe(2)
    await sql`delete from waxseal_key_versions where version = 2 and kid = 'orders'`.execute(database.db)
    await sql`update waxseal_key_versions set state = 'active' where kid = 'orders'`.execute(database.db)
    await database.db
      .updateTable('waxseal_keys')
      .set(backup.find(({ kid }) => kid === 'orders')!)
      .where('kid', '=', 'orders')
      .execute()
    store.at += 0
    await sealer.seal('x', { context }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await codeOf(() => sealer.seal('x', { context }))).toBe('config')
  })
})

/** Looks at the answers of statements that stores opened from now on ask. */
function watched({ db }: TestDatabase, answered: (statement: string) => Promise<void> | void): void {
  const executor = db.getExecutor()
  const original = executor.executeQuery
  executor.executeQuery = async function (this: typeof executor, query) {
    const answer = await original.call(this, query)
    await answered(query.sql)
    return answer
  } as typeof original
  db.withoutPlugins = () => db
}

/** How many statements a database was asked from now on. */
function counted(database: TestDatabase): () => number {
  let count = 0
  watched(database, () => {
    count++
  })
  return () => count
}
