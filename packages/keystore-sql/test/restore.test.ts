import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditTrail, createAuditTrail, fileSink } from '@waxseal/audit'
import { createSealer } from '@waxseal/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrateKeystore } from '../src/index.ts'
import { openSqlite, type TestDatabase } from './databases.ts'
import { actor, auditKeys, codeOf, context, DAY_MS, openStore } from './stores.ts'

const TABLES = ['waxseal_key_scopes', 'waxseal_keys', 'waxseal_key_versions'] as const

describe('a restored backup of the key tables', () => {
  let folder: string
  let mirror: AuditTrail
  let database: TestDatabase
  const open = () => openStore(database, { mirror, onNewScope: () => ({}) })
  const openMirror = () => createAuditTrail({ sink: fileSink(join(folder, 'mirror.jsonl')), keys: auditKeys })

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waxseal-keystore-'))
    mirror = openMirror()
    database = openSqlite()
    await migrateKeystore(database)
  })
  afterEach(async () => {
    await mirror.close()
    await database.db.destroy()
    rmSync(folder, { recursive: true, force: true })
  })

  const backUp = () => Promise.all(TABLES.map((table) => database.db.selectFrom(table).selectAll().execute()))
  async function restore(backup: Awaited<ReturnType<typeof backUp>>) {
    for (const table of [...TABLES].reverse()) await database.db.deleteFrom(table).execute()
    for (const [i, table] of TABLES.entries())
      for (const row of backup[i]!) await database.db.insertInto(table).values(row).execute()
  }
  async function* records() {
    for (let after = 0; ; ) {
      const page = await mirror.query({ after, limit: 100 })
      if (page.length === 0) return
      yield* page
      after = page.at(-1)!.seq
    }
  }

  it('is put right from a trail that was not restored along', async () => {
    const store = open()
    const { keystore } = store
    const sealer = createSealer({ keys: keystore })
    const names = ['orders', 'doomed', 'suspended', 'held', 'leaked', 'scheduled', 'called-off']
    for (const name of names) await keystore.generate(name, { actor })
    const scope = 'user:17'
    const first = await sealer.seal('v1', { context })
    const shredded = await sealer.seal('mine', { context, scope })
    const doomed = await createSealer({ keys: keystore.source('doomed') }).seal('d', { context })
    const backup = await backUp()

    await keystore.rotate('orders', { actor })
    const second = await sealer.seal('v2', { context })
    await keystore.shred(scope, { actor })
    for (const name of ['doomed', 'scheduled', 'called-off']) {
      await keystore.retire(name, { actor })
      await keystore.destroy(name, { actor, version: 1, afterMs: name === 'doomed' ? DAY_MS : 30 * DAY_MS })
    }
    await keystore.cancelDestroy('called-off', { actor })
    await keystore.suspend('suspended', { actor })
    await keystore.markCompromised('leaked', { actor })
    await keystore.hold({ actor, name: 'held' })
    await keystore.hold({ actor, scope: 'user:99' })
    store.at += 2 * DAY_MS
    await keystore.destroyDue({ actor })
    const wanted = await Promise.all(names.map((name) => keystore.get(name)))
    await restore(backup)

    // What had been destroyed is there again, and the old version seals.
    const restarted = open()
    const reader = createSealer({ keys: restarted.keystore })
    expect(await reader.open(shredded, { context, scope })).toBe('mine')
    expect(await codeOf(() => reader.open(second, { context }))).toBe('key_not_found')
    expect(reader.inspect(await reader.seal('x', { context })).keyVersion).toBe(1)

    const before = await backUp()
    const dry = await restarted.keystore.reconcile(records(), { actor, dryRun: true })
    expect(await backUp()).toEqual(before)
    const done = await restarted.keystore.reconcile(records(), { actor })
    expect(done).toEqual(dry)
    expect(done).toMatchObject({ scopes: 1, holds: 2, lost: [{ kid: 'orders', version: 2 }] })
    expect(done.destroyed).toContainEqual({ kid: 'doomed', version: 1 })
    const after = open()
    const sealerAfter = createSealer({ keys: after.keystore })
    expect(await codeOf(() => sealerAfter.open(shredded, { context, scope }))).toBe('key_destroyed')
    expect(await codeOf(() => sealerAfter.open(doomed, { context }))).toBe('key_destroyed')
    expect(await codeOf(() => sealerAfter.seal('x', { context, scope }))).toBe('key_destroyed')
    expect(await sealerAfter.open(first, { context })).toBe('v1')
    for (const [i, name] of names.entries()) {
      if (name === 'orders') continue
      const { state, compromisedAt, destroyAfter } = (await after.keystore.get(name)).versions[0]!
      const then = wanted[i]!.versions[0]!
      expect([name, state, compromisedAt !== null, (await after.keystore.get(name)).held]).toEqual([
        name,
        then.state,
        then.compromisedAt !== null,
        wanted[i]!.held,
      ])
      if (state === 'destroy_scheduled') expect(destroyAfter).toEqual(then.destroyAfter)
    }
    expect((await after.keystore.scopeStatus('user:99')).held).toBe(true)
    // The number of the lost version is not used again.
    expect((await after.keystore.rotate('orders', { actor })).version).toBe(3)
    const again = await after.keystore.reconcile(records(), { actor })
    expect(again).toMatchObject({ destroyed: [], changed: [], holds: 0, scopes: 0, lost: [{ kid: 'orders', version: 2 }] })
  })

  it('is not gone on with by a process that has seen more', async () => {
    const store = openStore(database, { mirror, reloadMs: 0 })
    const { keystore } = store
    await keystore.generate('orders', { actor })
    const sealer = createSealer({ keys: keystore })
    const backup = await backUp()
    await keystore.rotate('orders', { actor })
    const second = await sealer.seal('x', { context })
    expect(sealer.inspect(second).keyVersion).toBe(2)
    await restore(backup)
    expect(await codeOf(() => keystore.rotate('orders', { actor }))).toBe('config')
    store.at += DAY_MS
    expect(await codeOf(() => sealer.seal('x', { context }))).toBe('config')
    // Who did not know has made another version 2: what the lost one sealed is told to be lost.
    await openStore(database, { mirror }).keystore.rotate('orders', { actor })
    const found = await openStore(database, { mirror }).keystore.reconcile(
      (async function* () {
        for await (const record of records()) if (record.seq <= 5) yield record
      })(),
      { actor, dryRun: true },
    )
    expect(found.lost).toEqual([{ kid: 'orders', version: 2 }])
  })

  it('has a mirror that lacks nothing, although it could not be written for a while', async () => {
    const store = open()
    await store.keystore.generate('orders', { actor })
    await mirror.close()
    await store.keystore.rotate('orders', { actor })
    expect(store.events).toContainEqual({ type: 'audit_failed' })
    mirror = openMirror()
    const next = open()
    await next.keystore.maintain({ actor })
    const copied = await mirror.query({ limit: 1000 })
    const originals = await next.keystore.auditTrail({ limit: 1000 })
    expect(copied.map(({ operation, subject, version }) => [operation, subject, version])).toEqual(
      originals.map(({ operation, subject, version }) => [operation, subject, version]),
    )
    expect(copied.length).toBeGreaterThan(3)
    expect(await mirror.verify()).toMatchObject({ ok: true })
  })
})
