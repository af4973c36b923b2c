import type { MaybePromise } from '@waxseal/core'
import { expectError, expectThat } from './expectations.js'
import type { Contract } from './runner.js'

interface Row {
  readonly kind: string
  readonly namespace: string
  readonly tenant: string
  readonly id: string
  readonly at: number
  readonly attempts: number
  readonly value:
    | { readonly sealed: string; readonly clear?: undefined }
    | { readonly clear: string; readonly sealed?: undefined }
}

/** A store of dead letters of `@waxseal/adapter-stores`, by its shape. */
export interface DeadLetterStoreUnderTest {
  readonly name: string
  push(row: Row): Promise<void>
  read(page?: {
    readonly after?: string
    readonly limit?: number
  }): Promise<{ readonly rows: readonly Row[]; readonly next: string | null }>
  remove(ids: readonly string[]): Promise<readonly string[]>
  count(): Promise<number>
}

export interface DeadLetterStoreBench {
  readonly store: DeadLetterStoreUnderTest
  readonly close?: () => MaybePromise<void>
}

export interface DeadLetterStoreHarness {
  /** Begins the names of the tests. */
  readonly name: string
  /** An empty store. Called once a test. */
  readonly create: () => MaybePromise<DeadLetterStoreBench>
}

const row = (id: string, at = 1000): Row => ({
  ...{ kind: 'send_email', namespace: '', tenant: 'acme', id, at, attempts: 3 },
  value: { sealed: `wax1.${id}` },
})

/**
 * What every store of dead letters keeps: letters as they were given, in order, until they are removed, and each removed by one call.
 *
 * @example
 * deadLetterStoreContract({ describe, it, harness: { name: 'my store', create: () => ({ store: myDeadLetters() }) } })
 */
export function deadLetterStoreContract({ describe, it, harness }: Contract<DeadLetterStoreHarness>): void {
  const on = (test: (store: DeadLetterStoreUnderTest) => Promise<void>) => async () => {
    const { store, close } = await harness.create()
    try {
      await test(store)
    } finally {
      await close?.()
    }
  }

  describe(`${harness.name} keeps the contract of stores of dead letters`, () => {
    it(
      'gives back what was pushed, and keeps it',
      on(async (store) => {
        const letters = [row('a'), { ...row('b', 2000), namespace: 'n', value: { clear: '"Zoë 🔑"' } }]
        for (const each of letters) await store.push(each)
        for (let times = 0; times < 2; times++) {
          const { rows, next } = await store.read()
          expectThat(next === null && rows.length === 2, 'all are there')
          for (const [at, each] of letters.entries()) {
            const { value, ...fields } = rows[at]!
            const { value: given, ...expected } = each
            expectThat(value.sealed === given.sealed && value.clear === given.clear, 'the value is what was pushed')
            expectThat(
              Object.entries(expected).every(([name, member]) => fields[name as keyof typeof fields] === member),
              'so is the rest',
            )
          }
        }
        expectThat((await store.count()) === 2, 'and they are counted')
      }),
    )

    it(
      'takes an id once',
      on(async (store) => {
        await store.push(row('a'))
        await expectError(() => store.push(row('a', 2)), 'the same id again', ['conflict'])
        expectThat((await store.read()).rows[0]?.at === 1000, 'the first stays as it was')
      }),
    )

    it(
      'pages in order, the oldest first',
      on(async (store) => {
        expectThat((await store.read()).rows.length === 0 && (await store.count()) === 0, 'it is empty')
        for (const [id, at] of [
          ['b', 2],
          ['a', 2],
          ['c', 1],
        ] as const)
          await store.push(row(id, at))
        for (const limit of [1, 2, 3]) {
          const found: string[] = []
          for (let after: string | undefined; ; ) {
            const page = await store.read(after === undefined ? { limit } : { after, limit })
            found.push(...page.rows.map(({ id }) => id))
            if (page.next === null) break
            after = page.next
          }
          expectThat(found.join() === 'c,a,b', `every letter once, in order, in pages of ${limit}`)
        }
        const first = await store.read({ limit: 1 })
        await store.remove(first.rows.map(({ id }) => id))
        const rest = await store.read({ after: first.next! })
        expectThat(rest.rows.length === 2, 'a place keeps while letters go')
        await expectError(() => store.read({ after: '{}' }), 'a place that no page gave', ['config'])
      }),
    )

    it(
      'lets one of many remove a letter, and tells which it was',
      on(async (store) => {
        const ids = ['a', 'b', 'c', 'd']
        for (const id of ids) await store.push(row(id))
        const removed = await Promise.all([store.remove(['a', 'b', 'x']), store.remove(['b', 'c']), store.remove(['a', 'c'])])
        expectThat(removed.flat().sort().join() === 'a,b,c', 'each is removed by one call')
        expectThat((await store.remove([])).length === 0 && (await store.remove(['a'])).length === 0, 'and not again')
        expectThat((await store.read()).rows.map(({ id }) => id).join() === 'd', 'the others stay')
      }),
    )
  })
}
