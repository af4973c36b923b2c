import { memoryAuditStore, memoryDeadLetterStore, memoryStateStore } from '@waxseal/adapter-stores'
import { storesResealTargets } from '@waxseal/adapter-stores/reseal'
import {
  migrateStores,
  type SqlStoreOptions,
  sqlAuditStore,
  sqlDeadLetterStore,
  sqlStateStore,
} from '@waxseal/adapter-stores/sql'
import { createAuditTrail } from '@waxseal/audit'
import { migrateAudit, sqlSink } from '@waxseal/audit/sql'
import { memorySink } from '@waxseal/audit/testing'
import { createCanaries, describeHits, postgresTables, type Scanned, scan } from '@waxseal/conformance/leak-probe'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGateway, type Gateway, type Setup, type Stores } from '../gateway/gateway.ts'
import { type Action, CLEAR_KINDS, type Event, SEALED_KINDS } from '../gateway/kinds.ts'

export interface GatewayBench {
  readonly stores: Stores
  readonly trail: Setup['trail']
  /** Everything that was stored. */
  dump(): AsyncIterable<Scanned> | Iterable<Scanned>
  /** Which column holds the values of each kind of state. */
  columns?(): Promise<Record<string, string>>
  readonly database?: SqlStoreOptions
  close?(): Promise<void>
}

const START = 1_700_000_000_000
const auditKeys = { id: 'a1', key: new Uint8Array(32).fill(7) }

export function memoryBench(): GatewayBench {
  const sink = memorySink()
  const stores = {
    state: memoryStateStore({ now: () => START }),
    audit: memoryAuditStore(),
    deadLetters: memoryDeadLetterStore(),
  }
  return {
    stores,
    trail: createAuditTrail({ sink, keys: auditKeys }),
    async *dump() {
      for (const kind of [...SEALED_KINDS, ...CLEAR_KINDS])
        for (const key of (await stores.state.list({ kind })).entries)
          yield { where: kind, text: JSON.stringify([key, await stores.state.get(key)]) }
      yield { where: 'audit', text: JSON.stringify(await stores.audit.query({})) }
      yield { where: 'dead letters', text: JSON.stringify(await stores.deadLetters.read()) }
      yield { where: 'trail', text: JSON.stringify(sink.records) }
    },
  }
}

export async function postgresBench(database: SqlStoreOptions): Promise<GatewayBench> {
  await migrateStores(database)
  await migrateAudit({ db: database.db, dialect: 'postgres' })
  const query = async (text: string) => (await sql<Record<string, unknown>>`${sql.raw(text)}`.execute(database.db)).rows
  return {
    stores: {
      state: sqlStateStore({ ...database, now: () => START }),
      audit: sqlAuditStore(database),
      deadLetters: sqlDeadLetterStore(database),
    },
    trail: createAuditTrail({ sink: sqlSink({ db: database.db, dialect: 'postgres' }), keys: auditKeys }),
    database,
    dump: () => postgresTables(query),
    async columns() {
      const rows = await query(
        `select kind, bool_and(sealed is null) as clear, bool_and(clear is null) as sealed from waxseal_state group by kind`,
      )
      return Object.fromEntries(rows.map(({ kind, sealed, clear }) => [kind, sealed ? 'sealed' : clear ? 'clear' : 'both']))
    },
  }
}

/** Everything that the gateway does, on any stores. */
export function gatewaySuite(name: string, open: () => GatewayBench | Promise<GatewayBench>): void {
  describe(name, () => {
    const [k1, index] = [generateKey(), generateKey()]
    const keys = staticKeys([
      { kid: 'k1', key: k1 },
      { kid: 'index', key: index, state: 'decrypt_only' },
    ])
    const sealer = createSealer({ keys })
    const canaries = createCanaries('gateway')
    const [email, note, password] = [canaries.email.value, canaries.unicode.value, canaries.ascii.value]
    const executed: Action[] = []
    let bench: GatewayBench
    let gateway: Gateway
    let failing = false
    let at = START

    const action = (id: string, more: Record<string, unknown> = {}): Action => ({
      ...{ id, namespace: 'notifications', tenant: 'acme', type: 'send_email' },
      payload: { id, to: email, password, card: { cvc: canaries.digits.value }, note, ...more },
    })
    const event: Event = {
      ...{ namespace: 'notifications', tenant: 'acme', labels: { host: email } },
      payload: { message: canaries.json.value },
    }

    beforeAll(async () => {
      bench = await open()
      gateway = createGateway(bench.stores, {
        ...{ sealer, keys, trail: bench.trail, now: () => at },
        async execute(done) {
          if (failing) throw new Error(`no mailbox of ${email}`)
          executed.push(done)
        },
      })
    })
    afterAll(() => bench?.close?.())

    it('dispatches, deduplicates, throttles and keeps to quotas', async () => {
      expect(await gateway.dispatch(action('d1'))).toBe('executed')
      expect(await gateway.dispatch(action('d1'))).toBe('deduplicated')
      await gateway.state.set({ namespace: 'notifications', tenant: 'acme', kind: 'Quota', id: 'sms' }, 1)
      const sms = (id: string) => ({ ...action(id), type: 'sms' })
      expect(await gateway.dispatch(sms('d2'))).toBe('executed')
      expect(await gateway.dispatch(sms('d3'))).toBe('over_quota')
      const push = (id: string) => ({ ...action(id), type: 'push' })
      const outcomes = []
      for (let n = 0; n < 7; n++) outcomes.push(await gateway.dispatch(push(`p${n}`)))
      expect(outcomes.filter((outcome) => outcome === 'throttled')).toHaveLength(2)
      const counted = { namespace: 'notifications', tenant: 'acme', kind: 'Counter', id: 'executed' }
      expect((await gateway.state.get(counted))?.value).toBe(7)
      expect(executed[0]).toEqual(action('d1'))
    })

    it('runs what was scheduled and what recurs', async () => {
      await gateway.schedule({ ...action('s1'), type: 'webhook' }, START + 1000)
      await gateway.repeat({ ...action('r1'), type: 'webhook' }, 2000)
      expect(await gateway.runDue()).toBe(0)
      at = START + 5000
      expect(await gateway.runDue()).toBe(2)
      expect(await gateway.runDue()).toBe(0)
      expect(executed.slice(-2).map(({ id }) => id)).toEqual(['s1', 'r1'])
      await gateway.schedule({ ...action('s2'), type: 'webhook' }, START + 100_000)
    })

    it('runs what was taken by a worker that failed', async () => {
      const { state } = bench.stores
      const compareAndSwap: typeof state.compareAndSwap = (key, ...write) =>
        key.kind === 'Dedup' ? Promise.reject(new Error('it is down')) : state.compareAndSwap(key, ...write)
      const failing = createGateway(
        { ...bench.stores, state: { ...state, compareAndSwap } },
        { sealer, keys, trail: bench.trail, now: () => at, execute: async () => {} },
      )
      await gateway.schedule({ ...action('taken'), type: 'letter' }, at)
      await expect(failing.runDue()).rejects.toThrow('it is down')
      expect(await gateway.runDue(), 'it is taken').toBe(0)
      at += 60_000
      expect(await gateway.runDue()).toBeGreaterThan(0)
      expect(executed.some(({ id }) => id === 'taken')).toBe(true)
      const name = { namespace: 'notifications', tenant: 'acme', id: 'taken' }
      for (const kind of ['ScheduledAction', 'PendingScheduled']) expect(await gateway.state.get({ ...name, kind })).toBeNull()
    })

    it('runs what is due behind any number of others that are not', async () => {
      const later = { ...action(''), namespace: 'a-waiting', type: 'report' }
      const waiting = Array.from({ length: 101 }, (_, n) => ({ ...later, id: `w${n}` }))
      for (const each of waiting) await gateway.schedule(each, START + 100_000)
      await gateway.schedule({ ...later, namespace: 'b-due', id: 'due', payload: { report: 1 } }, at)
      expect(await gateway.runDue()).toBe(1)
      expect(executed.at(-1)).toMatchObject({ id: 'due' })
      for (const { namespace, tenant, id } of waiting)
        for (const kind of ['ScheduledAction', 'PendingScheduled'])
          expect(await gateway.state.delete({ kind, namespace, tenant, id })).toBe(true)
    })

    it('advances chains and waits for approvals', async () => {
      const steps = ['c1', 'c2'].map((id) => ({ ...action(id), type: 'chain_step' }))
      await gateway.startChain('chain-1', steps)
      while (await gateway.advanceChain(steps[0]!, 'chain-1'));
      expect(executed.slice(-2)).toEqual(steps)
      const asked = { ...action('ap1'), type: 'transfer' }
      await gateway.requestApproval(asked, 60_000)
      expect(await gateway.approve(asked)).toBe(true)
      expect(await gateway.approve(asked)).toBe(false)
      expect(executed.at(-1)).toEqual(asked)
    })

    it('keeps events, their timeouts and groups; older groups have neither events nor labels', async () => {
      const id = await gateway.transition(event, 'firing', 60_000)
      expect(id).toMatch(/^[\w-]{22}$/)
      const key = { namespace: 'notifications', tenant: 'acme', kind: 'EventState', id }
      expect((await gateway.state.get(key))?.value).toEqual({ state: 'firing', event })
      await Promise.all(Array.from({ length: 4 }, () => gateway.addToGroup('g1', event)))
      expect(await gateway.readGroup(event, 'g1')).toEqual({
        key: 'g1',
        events: [event, event, event, event],
        labels: event.labels,
      })
      await gateway.state.set({ ...key, kind: 'Group', id: 'old' }, { key: 'old' })
      expect(await gateway.readGroup(event, 'old')).toEqual({ key: 'old', events: [], labels: {} })
      expect(await gateway.readGroup(event, 'none')).toBeNull()
    })

    it('keeps what failed, and gives it back once', async () => {
      failing = true
      expect(await gateway.dispatch({ ...action('f1'), type: 'fax' })).toBe('failed')
      failing = false
      expect(await gateway.deadLetters.len()).toBe(1)
      const { letters } = await gateway.deadLetters.read()
      expect(letters[0]).toMatchObject({ kind: 'fax', error: { message: `no mailbox of ${email}` } })
    })

    it('finds records by what stands in clear, and by a fingerprint; what was redacted is nowhere', async () => {
      const { records } = await gateway.audit.query({ outcome: 'failed', tenant: 'acme' })
      expect(records).toMatchObject([{ kind: 'fax', subject: 'f1', payload: { to: email, password: '[REDACTED]', note } }])
      const found = await gateway.audit.query({ fingerprint: email.toUpperCase(), from: START, to: START + 1 }, { limit: 3 })
      expect(found.records).toHaveLength(3)
      expect(await gateway.audit.verify()).toMatchObject({ ok: true, records: await gateway.audit.count() })
    })

    it('seals its eight kinds with payloads and leaves its nine others in clear', async () => {
      await gateway.state.set({ namespace: 'notifications', tenant: 'acme', kind: 'Lock', id: 'held' }, 'worker-2')
      expect(SEALED_KINDS).toHaveLength(8)
      expect(CLEAR_KINDS).toHaveLength(9)
      for (const kind of [...SEALED_KINDS, ...CLEAR_KINDS]) {
        const { entries } = await bench.stores.state.list({ kind })
        expect(entries.length, kind).toBeGreaterThan(0)
        for (const entry of entries) {
          const { value } = (await bench.stores.state.get(entry))!
          expect(value.clear === undefined, kind).toBe(SEALED_KINDS.includes(kind as never))
        }
      }
      const columns = [...SEALED_KINDS.map((kind) => [kind, 'sealed']), ...CLEAR_KINDS.map((kind) => [kind, 'clear'])]
      if (bench.columns) expect(await bench.columns()).toEqual(Object.fromEntries(columns))
    })

    it('leaves no payload anywhere in what was stored', async () => {
      const { hits, items } = await scan(bench.dump(), Object.values(canaries), { inflate: true })
      expect(describeHits(hits)).toBe('')
      expect(items).toBeGreaterThan(3)
    })

    it('moves to a new key, and stays as it was', async () => {
      if (!bench.database) return
      const rotated = createSealer({
        keys: staticKeys([
          { kid: 'k2', key: generateKey() },
          { kid: 'k1', key: k1, state: 'decrypt_only' },
        ]),
      })
      const targets = Object.values(storesResealTargets({ ...bench.database, seal: { app: 'gateway' } }))
      const report = await createReseal({ sealer: rotated, targets }).run()
      expect(report.complete).toBe(true)
      expect(report.targets.flatMap(({ skipped }) => skipped)).toEqual([])
      expect(report.targets.every(({ moved }) => moved > 0)).toBe(true)
      const moved = createGateway(bench.stores, {
        ...{ sealer: rotated, keys, trail: bench.trail, now: () => at, execute: async () => {} },
      })
      expect(await moved.audit.verify()).toMatchObject({ ok: true, unopened: 0 })
      expect((await moved.readGroup(event, 'g1'))?.events).toHaveLength(4)
      expect((await moved.deadLetters.drain()).letters).toHaveLength(1)
      expect(await moved.deadLetters.isEmpty()).toBe(true)
    })
  })
}
