import type { MaybePromise } from '@waxseal/core'
import { expectError, expectThat } from './expectations.js'
import type { Contract } from './runner.js'

type Value = { readonly sealed: string; readonly clear?: undefined } | { readonly clear: string; readonly sealed?: undefined }

interface Key {
  readonly kind: string
  readonly namespace: string
  readonly tenant: string
  readonly id: string
}

interface Entry {
  readonly value: Value
  readonly version: string
  readonly expiresAt: number | null
}

type Head = Key & Omit<Entry, 'value'>
interface Write {
  readonly ttlMs?: number | undefined
}

/** A store of state of `@waxseal/adapter-stores`, by its shape. */
export interface StateStoreUnderTest {
  readonly name: string
  get(key: Key): Promise<Entry | null>
  set(key: Key, value: Value, options?: Write): Promise<string>
  compareAndSwap(key: Key, expected: string | null, value: Value, options?: Write): Promise<string | null>
  increment(key: Key, by: number, options?: Write): Promise<number>
  delete(key: Key, version?: string): Promise<boolean>
  list(
    filter: { readonly kind: string; readonly namespace?: string; readonly tenant?: string },
    page?: { readonly after?: string; readonly limit?: number },
  ): Promise<{ readonly entries: readonly Head[]; readonly next: string | null }>
}

export interface StateStoreBench {
  readonly store: StateStoreUnderTest
  /** Moves the store's clock on. */
  readonly advance: (ms: number) => MaybePromise<void>
  readonly close?: () => MaybePromise<void>
}

export interface StateStoreHarness {
  /** Begins the names of the tests. */
  readonly name: string
  /** An empty store. Called once a test. */
  readonly create: () => MaybePromise<StateStoreBench>
}

const key = (id: string, more: Partial<Key> = {}): Key => ({ kind: 'Chain', namespace: '', tenant: 'acme', id, ...more })
const sealed = (text: string): Value => ({ sealed: `wax1.${text}` })
const clear = (text: string): Value => ({ clear: text })
const isValue = (entry: Entry | null, value: Value): boolean =>
  entry !== null && entry.value.sealed === value.sealed && entry.value.clear === value.clear

async function walk(store: StateStoreUnderTest, filter: Parameters<StateStoreUnderTest['list']>[0], limit: number) {
  const found: Head[] = []
  for (let after: string | undefined, pages = 0; ; pages++) {
    expectThat(pages < 100, 'pages come to an end')
    const page = await store.list(filter, after === undefined ? { limit } : { after, limit })
    expectThat(page.entries.length <= limit, 'a page has no more entries than its limit')
    found.push(...page.entries)
    if (page.next === null) return found
    after = page.next
  }
}

/**
 * What every store of state keeps: values as they were given and whether they are sealed, a compare-and-swap that one of many wins,
 * times to live, counting in one step, and lists by kind without values.
 *
 * @example
 * stateStoreContract({ describe, it, harness: { name: 'my Redis', create: () => ({ store: redisState(), advance }) } })
 */
export function stateStoreContract({ describe, it, harness }: Contract<StateStoreHarness>): void {
  const on = (test: (bench: StateStoreBench) => Promise<void>) => async () => {
    const bench = await harness.create()
    try {
      await test(bench)
    } finally {
      await bench.close?.()
    }
  }

  describe(`${harness.name} keeps the contract of stores of state`, () => {
    it(
      'gives back what was set, and whether it was sealed',
      on(async ({ store }) => {
        expectThat((await store.get(key('a'))) === null, 'there is nothing yet')
        for (const value of [sealed('x'), clear('wax1.x'), clear('"Zoë 北京 🔑\\n"'), sealed('y')]) {
          const version = await store.set(key('a'), value)
          const entry = await store.get(key('a'))
          expectThat(isValue(entry, value), 'the value is what was set')
          expectThat(entry!.version === version && entry!.expiresAt === null, 'version and expiry are those of the write')
        }
      }),
    )

    it(
      'tells entries apart by each part of their keys',
      on(async ({ store }) => {
        const keys = [
          key('a'),
          key('A'),
          key('b'),
          key('a', { kind: 'Group' }),
          key('a', { tenant: '' }),
          key('a', { namespace: 'acme', tenant: '' }),
        ]
        for (const [at, each] of keys.entries()) await store.set(each, clear(`${at}`))
        for (const [at, each] of keys.entries())
          expectThat(isValue(await store.get(each), clear(`${at}`)), 'each has its own value')
        expectThat(await store.delete(keys[0]!), 'one is deleted')
        expectThat(!(await store.delete(keys[0]!)), 'once')
        for (const each of keys.slice(1)) expectThat((await store.get(each)) !== null, 'the others stay')
      }),
    )

    it(
      'swaps where the version is still the same',
      on(async ({ store }) => {
        expectThat((await store.compareAndSwap(key('a'), 'v', sealed('1'))) === null, 'there is nothing to swap')
        const first = await store.compareAndSwap(key('a'), null, sealed('1'))
        expectThat(typeof first === 'string', 'what is not there is made')
        expectThat((await store.compareAndSwap(key('a'), null, sealed('2'))) === null, 'once')
        const second = await store.compareAndSwap(key('a'), first, sealed('2'))
        expectThat(typeof second === 'string' && second !== first, 'a swap gives another version')
        expectThat((await store.compareAndSwap(key('a'), first, sealed('3'))) === null, 'an old version swaps nothing')
        expectThat(isValue(await store.get(key('a')), sealed('2')), 'the value is that of the last swap')
        expectThat(!(await store.delete(key('a'), first!)), 'an old version deletes nothing')
        expectThat(await store.delete(key('a'), second!), 'the version there is does')
        const again = await store.compareAndSwap(key('a'), null, sealed('1'))
        expectThat(again !== first && again !== second, 'what is made anew has a version that never was')
      }),
    )

    it(
      'lets one of many win',
      on(async ({ store }) => {
        const race = async (expected: string | null) => {
          const outcomes = await Promise.all(
            Array.from({ length: 8 }, (_, at) => store.compareAndSwap(key('a'), expected, clear(`${at}`))),
          )
          const won = outcomes.flatMap((version, at) => (version === null ? [] : [{ version, at }]))
          expectThat(won.length === 1, 'exactly one wins')
          expectThat(isValue(await store.get(key('a')), clear(`${won[0]!.at}`)), 'what is there is what the winner wrote')
          return won[0]!.version
        }
        await race(await race(null))
      }),
    )

    it(
      'forgets what is past its time',
      on(async ({ store, advance }) => {
        const version = await store.set(key('a'), sealed('1'), { ttlMs: 1000 })
        await store.set(key('b'), sealed('1'), { ttlMs: 5000 })
        expectThat((await store.get(key('a')))?.expiresAt !== null, 'an entry says when it expires')
        await advance(999)
        expectThat(isValue(await store.get(key('a')), sealed('1')), 'it is there to the last')
        await advance(1)
        expectThat((await store.get(key('a'))) === null, 'then it is not')
        expectThat((await walk(store, { kind: 'Chain' }, 10)).length === 1, 'nor in a list')
        expectThat((await store.compareAndSwap(key('a'), version, sealed('2'))) === null, 'nor to be swapped')
        expectThat(!(await store.delete(key('a'))), 'nor to be deleted')
        expectThat((await store.compareAndSwap(key('a'), null, sealed('2'))) !== null, 'its place is free')
        await store.set(key('b'), sealed('2'))
        await advance(100_000)
        for (const id of ['a', 'b']) expectThat((await store.get(key(id)))?.expiresAt === null, 'without a time it stays')
        for (const ttlMs of [0, -1, 1.5, Number.NaN])
          await expectError(() => store.set(key('c'), sealed('1'), { ttlMs }), 'a time that is none', ['config'])
      }),
    )

    it(
      'counts in one step',
      on(async ({ store, advance }) => {
        await Promise.all(Array.from({ length: 10 }, () => store.increment(key('n'), 2, { ttlMs: 1000 })))
        await advance(999)
        expectThat((await store.increment(key('n'), -5, { ttlMs: 1000 })) === 15, 'nothing is lost')
        expectThat(isValue(await store.get(key('n')), clear('15')), 'it is a number in clear')
        await advance(1)
        expectThat((await store.increment(key('n'), 1)) === 1, 'its time runs from the first')
        for (const value of [sealed('1'), clear('"1"'), clear('1.5'), clear('{}')]) {
          await store.set(key('n'), value)
          await expectError(() => store.increment(key('n'), 1), 'counting what is no number', ['conflict'])
          expectThat(isValue(await store.get(key('n')), value), 'it is left as it was')
        }
      }),
    )

    it(
      'lists a kind in order, without values',
      on(async ({ store }) => {
        const ids = ['a', 'b', 'c', 'd', 'e']
        for (const tenant of ['acme', 'zoo']) for (const id of ids.toReversed()) await store.set(key(id, { tenant }), sealed(id))
        await store.set(key('x', { kind: 'Chai' }), sealed('x'))
        for (const limit of [1, 3, 5, 10, 11]) {
          const found = await walk(store, { kind: 'Chain' }, limit)
          const names = found.map(({ tenant, id }) => `${tenant} ${id}`)
          expectThat(
            names.join() === ['acme', 'zoo'].flatMap((tenant) => ids.map((id) => `${tenant} ${id}`)).join(),
            `every entry of the kind once, in order, in pages of ${limit}`,
          )
          expectThat(
            found.every((head) => typeof head.version === 'string' && !('value' in head)),
            'heads have no values',
          )
        }
        expectThat((await walk(store, { kind: 'Chain', tenant: 'zoo' }, 2)).length === 5, 'of one tenant')
        expectThat((await walk(store, { kind: 'Chain', namespace: 'n' }, 2)).length === 0, 'of no namespace')
        await expectError(() => store.list({ kind: 'Chain' }, { limit: 0 }), 'a page of nothing', ['config'])
        await expectError(() => store.list({ kind: 'Chain' }, { after: 'x' }), 'a place that no page gave', ['config'])
      }),
    )
  })
}
