import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createSealer } from '@waxseal/core'
import { expect, it } from 'vitest'
import { migrateKeystore } from '../src/index.ts'
import { openSqlite } from './databases.ts'
import { actor, auditKeys, codeOf, context, DAY_MS, openStore } from './stores.ts'

const TABLES = ['waxseal_keys', 'waxseal_key_versions', 'waxseal_key_scopes']

/** A store with a trail that is kept apart, a backup of its tables, and that backup put in their place. */
async function store() {
  const database = openSqlite()
  await migrateKeystore(database)
  const mirror = createAuditTrail({ sink: memorySink(), keys: auditKeys })
  const opened = openStore(database, { mirror })
  const backup = () => Promise.all(TABLES.map((table) => database.db.selectFrom(table).selectAll().execute()))
  return {
    ...{ database, mirror, backup, keystore: opened.keystore, at: opened.at },
    sealer: (name: string) => createSealer({ keys: openStore(database).keystore.source(name) }),
    later: (ms: number) => Object.assign(openStore(database, { mirror }), { at: opened.at + ms }).keystore,
    async restore(rows: Awaited<ReturnType<typeof backup>>) {
      for (const table of [...TABLES].reverse()) await database.db.deleteFrom(table).execute()
      for (const [i, table] of TABLES.entries())
        for (const row of rows[i]!) await database.db.insertInto(table).values(row).execute()
    },
    async reconcile() {
      const { keystore } = openStore(database)
      const dry = await keystore.reconcile(await mirror.query({}), { actor, dryRun: true })
      const done = await keystore.reconcile(await mirror.query({}), { actor })
      expect(done).toEqual(dry)
      const again = await keystore.reconcile(await mirror.query({}), { actor })
      expect(again).toMatchObject({ destroyed: [], changed: [], scopes: 0, holds: 0 })
      return done
    },
  }
}

it('has no restored key destroyed because the one that wrapped it was, after a new epoch', async () => {
  const { keystore, backup, restore, reconcile, later, sealer } = await store()
  await keystore.generate('orders', { actor })
  const sealed = await sealer('orders').seal('x', { context })
  const before = await backup()
  await keystore.wrappingKey.rotate({ actor })
  await keystore.rewrap({ actor })
  await keystore.wrappingKey.destroy({ actor, version: 1, afterMs: DAY_MS })
  expect((await later(2 * DAY_MS).destroyDue({ actor })).destroyed).toHaveLength(1)
  await restore(before)
  const report = await reconcile()
  expect(report.kept).toEqual([{ kid: 'waxseal-wrapping', version: 1 }])
  expect(report.destroyed).toEqual([])
  expect(await sealer('orders').open(sealed, { context })).toBe('x')
  const owner = later(2 * DAY_MS)
  await owner.wrappingKey.rotate({ actor })
  expect((await owner.rewrap({ actor })).skipped).toEqual([])
  await owner.wrappingKey.destroy({ actor, version: 1, afterMs: DAY_MS })
  expect(await sealer('orders').open(sealed, { context })).toBe('x')
})

it('suspends, schedules, calls off and resumes as the trail has it last', async () => {
  const { keystore, backup, restore, reconcile } = await store()
  const names = ['suspended', 'scheduled', 'called-off', 'resumed', 'retired'] as const
  for (const name of names) await keystore.generate(name, { actor })
  await keystore.retire('scheduled', { actor })
  await keystore.retire('called-off', { actor })
  await keystore.destroy('called-off', { actor, version: 1 })
  await keystore.suspend('resumed', { actor })
  const before = await backup()
  await keystore.suspend('suspended', { actor })
  await keystore.destroy('scheduled', { actor, version: 1, afterMs: DAY_MS })
  await keystore.cancelDestroy('called-off', { actor, version: 1 })
  await keystore.resume('resumed', { actor, version: 1 })
  await keystore.retire('retired', { actor })
  const rows = () => Promise.all(names.map((name) => keystore.getVersion(name, 1)))
  const right = await rows()
  await restore(before)
  const report = await reconcile()
  expect(await rows()).toEqual(right)
  expect(Object.fromEntries(report.changed.map(({ kid, state }) => [kid, state]))).toEqual({
    ...{ suspended: 'suspended', scheduled: 'destroy_scheduled' },
    ...{ 'called-off': 'decrypt_only', resumed: 'active', retired: 'decrypt_only' },
  })
})

it('puts what was held under hold again, before its time', async () => {
  const { keystore, backup, restore, reconcile, later } = await store()
  const retain = { keep: 'for', ms: DAY_MS } as const
  for (const scope of ['user:held', 'user:free']) await keystore.generate('orders', { actor, scope, retain })
  await keystore.generate('logs', { actor, retain })
  for (const choice of [{ scope: 'user:held' }, { scope: 'user:free' }]) await keystore.rotate('orders', { actor, ...choice })
  await keystore.rotate('logs', { actor })
  const before = await backup()
  await keystore.hold({ actor, scope: 'user:held' })
  await keystore.hold({ actor, name: 'logs' })
  await keystore.hold({ actor, scope: 'user:free' })
  await keystore.release({ actor, scope: 'user:free' })
  await restore(before)
  expect((await reconcile()).holds).toBe(2)
  const { destroyed, kept } = await later(3 * DAY_MS).destroyDue({ actor })
  expect(destroyed).toHaveLength(1)
  expect(kept.map(({ reason }) => reason)).toEqual(['held', 'held'])
})

it('has what it retires destroyed when the retention class says, and calls nothing lost that was destroyed', async () => {
  const { keystore, backup, restore, reconcile, at } = await store()
  await keystore.generate('visits', { actor, retain: { keep: 'for', ms: DAY_MS } })
  const before = await backup()
  await keystore.rotate('visits', { actor })
  await keystore.generate('orders', { actor, scope: 'user:late' })
  await keystore.shred('user:late', { actor })
  await restore(before)
  const report = await reconcile()
  expect((await keystore.getVersion('visits', 1)).destroyAfter?.getTime()).toBe(at + 5 * 60_000 + DAY_MS)
  expect(report.lost.filter(({ kid }) => !kid.startsWith('waxseal-'))).toEqual([{ kid: 'visits', version: 2 }])
  expect(await codeOf(() => keystore.get('orders', { scope: 'user:late' }))).toBe('key_not_found')
})
