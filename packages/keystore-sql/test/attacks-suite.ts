import { createSealer } from '@waxseal/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrateKeystore } from '../src/index.ts'
import type { TestDatabase } from './databases.ts'
import { actor, codeOf, context, DAY_MS, openStore } from './stores.ts'

const CACHE_MS = 5 * 60_000
const KEPT_FOR = { keep: 'for', ms: 30 * DAY_MS } as const

/** What holds although rows were damaged, deadlines collide and commands meet. */
export function attacksSuite(title: string, open: () => TestDatabase | Promise<TestDatabase>, connections = 1): void {
  describe(title, () => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await open()
      await migrateKeystore(database)
    })
    afterAll(() => database?.db.destroy())
    let names = 0
    const newName = () => `attack-${++names}`

    it('destroys what is due however much is held, in use or failing', async () => {
      const { keystore, ...store } = openStore(database)
      const [first, second, last] = [newName(), newName(), newName()]
      for (const name of [first, second, last]) {
        await keystore.generate(name, { actor })
        await keystore.retire(name, { actor })
        await keystore.destroy(name, { actor, version: 1, afterMs: DAY_MS })
      }
      await keystore.hold({ actor, name: first })
      const late = Object.assign(openStore(database), { at: store.at + 2 * DAY_MS })
      const inUse = ({ kid }: { kid: string }) => kid === second
      const report = await late.keystore.destroyDue({ actor, limit: 1, inUse })
      expect(report.destroyed).toEqual([{ kid: last, version: 1 }])
      expect(report.kept).toEqual([
        { kid: first, version: 1, reason: 'held' },
        { kid: second, version: 1, reason: 'in_use' },
      ])
      await keystore.release({ actor, name: first })
      expect((await late.keystore.destroyDue({ actor })).destroyed).toHaveLength(2)
    })

    it('rotates what is due however many keys are damaged', async () => {
      const { keystore, ...store } = openStore(database)
      const [damaged, sound] = [newName(), newName()]
      await keystore.generate(damaged, { actor, scope: `user:${damaged}`, rotateEvery: { days: 1 } })
      await keystore.generate(sound, { actor, rotateEvery: { days: 2 } })
      await database.db.updateTable('waxseal_keys').set({ scope_sealed: 'wax1.' }).where('name', '=', damaged).execute()
      const late = Object.assign(openStore(database), { at: store.at + 3 * DAY_MS })
      const report = await late.keystore.rotateDue({ actor, limit: 1 })
      expect(report.rotated).toMatchObject([{ kid: sound, version: 2 }])
      expect(report.failed).toHaveLength(1)
      await database.db.updateTable('waxseal_keys').set({ next_rotation_at: null }).where('name', '=', damaged).execute()
    })

    it('rotates no key by itself whose newest version somebody retired or suspended', async () => {
      const { keystore, ...store } = openStore(database)
      const [retired, suspended] = [newName(), newName()]
      for (const name of [retired, suspended]) await keystore.generate(name, { actor, rotateEvery: { days: 1 } })
      await keystore.retire(retired, { actor })
      await keystore.suspend(suspended, { actor })
      const late = Object.assign(openStore(database), { at: store.at + 3 * DAY_MS })
      await late.keystore.rotateDue({ actor })
      for (const name of [retired, suspended])
        expect(await late.keystore.get(name)).toMatchObject({ activeVersion: null, newestVersion: 1 })
      expect((await late.keystore.rotate(retired, { actor })).version).toBe(2)
    })

    it('destroys the version of a retention class that expired without a successor', async () => {
      const { keystore, ...store } = openStore(database)
      const name = newName()
      const expiresAt = new Date(store.at + DAY_MS / 2)
      await keystore.generate(name, { actor, rotateEvery: { days: 1 }, retain: KEPT_FOR, expiresAt })
      const due = expiresAt.getTime() + CACHE_MS + KEPT_FOR.ms
      const late = Object.assign(openStore(database), { at: due - 1 })
      await late.keystore.maintain({ actor })
      expect((await late.keystore.getVersion(name, 1)).state).toBe('active')
      late.at = due
      await late.keystore.maintain({ actor })
      expect((await late.keystore.getVersion(name, 1)).state).toBe('destroyed')
    })

    it('keeps nothing of a retention class for longer because it was scheduled or is said to be in use', async () => {
      const { keystore, ...store } = openStore(database)
      const name = newName()
      await keystore.generate(name, { actor, rotateEvery: { days: 1 }, retain: KEPT_FOR })
      await keystore.rotate(name, { actor })
      const due = store.at + CACHE_MS + KEPT_FOR.ms
      const late = Object.assign(openStore(database), { at: due - DAY_MS })
      const { destroyAfter } = await late.keystore.destroy(name, { actor, version: 1 })
      expect(destroyAfter?.getTime()).toBe(due)
      late.at = due
      const { destroyed } = await late.keystore.destroyDue({ actor, inUse: () => true })
      expect(destroyed).toContainEqual({ kid: name, version: 1 })
    })

    it('moves keys to the newest wrapping key, whoever made it', async () => {
      const { keystore } = openStore(database)
      const other = openStore(database).keystore
      await keystore.generate(newName(), { actor })
      await other.wrappingKey.rotate({ actor })
      const { rewrapped, skipped } = await keystore.rewrap({ actor })
      expect(rewrapped).toBeGreaterThan(0)
      // What is damaged stays behind.
      expect((await other.rewrap({ actor, dryRun: true })).total).toBe(skipped.length)
    })

    it('takes no scope that no sealer would', async () => {
      const { keystore } = openStore(database)
      for (const scope of ['', '\ud800', null, 17] as string[])
        for (const run of [
          () => keystore.generate(newName(), { actor, scope }),
          () => keystore.shred(scope, { actor }),
          () => keystore.hold({ actor, scope }),
        ])
          expect(await codeOf(run)).toBe('config')
    })

    it('opens and seals nothing with its own keys, or with a key that was given the name of another one', async () => {
      const { keystore } = openStore(database)
      const call = { now: Date.now }
      const [mine, other] = [newName(), newName()]
      const scope = `user:${mine}`
      for (const name of [mine, other]) {
        await keystore.generate(name, { actor })
        await keystore.generate(name, { actor, scope })
      }
      const keys = () => database.db.updateTable('waxseal_keys')
      await keys().set({ purpose: 'seal' }).where('name', 'in', ['$wrapping', '$scopes']).execute()
      for (const kid of ['waxseal-wrapping', 'waxseal-scopes'])
        expect(await keystore.resolve({ kid, version: 1 }, undefined, call)).toBeNull()
      await keys().set({ purpose: 'wrap' }).where('name', '=', '$wrapping').execute()
      const rename = (from: string, to: string) => keys().set({ name: to }).where('name', '=', from).execute()
      const sealing = (of = openStore(database).keystore.source(mine)) =>
        Promise.all([undefined, scope].map((one) => codeOf(() => of.current(one, call))))
      expect(await sealing()).toEqual(['ok', 'ok'])
      await rename(mine, 'kept-aside')
      await rename(other, mine)
      expect(await sealing()).toEqual(['open_failed', 'open_failed'])
      await rename(mine, other)
      await rename('kept-aside', mine)
      expect(await sealing()).toEqual(['ok', 'ok'])
    })

    if (connections > 1)
      it('loses nothing and leaves nothing half done when everything happens at once', async () => {
        const [name, scopes] = [newName(), Array.from({ length: 6 }, (_, i) => `user:storm-${i}`)]
        const stores = Array.from({ length: 3 }, () => openStore(database, { onNewScope: () => ({}), reloadMs: 0 }))
        const values: { readonly scope: string; readonly sealed: string }[] = []
        const codes = new Set<string>()
        const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!
        async function storm({ keystore }: (typeof stores)[number]) {
          const sealer = createSealer({ keys: keystore.source(name) })
          const operations = [
            async (scope: string) => void values.push({ scope, sealed: await sealer.seal(scope, { context, scope }) }),
            (scope: string) => keystore.rotate(name, { actor, scope }),
            (scope: string) => keystore.generate(newName(), { actor, scope }),
            (scope: string) => (scope < 'user:storm-2' ? keystore.shred(scope, { actor }) : undefined),
            (scope: string) => keystore.hold({ actor, scope }),
            (scope: string) => keystore.release({ actor, scope }),
            () => keystore.wrappingKey.rotate({ actor }),
            () => keystore.rewrap({ actor }),
            () => keystore.wrappingKey.destroy({ actor, version: 1, afterMs: CACHE_MS }),
            () => keystore.destroyDue({ actor }),
            () => keystore.flush(),
          ]
          for (let i = 0; i < 40; i++) codes.add(await codeOf(() => pick(operations)(pick(scopes))))
        }
        await Promise.all(stores.flatMap((store) => [storm(store), storm(store)]))
        const expected = [
          'ok',
          'conflict',
          'key_destroyed',
          'key_not_found',
          'key_suspended',
          'key_retired',
          'provider_unavailable',
        ]
        expect([...codes].filter((code) => !expected.includes(code))).toEqual([])
        const { keystore } = openStore(database)
        expect(await keystore.verifyAudit()).toMatchObject({ ok: true })
        const { rows } = await sql<{ shredded: number }>`select v.kid from waxseal_key_versions v
          join waxseal_keys k on k.kid = v.kid join waxseal_key_scopes s on s.scope_hash = k.scope_hash
          where s.shredded_at is not null and v.wrapped_key is not null`.execute(database.db)
        expect(rows).toEqual([])
        const sealer = createSealer({ keys: keystore.source(name) })
        for (const { scope, sealed } of values)
          expect([scope < 'user:storm-2' ? 'key_destroyed' : '', 'ok']).toContain(
            await codeOf(() => sealer.open(sealed, { context, scope })),
          )
        for (const { kid } of await keystore.list({ limit: 1_000 })) {
          const versions = await database.db.selectFrom('waxseal_key_versions').selectAll().where('kid', '=', kid).execute()
          expect(versions.filter(({ state }) => state === 'active').length).toBeLessThanOrEqual(1)
        }
      })

    if (connections > 1)
      it('holds no row while it waits for another one to count its uses', async () => {
        const { keystore } = openStore(database)
        const [first, second] = [newName(), newName()].sort()
        for (const name of [first, second]) {
          await keystore.generate(name!, { actor })
          await keystore.source(name!).current(undefined, { now: Date.now })
        }
        let flushing: Promise<void> | undefined
        await database.db.transaction().execute(async (tx) => {
          await sql`update waxseal_key_versions set uses = 0 where kid = ${second}`.execute(tx)
          flushing = keystore.flush()
          await new Promise((resolve) => setTimeout(resolve, 300))
          await sql`select uses from waxseal_key_versions where kid = ${first} for update nowait`.execute(tx)
        })
        await flushing
        for (const name of [first, second]) expect((await keystore.getVersion(name!, 1)).uses).toBe(1)
      })

    if (connections > 1)
      it('destroys nothing that is put under hold just then', async () => {
        const { keystore, ...store } = openStore(database)
        const name = newName()
        const scope = `user:${name}`
        await keystore.generate(name, { actor, scope })
        await keystore.retire(name, { actor, scope })
        await keystore.destroy(name, { actor, scope, version: 1, afterMs: DAY_MS })
        const late = Object.assign(openStore(database), { at: store.at + 2 * DAY_MS })
        let pass: Promise<unknown> | undefined
        await database.db.transaction().execute(async (tx) => {
          await sql`update waxseal_key_scopes set held = 1 where scope_hash in (select scope_hash from waxseal_keys where name = ${name})`.execute(
            tx,
          )
          pass = late.keystore.destroyDue({ actor })
          await new Promise((resolve) => setTimeout(resolve, 500))
        })
        expect(await pass).toMatchObject({ destroyed: [], kept: [{ version: 1, reason: 'held' }] })
      })
  })
}
