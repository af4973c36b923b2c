import type { MaybePromise } from '@waxseal/core'
import { expectError, expectThat } from './expectations.js'
import type { Contract } from './runner.js'

interface Row {
  readonly kind: string
  readonly namespace: string
  readonly tenant: string
  readonly id: string
  readonly at: number
  readonly outcome: string
  readonly subject: string | null
  readonly fingerprint: string | null
  // biome-ignore lint/suspicious/noExplicitAny: a policy of core, which a store keeps as it is
  readonly retention: any
  readonly value:
    | { readonly sealed: string; readonly clear?: undefined }
    | { readonly clear: string; readonly sealed?: undefined }
}

interface Filter {
  readonly kind?: string
  readonly namespace?: string
  readonly tenant?: string
  readonly outcome?: string
  readonly subject?: string
  readonly from?: number
  readonly to?: number
  readonly fingerprints?: readonly string[]
}

/** A store of audit records of `@waxseal/adapter-stores`, by its shape. */
export interface AuditStoreUnderTest {
  readonly name: string
  append(row: Row, within?: (transaction?: unknown) => Promise<void>): Promise<void>
  query(
    filter: Filter,
    page?: { readonly after?: string; readonly limit?: number },
  ): Promise<{ readonly rows: readonly Row[]; readonly next: string | null }>
  get(ids: readonly string[]): Promise<readonly Row[]>
  count(): Promise<number>
}

export interface AuditStoreBench {
  readonly store: AuditStoreUnderTest
  readonly close?: () => MaybePromise<void>
}

export interface AuditStoreHarness {
  /** Begins the names of the tests. */
  readonly name: string
  /** An empty store. Called once a test. */
  readonly create: () => MaybePromise<AuditStoreBench>
}

const row = (id: string, more: Partial<Row> = {}): Row => ({
  ...{ kind: 'send_email', namespace: '', tenant: 'acme', id, at: 1000, outcome: 'executed' },
  ...{ subject: null, fingerprint: null, retention: null, value: { sealed: `wax1.${id}` } },
  ...more,
})

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )

async function walk(store: AuditStoreUnderTest, filter: Filter, limit: number): Promise<Row[]> {
  const found: Row[] = []
  for (let after: string | undefined, pages = 0; ; pages++) {
    expectThat(pages < 100, 'pages come to an end')
    const page = await store.query(filter, after === undefined ? { limit } : { after, limit })
    expectThat(page.rows.length <= limit, 'a page has no more records than its limit')
    found.push(...page.rows)
    if (page.next === null) return found
    after = page.next
  }
}

/**
 * What every store of audit records keeps: records as they were given, each id once, what is appended within all or nothing, and pages
 * in order under every filter.
 *
 * @example
 * auditStoreContract({ describe, it, harness: { name: 'my store', create: () => ({ store: myAuditStore() }) } })
 */
export function auditStoreContract({ describe, it, harness }: Contract<AuditStoreHarness>): void {
  const on = (test: (store: AuditStoreUnderTest) => Promise<void>) => async () => {
    const { store, close } = await harness.create()
    try {
      await test(store)
    } finally {
      await close?.()
    }
  }

  describe(`${harness.name} keeps the contract of stores of audit records`, () => {
    it(
      'gives back what was appended',
      on(async (store) => {
        const rows = [
          row('a'),
          row('b', {
            ...{ subject: 'chain-1', fingerprint: 'AAAA', namespace: 'n', tenant: 'Zoë', at: 1_700_000_000_123 },
            ...{ retention: { keep: 'for', ms: 1000 }, value: { clear: '{"x":"wax1."}' } },
          }),
        ]
        for (const each of rows) await store.append(each)
        for (const each of rows) {
          const [found] = await store.get([each.id])
          expectThat(sorted(found) === sorted(each), 'a record is what was appended')
        }
        expectThat((await store.get(['a', 'c', 'b'])).length === 2, 'those that are there are given')
        expectThat((await store.get([])).length === 0 && (await store.count()) === 2, 'and counted')
      }),
    )

    it(
      'takes an id once',
      on(async (store) => {
        await store.append(row('a'))
        await expectError(() => store.append(row('a', { kind: 'other', at: 2 })), 'the same id again', ['conflict'])
        const [kept] = await store.get(['a'])
        expectThat(sorted(kept) === sorted(row('a')) && (await store.count()) === 1, 'the first stays as it was')
      }),
    )

    it(
      'appends with what is within, or not at all',
      on(async (store) => {
        let ran = 0
        await store.append(row('a'), async () => void ran++)
        let thrown: unknown
        const refusal = new TypeError('no')
        await store
          .append(row('b'), () => Promise.reject(refusal))
          .catch((error: unknown) => {
            thrown = error
          })
        expectThat(thrown === refusal, 'what is thrown within is thrown')
        expectThat(ran === 1 && (await store.count()) === 1 && (await store.get(['b'])).length === 0, 'and undoes the record')
      }),
    )

    it(
      'pages in order of time and id',
      on(async (store) => {
        for (const id of ['c', 'a', 'e']) await store.append(row(id, { at: 2000 }))
        for (const id of ['d', 'b']) await store.append(row(id, { at: 1000 }))
        for (const limit of [1, 2, 4, 5, 6]) {
          const ids = (await walk(store, {}, limit)).map(({ id }) => id)
          expectThat(ids.join() === 'b,d,a,c,e', `every record once, in order, in pages of ${limit}`)
        }
        const first = await store.query({}, { limit: 3 })
        await store.append(row('f', { at: 3000 }))
        const rest = await store.query({}, { after: first.next! })
        expectThat(rest.rows.map(({ id }) => id).join() === 'c,e,f', 'a place keeps while records come')
        await expectError(() => store.query({}, { limit: 1001 }), 'a page that is too long', ['config'])
        await expectError(() => store.query({}, { after: '[]' }), 'a place that no page gave', ['config'])
      }),
    )

    it(
      'finds by each field that stands in clear',
      on(async (store) => {
        await store.append(row('a'))
        await store.append(row('b', { kind: 'charge', namespace: 'n', tenant: 'zoo', outcome: 'failed', at: 2000 }))
        await store.append(row('c', { subject: 's', fingerprint: 'F1', at: 3000 }))
        await store.append(row('d', { subject: 'S', fingerprint: 'f1', at: 4000 }))
        const cases: [Filter, string][] = [
          [{}, 'a,b,c,d'],
          [{ kind: 'charge' }, 'b'],
          [{ namespace: 'n' }, 'b'],
          [{ namespace: '' }, 'a,c,d'],
          [{ tenant: 'zoo' }, 'b'],
          [{ outcome: 'failed' }, 'b'],
          [{ outcome: 'failed', tenant: 'acme' }, ''],
          [{ subject: 's' }, 'c'],
          [{ from: 2000 }, 'b,c,d'],
          [{ to: 2000 }, 'a'],
          [{ from: 2000, to: 4000 }, 'b,c'],
          [{ fingerprints: ['F1'] }, 'c'],
          [{ fingerprints: ['F0', 'f1', 'F1'] }, 'c,d'],
        ]
        for (const [filter, ids] of cases)
          expectThat(
            (await walk(store, filter, 2)).map(({ id }) => id).join() === ids,
            `${Object.keys(filter).join(' and ') || 'no filter'} finds what fits`,
          )
      }),
    )
  })
}
