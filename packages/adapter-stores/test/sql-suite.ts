import { createAuditTrail } from '@waxseal/audit'
import { migrateAudit, sqlSink } from '@waxseal/audit/sql'
import { createDedupKey, createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import type { TestDatabase } from '@waxseal/databases'
import { acteon, fernet } from '@waxseal/formats'
import { createReaper, createReseal } from '@waxseal/reseal'
import { sql } from 'kysely'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sealedAuditStore, sealedDeadLetterSink, sealedStateStore } from '../src/index.ts'
import {
  auditReaperTarget,
  deadLetterReaperTarget,
  expiredStateTarget,
  inClearTargets,
  stateReaperTarget,
  storesResealTargets,
} from '../src/reseal.ts'
import { migrateStores, sqlAuditStore, sqlDeadLetterStore, sqlStateStore } from '../src/sql.ts'
import { app, codeOf, keys, sealer } from './sealers.ts'

const START = 1_700_000_000_000
const DAY_MS = 86_400_000
const SECRET = 'ada@example.com'
const payload = { to: SECRET }
const key = { kind: 'Chain', namespace: 'ns', tenant: 'acme', id: 'a' }
const event = { kind: 'send_email', namespace: 'ns', tenant: 'acme', outcome: 'executed', payload }
const TABLES = ['waxseal_state', 'waxseal_audit_records', 'waxseal_dead_letters'] as const

/** What the SQL stores promise beyond their contracts. */
export function sqlSuite(name: string, open: () => Promise<TestDatabase<'postgres' | 'sqlite'>>): void {
  describe(`the SQL stores on ${name}`, () => {
    let database: TestDatabase<'postgres' | 'sqlite'>
    let at = START
    const now = () => at
    const run = (statement: string) => sql<Record<string, string>>`${sql.raw(statement)}`.execute(database.db)
    const trail = () =>
      createAuditTrail({ sink: sqlSink(database), keys: { id: 'a1', key: new Uint8Array(32).fill(1) }, stream: `s${at}` })
    const stores = (more: object = {}) => ({
      state: sealedStateStore(sqlStateStore({ ...database, now }), { sealer, app, clearKinds: ['Lock'], ...more }),
      audit: sealedAuditStore(sqlAuditStore(database), { sealer, app, now, ...more }),
      deadLetters: sealedDeadLetterSink(sqlDeadLetterStore(database), { sealer, app, now, ...more }),
    })

    beforeAll(async () => {
      database = await open()
      // As many that start at once do.
      await Promise.all(Array.from({ length: database.dialect === 'postgres' ? 6 : 1 }, () => migrateStores(database)))
      await migrateStores(database)
      await migrateAudit(database)
    })
    beforeEach(async () => {
      at += 10 * DAY_MS
      for (const table of TABLES) await run(`delete from ${table}`)
    })

    it('keeps values in one column or the other, never in both', async () => {
      const { state } = stores()
      await state.set(key, payload)
      await state.set({ ...key, kind: 'Lock' }, 'w1')
      const { rows } = await run('select kind, sealed, clear from waxseal_state order by kind')
      expect(rows).toEqual([
        { kind: 'Chain', sealed: expect.stringMatching(/^wax1\./), clear: null },
        { kind: 'Lock', sealed: null, clear: '"w1"' },
      ])
      expect(await codeOf(() => run("update waxseal_state set clear = '1'"))).not.toBe('ok')
      expect(await codeOf(() => run('update waxseal_state set sealed = null, clear = null'))).not.toBe('ok')
    })

    it('opens nothing that was moved to another row, kind or store, or from one column to the other', async () => {
      const { state, audit, deadLetters } = stores()
      for (const id of ['a', 'b']) {
        await state.set({ ...key, id }, { ...payload, id })
        await audit.append({ ...event, id })
        await deadLetters.push({ kind: 'send_email', payload, id })
      }
      const opened = async () => [
        (await codeOf(() => state.get(key))) === 'ok',
        (await audit.get('a'))?.unopened === undefined,
        (await deadLetters.read()).letters[0]?.unopened === undefined,
      ]
      expect(await opened()).toEqual([true, true, true])
      for (const table of TABLES)
        await run(`update ${table} set sealed = (select sealed from ${table} where id = 'b') where id = 'a'`)
      expect(await opened()).toEqual([false, false, false])

      await state.set(key, payload)
      await run("update waxseal_state set kind = 'Group' where id = 'a'")
      expect(await codeOf(() => state.get({ ...key, kind: 'Group' }))).toBe('open_failed')
      await state.set(key, payload)
      await run("update waxseal_state set store = 'other' where id = 'a' and kind = 'Chain'")
      const other = sealedStateStore(sqlStateStore({ ...database, name: 'other', now }), { sealer, app })
      expect(await codeOf(() => other.get(key))).toBe('open_failed')
      await state.set(key, payload)
      await run("update waxseal_state set clear = sealed, sealed = null where store = 'state' and id = 'a'")
      expect(await codeOf(() => state.get(key))).toBe('plaintext_rejected')
      await run("delete from waxseal_state where id = 'b'")
    })

    it('writes a record and its link together, or neither', async () => {
      const chain = { trail: trail(), digest: createDedupKey({ keys, key: { kid: 'index' } }) }
      const { audit } = stores({ chain })
      await Promise.all(Array.from({ length: 8 }, (_, n) => audit.append({ ...event, id: `r${n}` })))
      expect(await codeOf(() => audit.append({ ...event, id: 'r1' }))).toBe('conflict')
      const refused = sealedAuditStore(sqlAuditStore(database), {
        ...{ sealer, app, now },
        chain: {
          ...chain,
          trail: {
            ...chain.trail,
            async append(entry, transaction) {
              await chain.trail.append(entry, transaction)
              throw new TypeError('after the link')
            },
          },
        },
      })
      await expect(refused.append({ ...event, id: 'r9' })).rejects.toThrow('after the link')
      expect(await audit.get('r9')).toBeNull()
      expect(await audit.verify()).toEqual({ ok: true, records: 8, unopened: 0, gone: 0 })
      await run("update waxseal_audit_records set outcome = 'failed' where id = 'r3'")
      expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'changed', id: 'r3' } })
      await run("delete from waxseal_audit_records where id = 'r3'")
      expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'missing', id: 'r3' } })
    })

    it('repeats no value of a statement in an error', async () => {
      const { audit, deadLetters } = stores({ write: 'plaintext' })
      await audit.append({ ...event, id: 'a' })
      await deadLetters.push({ kind: 'send_email', payload, id: 'a' })
      for (const again of [
        () => audit.append({ ...event, id: 'a' }),
        () => deadLetters.push({ kind: 'send_email', payload, id: 'a' }),
      ]) {
        const error = await again().catch((thrown) => thrown)
        expect(error.code).toBe('conflict')
        expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain(SECRET)
      }
      await run('alter table waxseal_dead_letters rename to moved_letters')
      const error = await deadLetters.push({ kind: 'send_email', payload }).catch((thrown) => thrown)
      await run('alter table moved_letters rename to waxseal_dead_letters')
      expect(error).toMatchObject({ code: 'config', message: expect.stringContaining('migrateStores') })
      expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain(SECRET)
    })

    it('asks the database for no place that it cannot have, and for every one that it has', async () => {
      const { state, audit, deadLetters } = stores()
      for (const part of ['a\0', '\ud83d']) {
        expect(await codeOf(() => state.list({ kind: 'Chain' }, { after: JSON.stringify([part, '', '']) }))).toBe('config')
        expect(await codeOf(() => audit.query({}, { after: JSON.stringify([1, part]) }))).toBe('config')
      }
      for (const part of [1.5, 1e30]) expect(await codeOf(() => deadLetters.read({ after: `[${part},"a"]` }))).toBe('config')
      // Written by somebody who keeps to no names.
      for (const id of ['a\nb', 'a\u0085', 'b']) await sqlStateStore({ ...database, now }).set({ ...key, id }, { sealed: 'x' })
      const ids = []
      for (let after: string | undefined; ; ) {
        const { entries, next } = await state.list({ kind: 'Chain' }, { after, limit: 1 })
        ids.push(...entries.map(({ id }) => id))
        if (next === null) break
        after = next
      }
      expect(ids).toEqual(['a\nb', 'a\u0085', 'b'])
    })

    it('moves what is sealed to a new key, whoever owns it, and leaves alone what stands in clear', async () => {
      const owned = ['acme', 'zoo'].map((tenant) => ({ tenant, key: generateKey(), next: generateKey() }))
      const source = (version: number) =>
        owned.flatMap(({ tenant, key, next }) => [
          {
            kid: `${tenant}-1`,
            key,
            scope: `t:${tenant}`,
            state: version === 1 ? ('active' as const) : ('decrypt_only' as const),
          },
          ...(version === 2 ? [{ kid: `${tenant}-2`, key: next, scope: `t:${tenant}` }] : []),
        ])
      const scope = ({ tenant }: { tenant: string }) => `t:${tenant}`
      const before = stores({ sealer: createSealer({ keys: staticKeys(source(1)) }), scope })
      for (const { tenant } of owned) {
        await before.state.set({ ...key, tenant }, payload)
        await before.state.set({ ...key, tenant, kind: 'Lock' }, 'w1')
        await before.audit.append({ ...event, tenant })
        await before.deadLetters.push({ kind: 'send_email', tenant, payload })
      }
      const rotated = createSealer({ keys: staticKeys(source(2)) })
      const targets = Object.values(storesResealTargets({ ...database, seal: { app, scope } }))
      const report = await createReseal({ sealer: rotated, targets }).run()
      expect(report.targets.map(({ moved, skipped }) => [moved, skipped])).toEqual([
        [2, []],
        [2, []],
        [2, []],
      ])
      for (const table of TABLES) {
        const { rows } = await run(`select tenant, sealed from ${table} where sealed is not null`)
        for (const { tenant, sealed } of rows) expect(sealed).toContain(`.${tenant}-2~1.`)
      }
      const after = stores({ sealer: rotated, scope })
      expect((await after.state.get(key))?.value).toEqual(payload)
      expect((await after.audit.query()).records).toMatchObject([{ payload }, { payload }])
      expect((await after.deadLetters.drain()).letters).toHaveLength(2)
      expect(targets.some(({ partial }) => partial)).toBe(false)
    })

    it('seals what is in clear where it stands, but for kinds that stay and what no window lets through', async () => {
      const chain = { trail: trail(), digest: createDedupKey({ keys, key: { kid: 'index' } }) }
      const before = stores({ write: 'plaintext', chain })
      for (let n = 0; n < 20; n++) {
        await before.state.set({ ...key, id: `a${n}` }, { ...payload, n })
        await before.audit.append({ ...event, id: `a${n}` })
        await before.deadLetters.push({ kind: 'send_email', id: `a${n}`, payload, error: new Error(SECRET) })
      }
      await before.state.set({ ...key, kind: 'Lock' }, 'w1')
      await before.state.set({ ...key, kind: 'Group' }, payload)
      const window = { allowUntil: new Date(Date.now() + DAY_MS), allowIf: () => true }
      const seal = { sealer, app, plaintext: { Chain: window, send_email: window } }
      const targets = Object.values(inClearTargets({ ...database, seal, clearKinds: ['Lock'] }))
      expect(targets.every(({ partial }) => partial)).toBe(true)
      const report = await createReseal({ sealer, targets, pageSize: 7 }).run()
      expect(report.targets.map(({ moved }) => moved)).toEqual([20, 20, 20])
      expect(report.targets.map(({ skipped }) => skipped.map(({ reason }) => reason))).toEqual([['plaintext_rejected'], [], []])
      const left = []
      for (const table of TABLES)
        left.push(...(await run(`select kind from ${table} where clear is not null order by kind`)).rows)
      expect(left).toEqual([{ kind: 'Group' }, { kind: 'Lock' }])
      const after = stores({ chain })
      expect((await after.state.get({ ...key, id: 'a7' }))?.value).toEqual({ ...payload, n: 7 })
      expect(await after.audit.verify()).toMatchObject({ ok: true, records: 20, unopened: 0 })
      expect((await after.deadLetters.drain()).letters[0]).toMatchObject({ payload, error: { message: SECRET } })
      expect(await codeOf(() => inClearTargets({ ...database, seal: { ...seal, write: 'plaintext' } }))).toBe('config')
    })

    it("seals what readers detect of others' layouts, and nothing in another one", async () => {
      const payloads = acteon({ keys: [{ kid: 'k1', key: new Uint8Array(32).fill(7) }] })
      const legacy = createSealer({ keys, legacy: [payloads] })
      const left: Record<string, string> = {
        acteon: await payloads.seal(payload),
        json: JSON.stringify(payload),
        damaged: (await payloads.seal(payload)).slice(0, -8),
        fernet: await fernet({ keys: new Uint8Array(32).fill(1) }).seal(SECRET),
        half: '{"half":',
        integer: '{"id":9007199254740993}',
      }
      const inner = sqlStateStore(database)
      const run = async (accept: 'any' | 'legacy') => {
        for (const [id, clear] of Object.entries(left)) await inner.set({ ...key, id }, { clear })
        const plaintext = { Chain: { allowUntil: new Date(Date.now() + DAY_MS), accept } }
        const targets = [inClearTargets({ ...database, seal: { sealer: legacy, app, plaintext } }).state]
        const [report] = (await createReseal({ sealer: legacy, targets }).run()).targets
        for (const id of Object.keys(left)) {
          const { value } = (await inner.get({ ...key, id }))!
          if (value.clear !== undefined) expect(value.clear, id).toBe(left[id])
          else expect((await stores().state.get({ ...key, id }))?.value, id).toEqual(payload)
        }
        return [report!.moved, Object.fromEntries(report!.skipped.map(({ reason, count }) => [reason, count]))]
      }
      expect(await run('any')).toEqual([2, { malformed: 1, not_serialisable: 1, plaintext_rejected: 2 }])
      expect(await run('legacy')).toEqual([1, { malformed: 1, not_serialisable: 1, plaintext_rejected: 3 }])
    })

    it('deletes what is due and keeps what is held; the chain tells what may be gone', async () => {
      const chain = { trail: trail(), digest: createDedupKey({ keys, key: { kid: 'index' } }) }
      const { state, audit, deadLetters } = stores({ chain })
      await state.set({ ...key, id: 'short' }, payload, { ttlMs: 1000 })
      await state.set({ ...key, id: 'long' }, payload, { ttlMs: 3 * DAY_MS })
      await state.set({ ...key, id: 'ever' }, payload)
      await audit.append({ ...event, id: 'default' })
      await audit.append({ ...event, id: 'longer', retention: retention.deleteAfter({ days: 9 }) })
      await audit.append({ ...event, id: 'held', subject: 'case-1' })
      await deadLetters.push({ kind: 'send_email', payload })
      const written = at
      at += 2 * DAY_MS
      const policy = retention.deleteAfter({ days: 1 })
      const heldIf = sql<boolean>`subject = 'case-1'`
      const reaper = () =>
        createReaper({
          targets: [
            expiredStateTarget(database),
            auditReaperTarget({ ...database, policy, heldIf }),
            deadLetterReaperTarget({ ...database, policy }),
          ],
          now,
        })
      const report = await reaper().run()
      expect(report.targets.map(({ deleted }) => deleted)).toEqual([1, 1, 1])
      const { rows } = await run('select id from waxseal_state order by id')
      expect(rows.map(({ id }) => id)).toEqual(['ever', 'long'])
      expect((await audit.query()).records.map(({ id }) => id)).toEqual(['held', 'longer'])
      expect(await deadLetters.isEmpty()).toBe(true)
      expect(await audit.verify()).toEqual({ ok: false, flaw: { reason: 'missing', id: 'default' } })
      expect(await audit.verify({ keptSince: written + 1 })).toEqual({ ok: true, records: 2, unopened: 0, gone: 1 })
      const old = createReaper({ targets: [stateReaperTarget({ ...database, policy })], now })
      expect((await old.run()).targets[0]?.deleted).toBe(2)
    })
  })
}
