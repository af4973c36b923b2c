import {
  type AuditStoreUnderTest,
  auditStoreContract,
  type DeadLetterStoreUnderTest,
  deadLetterStoreContract,
  type StateStoreUnderTest,
  stateStoreContract,
} from '@waxseal/conformance/contracts'
import { describe, expect, it } from 'vitest'
import { memoryAuditStore, memoryDeadLetterStore, memoryStateStore } from '../src/index.ts'

type Tests = (() => Promise<void>)[]
const collected = (tests: Tests) => ({
  describe: (_: string, body: () => void) => body(),
  it: (_: string, run: () => Promise<void>) => tests.push(run),
})

/** How many tests of a contract fail. */
async function failures(define: (tests: Tests) => void): Promise<number> {
  const tests: Tests = []
  define(tests)
  const outcomes = await Promise.allSettled(tests.map((run) => run()))
  return outcomes.filter(({ status }) => status === 'rejected').length
}

describe('the contract of stores of state finds', () => {
  const faults: Record<string, (store: StateStoreUnderTest, clock: { at: number }) => Partial<StateStoreUnderTest>> = {
    'values that lose whether they are sealed': ({ get }) => ({
      async get(key) {
        const entry = await get(key)
        return entry && { ...entry, value: { clear: entry.value.sealed ?? entry.value.clear } }
      },
    }),
    'keys without their tenants': ({ get, set }) => ({
      get: (key) => get({ ...key, tenant: '' }),
      set: (key, ...rest) => set({ ...key, tenant: '' }, ...rest),
    }),
    'a swap that does not compare': ({ set }) => ({ compareAndSwap: (key, _, ...rest) => set(key, ...rest) }),
    'a swap that reads and writes in two steps': ({ get, set }) => ({
      async compareAndSwap(key, expected, ...rest) {
        const entry = await get(key)
        return (entry?.version ?? null) === expected ? set(key, ...rest) : null
      },
    }),
    'counting in two steps': ({ get, set }) => ({
      async increment(key, by, options) {
        const sum = Number((await get(key))?.value.clear ?? 0) + by
        await set(key, { clear: `${sum}` }, options)
        return sum
      },
    }),
    'times to live that are forgotten': ({ set, compareAndSwap }) => ({
      set: (key, value) => set(key, value),
      compareAndSwap: (key, expected, value) => compareAndSwap(key, expected, value),
    }),
    'a deletion that does not compare': (store) => ({ delete: (key) => store.delete(key) }),
    'lists with values': ({ list, get }) => ({
      async list(filter, page) {
        const { entries, next } = await list(filter, page)
        return { entries: await Promise.all(entries.map(async (head) => ({ ...head, ...(await get(head)) }) as never)), next }
      },
    }),
    'pages that leave out': ({ list }) => ({
      async list(filter, page) {
        const { entries, next } = await list(filter, page)
        return { entries: next ? entries.slice(1) : entries, next }
      },
    }),
  }
  const check = (wrong: (store: StateStoreUnderTest, clock: { at: number }) => Partial<StateStoreUnderTest>) =>
    failures((tests) =>
      stateStoreContract({
        ...collected(tests),
        harness: {
          name: 'wrong',
          create() {
            const clock = { at: 0 }
            const store: StateStoreUnderTest = memoryStateStore({ now: () => clock.at })
            const advance = (ms: number) => {
              clock.at += ms
            }
            return { store: { ...store, ...wrong(store, clock) }, advance }
          },
        },
      }),
    )

  it('nothing wrong with one that is right', async () => expect(await check(() => ({}))).toBe(0))
  it.each(Object.entries(faults))('%s', async (_, wrong) => expect(await check(wrong)).toBeGreaterThan(0))
})

describe('the contract of stores of audit records finds', () => {
  const faults: Record<string, (store: AuditStoreUnderTest) => Partial<AuditStoreUnderTest>> = {
    'records that are kept though what is within fails': ({ append }) => ({
      async append(row, within) {
        await append(row)
        await within?.()
      },
    }),
    'an id that is taken twice': ({ append }) => ({ append: (...call) => append(...call).catch(() => {}) }),
    'a filter that is not kept': ({ query }) => ({ query: ({ outcome: _, ...filter }, page) => query(filter, page) }),
    'a time that ends too late': ({ query }) => ({
      query: ({ to, ...filter }, page) => query(to === undefined ? filter : { ...filter, to: to + 1 }, page),
    }),
    'policies that are lost': ({ get }) => ({ get: async (ids) => (await get(ids)).map((row) => ({ ...row, retention: null })) }),
    'fingerprints of which one is looked for': ({ query }) => ({
      query: ({ fingerprints, ...filter }, page) =>
        query(fingerprints ? { ...filter, fingerprints: fingerprints.slice(0, 1) } : filter, page),
    }),
  }
  const check = (wrong: (store: AuditStoreUnderTest) => Partial<AuditStoreUnderTest>) =>
    failures((tests) => {
      const create = () => {
        const store: AuditStoreUnderTest = memoryAuditStore()
        return { store: { ...store, ...wrong(store) } }
      }
      auditStoreContract({ ...collected(tests), harness: { name: 'wrong', create } })
    })

  it('nothing wrong with one that is right', async () => expect(await check(() => ({}))).toBe(0))
  it.each(Object.entries(faults))('%s', async (_, wrong) => expect(await check(wrong)).toBeGreaterThan(0))
})

describe('the contract of stores of dead letters finds', () => {
  const faults: Record<string, (store: DeadLetterStoreUnderTest) => Partial<DeadLetterStoreUnderTest>> = {
    'letters that are gone once they were read': ({ read, remove }) => ({
      async read(page) {
        const found = await read(page)
        await remove(found.rows.map(({ id }) => id))
        return found
      },
    }),
    'letters that two remove': ({ remove }) => ({
      async remove(ids) {
        await remove(ids)
        return ids
      },
    }),
    'an order that is another': ({ read }) => ({
      async read(page) {
        const { rows, next } = await read(page)
        return { rows: rows.toReversed(), next }
      },
    }),
    'attempts that are lost': ({ push }) => ({ push: (row) => push({ ...row, attempts: 0 }) }),
  }
  const check = (wrong: (store: DeadLetterStoreUnderTest) => Partial<DeadLetterStoreUnderTest>) =>
    failures((tests) => {
      const create = () => {
        const store: DeadLetterStoreUnderTest = memoryDeadLetterStore()
        return { store: { ...store, ...wrong(store) } }
      }
      deadLetterStoreContract({ ...collected(tests), harness: { name: 'wrong', create } })
    })

  it('nothing wrong with one that is right', async () => expect(await check(() => ({}))).toBe(0))
  it.each(Object.entries(faults))('%s', async (_, wrong) => expect(await check(wrong)).toBeGreaterThan(0))
})
