import { createSealer } from '@waxseal/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrateKeystore } from '../src/index.ts'
import type { TestDatabase } from './databases.ts'
import { actor, codeOf, context, DAY_MS, keyService, openStore, type TestStore } from './stores.ts'

let names = 0
const newName = () => `key-${++names}`

/** What a key store promises, on any database. */
export function keystoreSuite(title: string, open: () => TestDatabase | Promise<TestDatabase>): void {
  describe(title, () => {
    let database: TestDatabase
    let store: TestStore
    const second = keyService('kms-two', 3, 9)
    beforeAll(async () => {
      database = await open()
      await migrateKeystore(database)
      await migrateKeystore(database)
      store = openStore(database)
    })
    afterAll(async () => {
      await store?.keystore.close()
      await database?.db.destroy()
    })
    const made = async (settings = {}) => {
      const name = newName()
      await store.keystore.generate(name, { actor, ...settings })
      return name
    }
    const sealerOf = (name: string, of = store) => createSealer({ keys: of.keystore.source(name) })

    it('makes a key once, and seals and opens with it in every process', async () => {
      const name = newName()
      const first = await store.keystore.generate(name, { actor })
      expect(first).toMatchObject({ kid: name, name, activeVersion: 1, newestVersion: 1, scoped: false, createdBy: actor })
      expect(first.nextRotationAt?.getTime()).toBe(store.at + 90 * DAY_MS * 0.975)
      const sealed = await sealerOf(name).seal({ amount: 7 }, { context })
      expect(sealed).toContain(`.${name}~1.`)
      expect(await sealerOf(name, openStore(database)).open(sealed, { context })).toEqual({ amount: 7 })
      expect(await codeOf(() => store.keystore.generate(name, { actor }))).toBe('conflict')
      expect(await codeOf(() => sealerOf('nobody').seal(1, { context }))).toBe('key_not_found')
    })

    it('rotates: the new version seals, the old one opens', async () => {
      const name = await made()
      const sealer = sealerOf(name)
      const old = await sealer.seal('old', { context })
      expect(await store.keystore.rotate(name, { actor })).toEqual({ kid: name, version: 2, rotated: true })
      const fresh = await sealer.seal('new', { context })
      expect(fresh).toContain(`.${name}~2.`)
      expect([await sealer.open(old, { context }), await sealer.open(fresh, { context })]).toEqual(['old', 'new'])
      expect(await store.keystore.get(name)).toMatchObject({ activeVersion: 2, newestVersion: 2 })
      expect((await store.keystore.getVersion(name, 1)).state).toBe('decrypt_only')
      expect(await codeOf(() => store.keystore.getVersion(name, 3))).toBe('key_not_found')
    })

    it('gives rotators that meet one version between them', async () => {
      const name = await made()
      const stores = Array.from({ length: 4 }, () => openStore(database))
      const done = await Promise.all(stores.map(({ keystore }) => keystore.rotate(name, { actor })))
      const { newestVersion, versions } = await store.keystore.get(name)
      expect(versions.filter(({ state }) => state === 'active')).toHaveLength(1)
      expect(versions.map(({ version }) => version).sort()).toEqual(Array.from({ length: newestVersion }, (_, i) => i + 1))
      expect(
        done
          .filter(({ rotated }) => rotated)
          .map(({ version }) => version)
          .sort(),
      ).toEqual(Array.from({ length: newestVersion - 1 }, (_, i) => i + 2))
      for (const { version } of done) expect(version).toBeLessThanOrEqual(newestVersion)
    })

    it('rotates what is due, once, and nothing else', async () => {
      const mine = openStore(database)
      const [due, later, never] = await Promise.all([
        made({ rotateEvery: { days: 1 } }),
        made({ rotateEvery: { days: 60 } }),
        made({ rotateEvery: false }),
      ])
      mine.at += 2 * DAY_MS
      const report = await mine.keystore.rotateDue({ actor })
      expect(report).toEqual({ rotated: [{ kid: due, version: 2, rotated: true }], failed: [] })
      expect((await mine.keystore.rotateDue({ actor })).rotated).toEqual([])
      for (const name of [later, never]) expect((await mine.keystore.get(name!)).newestVersion).toBe(1)
      expect((await mine.keystore.get(due!)).nextRotationAt?.getTime()).toBe(mine.at + DAY_MS * 0.975)
      await mine.keystore.close()
    })

    it('stops sealing when a key has expired, and never opening', async () => {
      const mine = openStore(database)
      const name = newName()
      await mine.keystore.generate(name, { actor, expiresAt: new Date(mine.at + DAY_MS) })
      const sealer = sealerOf(name, mine)
      const sealed = await sealer.seal('x', { context })
      mine.at += DAY_MS
      expect(await codeOf(() => sealer.seal('x', { context }))).toBe('key_retired')
      expect(await sealer.open(sealed, { context })).toBe('x')
      expect(await sealerOf(name, Object.assign(openStore(database), { at: mine.at })).open(sealed, { context })).toBe('x')
      expect(await codeOf(() => mine.keystore.rotate(name, { actor }))).toBe('key_retired')
      expect((await mine.keystore.rotate(name, { actor, expiresAt: new Date(mine.at + DAY_MS) })).version).toBe(2)
      expect(await sealer.seal('x', { context })).toContain('~2.')
    })

    it('suspends, resumes, retires, schedules, calls off and destroys', async () => {
      const mine = openStore(database)
      const name = await made()
      const sealer = sealerOf(name, mine)
      const { keystore } = mine
      const sealed = await sealer.seal('x', { context })
      const trySeal = () => codeOf(() => sealer.seal('x', { context }))
      const tryOpen = () => codeOf(() => sealer.open(sealed, { context }))

      expect((await keystore.suspend(name, { actor })).state).toBe('suspended')
      expect([await trySeal(), await tryOpen()]).toEqual(['key_suspended', 'key_suspended'])
      expect(await codeOf(() => keystore.retire(name, { actor, version: 1 }))).toBe('conflict')
      mine.at += 61_000
      expect((await keystore.resume(name, { actor, version: 1 })).state).toBe('active')
      mine.at += 61_000
      expect(await codeOf(() => keystore.destroy(name, { actor, version: 1 }))).toBe('conflict')
      expect([await trySeal(), await tryOpen()]).toEqual(['ok', 'ok'])
      expect((await keystore.retire(name, { actor })).state).toBe('decrypt_only')
      expect([await trySeal(), await tryOpen()]).toEqual(['key_retired', 'ok'])

      const doomed = await keystore.destroy(name, { actor, version: 1 })
      expect([doomed.state, doomed.destroyAfter?.getTime()]).toEqual(['destroy_scheduled', mine.at + 7 * DAY_MS])
      expect(await tryOpen()).toBe('key_suspended')
      expect((await keystore.destroyDue({ actor })).destroyed).toEqual([])
      expect((await keystore.cancelDestroy(name, { actor, version: 1 })).state).toBe('decrypt_only')
      mine.at += 61_000
      expect(await tryOpen()).toBe('ok')

      await keystore.destroy(name, { actor, version: 1, afterMs: DAY_MS })
      mine.at += DAY_MS
      const inUse = await keystore.destroyDue({ actor, inUse: () => true })
      expect(inUse).toEqual({ destroyed: [], kept: [{ kid: name, version: 1, reason: 'in_use' }] })
      expect((await keystore.destroyDue({ actor, inUse: () => false })).destroyed).toEqual([{ kid: name, version: 1 }])
      expect([await tryOpen(), await trySeal()]).toEqual(['key_destroyed', 'key_destroyed'])
      expect(await codeOf(() => keystore.cancelDestroy(name, { actor, version: 1 }))).toBe('key_destroyed')
      const { rows } = await sql<{
        wrapped_key: string | null
      }>`select wrapped_key from waxseal_key_versions where kid = ${name}`.execute(database.db)
      expect(rows).toEqual([{ wrapped_key: null }])
    })

    it('resumes no second version that seals', async () => {
      const name = await made()
      await store.keystore.suspend(name, { actor })
      await store.keystore.rotate(name, { actor })
      expect((await store.keystore.resume(name, { actor, version: 1 })).state).toBe('decrypt_only')
      expect((await store.keystore.get(name)).activeVersion).toBe(2)
    })

    it('keeps scopes apart and in no table in clear', async () => {
      const name = newName()
      const scopes = ['tenant:acme-corporation', 'tenant:globex']
      for (const scope of scopes) await store.keystore.generate(name, { actor, scope })
      const sealer = sealerOf(name)
      const sealed = await Promise.all(scopes.map((scope) => sealer.seal(scope, { context, scope })))
      for (const [i, scope] of scopes.entries()) expect(await sealer.open(sealed[i]!, { context, scope })).toBe(scope)
      expect(await codeOf(() => sealer.open(sealed[0]!, { context, scope: scopes[1]! }))).toBe('key_not_found')
      expect(await codeOf(() => sealer.open(sealed[0]!, { context }))).toBe('key_not_found')
      expect(await codeOf(() => sealer.seal('x', { context }))).toBe('key_not_found')
      expect(sealed[0]).not.toContain(name)
      await store.keystore.rotate(name, { actor, scope: scopes[0]! })
      expect(sealer.inspect(await sealer.seal('x', { context, scope: scopes[0]! })).keyVersion).toBe(2)
      const everything = JSON.stringify(
        await Promise.all(
          ['waxseal_keys', 'waxseal_key_versions', 'waxseal_key_scopes', 'waxseal_audit'].map((table) =>
            database.db.selectFrom(table).selectAll().execute(),
          ),
        ),
      )
      for (const scope of scopes) expect(everything).not.toContain(scope.slice(7))
    })

    it('makes the key of a new scope at its first seal, where it may, once for all who ask', async () => {
      const name = newName()
      const onNewScope = (scope: string) => (scope.startsWith('user:') ? { rotateEvery: { days: 7 } } : null)
      const stores = [1, 2].map(() => openStore(database, { onNewScope, actor: 'svc-orders' }))
      const sealers = stores.map((one) => sealerOf(name, one))
      const sealed = await Promise.all(sealers.map((sealer) => sealer.seal('x', { context, scope: 'user:1' })))
      expect(new Set(sealed.map((one) => sealers[0]!.inspect(one).kid)).size).toBe(1)
      expect(await codeOf(() => sealers[0]!.seal('x', { context, scope: 'tenant:1' }))).toBe('key_not_found')
      expect(await stores[0]!.keystore.get(name, { scope: 'user:1' })).toMatchObject({
        rotateEveryMs: 7 * DAY_MS,
        createdBy: 'svc-orders',
      })
    })

    it('shreds a scope: nothing opens, no late job makes a new key, other scopes are as before', async () => {
      const name = newName()
      const mine = openStore(database, { onNewScope: () => ({}) })
      const other = openStore(database, { onNewScope: () => ({}) })
      const sealer = createSealer({ keys: mine.keystore.source(name), onShredded: 'null' })
      const [gone, stays] = [`user:${name}`, `user:${name}-other`]
      const sealed = await sealer.seal('x', { context, scope: gone })
      const kept = await sealer.seal('y', { context, scope: stays })
      await mine.keystore.rotate(name, { actor, scope: gone })
      const throwing = createSealer({ keys: other.keystore.source(name) })
      expect(await throwing.open(sealed, { context, scope: gone })).toBe('x')

      const done = await mine.keystore.shred(gone, { actor, reason: 'request-17' })
      expect(done).toMatchObject({ keys: 1, versions: 2 })
      expect(done.cachesGoneAt.getTime()).toBe(mine.at + 5 * 60_000)
      expect(await sealer.open(sealed, { context, scope: gone })).toBeNull()
      // Another process goes by the age of its copies.
      expect(await throwing.open(sealed, { context, scope: gone })).toBe('x')
      other.at = done.cachesGoneAt.getTime()
      expect(await codeOf(() => throwing.open(sealed, { context, scope: gone }))).toBe('key_destroyed')
      // Whose scope it was is part of the question.
      expect(await codeOf(() => sealer.open(sealed, { context, scope: stays }))).toBe('key_not_found')

      for (const at of [sealer, throwing])
        expect(await codeOf(() => at.seal('x', { context, scope: gone }))).toBe('key_destroyed')
      const elsewhere = openStore(database, { onNewScope: () => ({}) })
      for (const late of [newName(), name])
        expect(await codeOf(() => sealerOf(late, elsewhere).seal('x', { context, scope: gone }))).toBe('key_destroyed')
      expect(await codeOf(() => mine.keystore.generate(newName(), { actor, scope: gone }))).toBe('key_destroyed')
      expect(await codeOf(() => mine.keystore.rotate(name, { actor, scope: gone }))).toBe('key_destroyed')
      expect(await sealer.open(kept, { context, scope: stays })).toBe('y')
      expect(await mine.keystore.shred(gone, { actor })).toMatchObject({ keys: 1, versions: 0, shreddedAt: done.shreddedAt })
    })

    it('shreds scopes that never had a key', async () => {
      const scope = `user:${newName()}`
      expect(await store.keystore.shred(scope, { actor })).toMatchObject({ keys: 0, versions: 0 })
      expect(await codeOf(() => store.keystore.generate(newName(), { actor, scope }))).toBe('key_destroyed')
    })

    it('destroys nothing under legal hold', async () => {
      const mine = openStore(database)
      const name = newName()
      const scope = `user:${name}`
      await mine.keystore.generate(name, { actor, scope })
      await mine.keystore.hold({ actor, scope, reason: 'case-7' })
      expect(await codeOf(() => mine.keystore.shred(scope, { actor }))).toBe('conflict')
      await mine.keystore.retire(name, { actor, scope })
      await mine.keystore.destroy(name, { actor, scope, version: 1 })
      mine.at += 8 * DAY_MS
      expect((await mine.keystore.destroyDue({ actor })).kept).toMatchObject([{ version: 1, reason: 'held' }])
      await mine.keystore.release({ actor, scope })
      await mine.keystore.hold({ actor, name, scope })
      expect(await codeOf(() => mine.keystore.shred(scope, { actor }))).toBe('conflict')
      expect((await mine.keystore.get(name, { scope })).held).toBe(true)
      await mine.keystore.release({ actor, name, scope })
      expect((await mine.keystore.destroyDue({ actor })).destroyed).toHaveLength(1)
    })

    it('destroys the versions of a retention class when the last of what they sealed is due', async () => {
      const mine = openStore(database)
      const name = newName()
      const settings = { rotateEvery: { days: 1 }, retain: { keep: 'for', ms: 30 * DAY_MS } as const }
      await mine.keystore.generate(name, { actor, ...settings })
      const sealer = sealerOf(name, mine)
      const first = await sealer.seal('x', { context })
      mine.at += DAY_MS
      await mine.keystore.maintain({ actor })
      const sealedLast = mine.at
      const second = await sealer.seal('y', { context })
      mine.at = sealedLast + 30 * DAY_MS + 5 * 60_000 - 1
      await mine.keystore.maintain({ actor })
      expect(await sealer.open(first, { context })).toBe('x')
      mine.at += 1
      await mine.keystore.maintain({ actor })
      expect(await codeOf(() => sealer.open(first, { context }))).toBe('key_destroyed')
      expect(await sealer.open(second, { context })).toBe('y')
    })

    it('moves to another key of the service, and to another wrapping key, and goes on where it stopped', async () => {
      const name = await made()
      const scope = `user:${name}`
      await store.keystore.generate(name, { actor, scope })
      const sealed = await sealerOf(name).seal('x', { context })
      const scoped = await sealerOf(name).seal('y', { context, scope })
      const before = openStore(database)
      const moved = openStore(database, { wrap: [second.provider, before.service.provider] })
      expect((await moved.keystore.rewrap({ actor, dryRun: true })).total).toBeGreaterThan(0)
      const roots = await moved.keystore.rewrap({ actor })
      expect(roots).toMatchObject({ conflicts: 0, skipped: [] })
      expect((await moved.keystore.rewrap({ actor })).total).toBe(0)
      // The old key of the service is no longer needed.
      const alone = () => openStore(database, { wrap: second.provider })
      expect(await sealerOf(name, alone()).open(sealed, { context })).toBe('x')
      expect(await codeOf(() => sealerOf(name, openStore(database)).open(sealed, { context }))).toBe('key_not_found')

      const owner = alone()
      const { version } = await owner.keystore.wrappingKey.rotate({ actor })
      expect(await codeOf(() => owner.keystore.wrappingKey.destroy({ actor, version: version - 1 }))).toBe('conflict')
      const stop = new AbortController()
      const halted = owner.keystore.rewrap({ actor, signal: stop.signal, onProgress: ({ done }) => done === 2 && stop.abort() })
      expect(await codeOf(() => halted)).toBe('aborted')
      const progress: number[] = []
      const totals = new Set<number>()
      const rest = await owner.keystore.rewrap({
        ...{ actor, pageSize: 3 },
        onProgress: ({ done, total }) => {
          progress.push(done)
          totals.add(total)
        },
      })
      expect(rest.rewrapped).toBe(rest.total)
      // What there is to do is known from the start.
      expect([...totals]).toEqual([rest.total])
      expect(progress).toEqual(Array.from({ length: rest.total }, (_, i) => i + 1))
      await owner.keystore.wrappingKey.destroy({ actor, version: version - 1, afterMs: DAY_MS })
      owner.at += DAY_MS
      expect((await owner.keystore.destroyDue({ actor })).destroyed).toContainEqual({
        kid: 'waxseal-wrapping',
        version: version - 1,
      })
      const after = alone()
      expect(await sealerOf(name, after).open(sealed, { context })).toBe('x')
      expect(await sealerOf(name, after).open(scoped, { context, scope })).toBe('y')
      // What has the old wrapping key at hand makes no key under it.
      expect(await codeOf(() => store.keystore.generate(newName(), { actor }))).toBe('provider_unavailable')
      store = openStore(database, { wrap: second.provider })
    })

    it('writes every change into a trail that shows when it was changed', async () => {
      const mine = openStore(database, { wrap: second.provider })
      const name = newName()
      await mine.keystore.generate(name, { actor: 'alice' })
      await mine.keystore.rotate(name, { actor: 'bob' })
      await mine.keystore.markCompromised(name, { actor: 'alice', version: 1 })
      const records = await mine.keystore.auditTrail({ key: name })
      expect(records.map((record) => [record.actor, record.operation, record.version])).toEqual([
        ['alice', 'key.generate', 1],
        ['bob', 'key.rotate', 2],
        ['alice', 'key.mark_compromised', 1],
      ])
      expect(await mine.keystore.auditTrail({ key: name, actor: 'alice', operation: 'key.mark_compromised' })).toHaveLength(1)
      expect(await mine.keystore.auditTrail({ key: name, from: new Date(mine.at + 1) })).toEqual([])
      expect(await mine.keystore.verifyAudit()).toMatchObject({ ok: true })
      for (const wrong of [{}, { actor: '' }, undefined])
        expect(await codeOf(() => mine.keystore.rotate(name, wrong as { actor: string }))).toBe('config')
    })

    it('counts uses without a write a use', async () => {
      const mine = openStore(database, { wrap: second.provider })
      const name = await made()
      const sealer = sealerOf(name, mine)
      const sealed = await sealer.seal('x', { context })
      for (let i = 0; i < 9; i++) await sealer.open(sealed, { context })
      expect((await mine.keystore.getVersion(name, 1)).uses).toBe(0)
      await mine.keystore.flush()
      expect(await mine.keystore.getVersion(name, 1)).toMatchObject({ uses: 10, lastUsedAt: new Date(mine.at) })
      await mine.keystore.flush()
      expect((await mine.keystore.getVersion(name, 1)).uses).toBe(10)
    })

    it('has figures of all of it', async () => {
      const { versions, keys, rotations, shreddedScopes, ...figures } = await store.keystore.statistics()
      expect(keys).toBe((await store.keystore.list({ limit: 1000 })).filter(({ purpose }) => purpose !== 'wrap').length)
      expect(Object.values(versions).reduce((sum, count) => sum + count, 0)).toBe(keys + rotations)
      expect(shreddedScopes).toBeGreaterThan(1)
      for (const figure of Object.values(figures)) expect(Number.isFinite(figure)).toBe(true)
    })
  })
}
