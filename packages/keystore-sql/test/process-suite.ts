import { createSealer } from '@waxseal/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Place, Task } from './children/child.ts'
import { startChild } from './children/start.ts'
import type { TestDatabase } from './databases.ts'
import { actor, codeOf, context, DAY_MS, keyService, openStore } from './stores.ts'

/** Statements that wrap a version of the wrapping key and a data key anew, and some more. */
const STEPS_OF_A_SWEEP = 36

export interface ProcessDatabase extends TestDatabase {
  readonly place: Place
}

/** What holds however processes meet, and wherever they are killed. */
export function processSuite(
  title: string,
  open: () => Promise<ProcessDatabase>,
  operations: readonly Task['operation'][],
): void {
  describe(title, () => {
    let database: ProcessDatabase
    let runs = 0
    /** Declares a test of one operation, where the suite has it. */
    const has =
      (operation: Task['operation']) =>
      (name: string, run: () => Promise<void>): void => {
        // Dozens of processes, one after another, on machines that may be slow.
        if (operations.includes(operation)) it(name, { timeout: 120_000 }, run)
      }
    beforeAll(async () => {
      database = await open()
      const task: Task = { place: database.place, operation: 'migrate', at: 0 }
      const ended = await Promise.all(Array.from({ length: 8 }, () => startChild(task)))
      // However many processes make the tables at their start.
      expect(ended.filter(({ code }) => code !== 0)).toEqual([])
    })
    afterAll(() => database?.db.destroy())

    has('rotateDue')('rotates each due key once a round, with eight processes at it', async () => {
      const store = openStore(database)
      const names = ['race-a', 'race-b', 'race-c']
      for (const name of names) await store.keystore.generate(name, { actor, rotateEvery: { days: 1 } })
      const task: Task = { place: database.place, operation: 'rotateDue', at: store.at + 2 * DAY_MS, rounds: 4 }
      const ended = await Promise.all(Array.from({ length: 8 }, () => startChild(task)))
      expect(ended.filter(({ code }) => code !== 0)).toEqual([])
      for (const name of names) {
        const { newestVersion, activeVersion, versions } = await store.keystore.get(name)
        expect([newestVersion, activeVersion, versions.length]).toEqual([5, 5, 5])
        await store.keystore.retire(name, { actor })
      }
      expect(await store.keystore.verifyAudit()).toMatchObject({ ok: true })
      await store.keystore.close()
    })

    /** Does it in a process that is killed before its first, second, … statement, until one lives to the end (or `most` were killed). */
    async function killedEverywhere(
      task: (run: number) => Promise<Omit<Task, 'place' | 'dieBefore'>>,
      check: (run: number) => Promise<void>,
      most = Number.POSITIVE_INFINITY,
    ) {
      let [killed, dieBefore] = [0, 0]
      for (;;) {
        const run = ++runs
        const ended = await startChild({ ...(await task(run)), place: database.place, dieBefore: ++dieBefore })
        await check(run)
        const store = openStore(database)
        expect(await store.keystore.verifyAudit()).toMatchObject({ ok: true })
        await store.keystore.close()
        if (ended.code === 0 || dieBefore >= most) break
        expect(ended).toMatchObject({ signal: 'SIGKILL' })
        killed++
      }
      expect(killed).toBeGreaterThan(3)
    }

    const at = 1_700_000_000_000

    has('rotate')('has one new version or none when a rotation is killed, and loses nothing', async () => {
      const sealed = new Map<number, string>()
      const store = openStore(database)
      await store.keystore.generate('killed', { actor })
      await killedEverywhere(
        async () => {
          const { activeVersion } = await store.keystore.get('killed')
          const sealer = createSealer({ keys: openStore(database).keystore.source('killed') })
          sealed.set(activeVersion!, await sealer.seal(`v${activeVersion}`, { context }))
          return { operation: 'rotate', name: 'killed', at }
        },
        async () => {
          const { newestVersion, activeVersion, versions } = await store.keystore.get('killed')
          const before = Math.max(...sealed.keys())
          expect([before, before + 1]).toContain(newestVersion)
          expect(activeVersion).toBe(newestVersion)
          expect(versions).toHaveLength(newestVersion)
          const sealer = createSealer({ keys: openStore(database).keystore.source('killed') })
          expect(sealer.inspect(await sealer.seal('x', { context })).keyVersion).toBe(newestVersion)
          for (const [version, value] of sealed) expect(await sealer.open(value, { context })).toBe(`v${version}`)
        },
      )
      await store.keystore.close()
    })

    has('generate')('has a whole key or none when its making is killed', async () => {
      const scopeOf = (run: number) => `user:g${run}`
      await killedEverywhere(
        async (run) => ({ operation: 'generate', name: 'made', scope: scopeOf(run), at }),
        async (run) => {
          const { keystore } = openStore(database)
          const sealer = createSealer({ keys: keystore.source('made') })
          const outcome = await codeOf(() => sealer.seal('x', { context, scope: scopeOf(run) }))
          expect(['ok', 'key_not_found']).toContain(outcome)
          if (outcome === 'key_not_found') await keystore.generate('made', { actor, scope: scopeOf(run) })
          expect((await keystore.get('made', { scope: scopeOf(run) })).versions).toHaveLength(1)
        },
      )
    })

    has('shred')('has shredded all of a scope or nothing when it is killed', async () => {
      const scopeOf = (run: number) => `user:s${run}`
      const values = new Map<number, string>()
      await killedEverywhere(
        async (run) => {
          const { keystore } = openStore(database)
          await keystore.generate('shredded', { actor, scope: scopeOf(run) })
          await keystore.generate('shredded-too', { actor, scope: scopeOf(run) })
          const sealer = createSealer({ keys: keystore.source('shredded') })
          values.set(run, await sealer.seal('x', { context, scope: scopeOf(run) }))
          return { operation: 'shred', scope: scopeOf(run), at }
        },
        async (run) => {
          const scope = scopeOf(run)
          const { keystore } = openStore(database)
          const sealer = createSealer({ keys: keystore.source('shredded') })
          const outcomes = [
            await codeOf(() => sealer.open(values.get(run)!, { context, scope })),
            await codeOf(() => sealer.seal('x', { context, scope })),
            await codeOf(() => keystore.source('shredded-too').current(scope, { now: Date.now })),
            await codeOf(() => keystore.generate('shredded-three', { actor, scope })),
          ]
          expect(new Set(outcomes).size).toBe(1)
          expect(['ok', 'key_destroyed']).toContain(outcomes[0])
          expect(await codeOf(() => keystore.shred(scope, { actor }))).toBe('ok')
        },
      )
    })

    has('destroyDue')('destroys with a record or not at all when it is killed', async () => {
      const store = openStore(database)
      await killedEverywhere(
        async (run) => {
          const name = `doomed-${run}`
          await store.keystore.generate(name, { actor })
          await store.keystore.retire(name, { actor })
          await store.keystore.destroy(name, { actor, version: 1, afterMs: DAY_MS })
          return { operation: 'destroyDue', at: at + 2 * DAY_MS }
        },
        async (run) => {
          const [version] = (await store.keystore.get(`doomed-${run}`)).versions
          expect(['destroy_scheduled', 'destroyed']).toContain(version?.state)
          const records = await store.keystore.auditTrail({ key: `doomed-${run}`, operation: 'key.destroyed' })
          expect(records).toHaveLength(version?.state === 'destroyed' ? 1 : 0)
          const late = Object.assign(openStore(database), { at: at + 2 * DAY_MS })
          await late.keystore.destroyDue({ actor })
          expect((await late.keystore.getVersion(`doomed-${run}`, 1)).state).toBe('destroyed')
        },
      )
      await store.keystore.close()
    })

    has('rewrap')('goes on with a sweep that was killed, and every key opens at any time', async () => {
      const first = openStore(database)
      await first.keystore.generate('swept', { actor, scope: 'user:swept' })
      const value = await createSealer({ keys: first.keystore.source('swept') }).seal('x', { context, scope: 'user:swept' })
      const both = () => openStore(database, { wrap: [keyService('kms-next', 0, 7).provider, keyService().provider] })
      const owner = both()
      await owner.keystore.rotateWrappingKey({ actor })
      await killedEverywhere(
        async () => ({ operation: 'rewrap', provider: { id: 'kms-next', byte: 7 }, at }),
        async () => {
          const { keystore } = both()
          const sealer = createSealer({ keys: keystore.source('swept') })
          expect(await sealer.open(value, { context, scope: 'user:swept' })).toBe('x')
          // There is always something left for the next one to be killed at.
          await keystore.rotateWrappingKey({ actor })
        },
        STEPS_OF_A_SWEEP,
      )
      expect((await owner.keystore.rewrap({ actor })).skipped).toEqual([])
      const moved = openStore(database, { wrap: keyService('kms-next', 0, 7).provider })
      const sealer = createSealer({ keys: moved.keystore.source('swept') })
      expect(await sealer.open(value, { context, scope: 'user:swept' })).toBe('x')
    })
  })
}
