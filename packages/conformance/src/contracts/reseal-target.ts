import { createSealer, generateKey, type MaybePromise, staticKeys } from '@waxseal/core'
import { expectThat } from './expectations.js'
import type { Contract } from './runner.js'

type Sealed = string | Uint8Array

interface Item {
  readonly id: string
  readonly sealed: unknown
  readonly context: unknown
}

interface Request {
  /** Places are the target's own JSON, which only the target reads. */
  readonly after: unknown
  readonly until: unknown
  readonly limit: number
  /** One of the narrowings of `@waxseal/reseal`. */
  readonly narrow?: unknown
}

/** A target of `@waxseal/reseal`, by its shape. */
export interface TargetUnderTest {
  readonly name: string
  page(request: Request): Promise<{ readonly items: readonly Item[]; readonly next: unknown }>
  replace(changes: readonly { readonly item: Item; readonly next: unknown }[]): Promise<readonly boolean[]>
  count?(request: Omit<Request, 'limit'>): Promise<number>
  split?(parts: number): Promise<readonly unknown[]>
  readonly unscoped?: boolean | undefined
}

export interface ResealTargetBench {
  readonly target: TargetUnderTest
  /** What another writer does to the item that holds this value. */
  readonly overwrite: (held: Sealed, by: Sealed) => MaybePromise<void>
  readonly remove: (held: Sealed) => MaybePromise<void>
  readonly close?: () => MaybePromise<void>
}

export interface ResealTargetHarness {
  /** Begins the names of the tests. */
  readonly name: string
  /** What an item holds: envelopes as text (default) or as bytes. */
  readonly form?: 'string' | 'bytes'
  /** A target with one item for each of these values, and nothing else. */
  readonly create: (values: readonly Sealed[]) => MaybePromise<ResealTargetBench>
}

const KEYS = [
  ['k1', 1],
  ['k1', 12],
  ['k11', 1],
  ['k2', 1],
] as const

/** The value as text, to be told from others. */
const shown = (value: unknown): string => (value instanceof Uint8Array ? Array.from(value).join() : String(value))
const carried = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Values under several keys, in an order that mixes them. */
async function values(count: number, form: 'string' | 'bytes'): Promise<Sealed[]> {
  const sealers = KEYS.map(([kid, version]) => createSealer({ keys: staticKeys([{ kid, version, key: generateKey() }]) }))
  const context = { app: 'contract' }
  return Promise.all(
    Array.from({ length: count }, (_, at) => {
      const sealer = sealers[at % sealers.length]!
      const storeContext = at % 3 === 0
      return form === 'bytes'
        ? sealer.seal(at, { context, storeContext, as: 'bytes' })
        : sealer.seal(at, { context, storeContext })
    }),
  )
}

/** All items of a range, page by page; cursors travel as a queue or a checkpoint carries them. */
async function walk(target: TargetUnderTest, limit: number, range: Partial<Request> = {}): Promise<Item[]> {
  const found: Item[] = []
  let after: unknown = range.after ?? null
  for (let pages = 0; ; pages++) {
    expectThat(pages < 1000, 'pages come to an end')
    const page = await target.page({ until: null, ...range, after, limit })
    expectThat(page.items.length <= limit, 'a page has no more items than its limit')
    expectThat(page.next !== undefined, 'next is a place or null')
    found.push(...page.items)
    if (page.next === null) return found
    after = carried(page.next)
  }
}

function expectValues(items: readonly Item[], expected: readonly Sealed[], what: string): void {
  const [left, right] = [items.map(({ sealed }) => shown(sealed)).sort(), expected.map(shown).sort()]
  expectThat(left.length === right.length && left.every((value, at) => value === right[at]), what)
}

/**
 * What every target of `@waxseal/reseal` keeps: each item once whatever the size of a page, an order that stays, a compare-and-swap
 * that lets others win, and narrowing that leaves out nothing that was asked for.
 *
 * @example
 * resealTargetContract({ describe, it, harness: { name: 'my queue', create: myTargetWith } })
 */
export function resealTargetContract({ describe, it, harness }: Contract<ResealTargetHarness>): void {
  const form = harness.form ?? 'string'
  async function on(count: number, test: (bench: ResealTargetBench, held: readonly Sealed[]) => Promise<void>): Promise<void> {
    const held = await values(count, form)
    const bench = await harness.create(held)
    try {
      await test(bench, held)
    } finally {
      await bench.close?.()
    }
  }

  describe(`${harness.name} keeps the contract of targets of re-encryption`, () => {
    it('hands out every item once, whatever the size of a page', () =>
      on(11, async ({ target }, held) => {
        for (const limit of [1, 2, 3, 11, 12, 500]) {
          const items = await walk(target, limit)
          expectValues(items, held, `every item is handed out once in pages of ${limit}`)
          expectThat(new Set(items.map(({ id }) => id)).size === held.length, 'every item has an id of its own')
          expectThat(
            items.every(({ context }) => context !== undefined),
            'every item says where it belongs',
          )
        }
      }))

    it('hands out nothing of an empty store', () =>
      on(0, async ({ target }) => {
        expectThat((await walk(target, 3)).length === 0, 'there is no item')
        expectThat((await target.replace([])).length === 0, 'no change is no change')
        if (target.split) expectThat((await target.split(4)).length < 4, 'nothing is divided')
      }))

    it('keeps its order while items are changed and removed', () =>
      on(9, async ({ target, overwrite, remove }) => {
        const before = await walk(target, 500)
        const first = await target.page({ after: null, until: null, limit: 4 })
        const [anew] = await values(1, form)
        await remove(before[1]!.sealed as Sealed)
        await overwrite(before[6]!.sealed as Sealed, anew!)
        const rest = await walk(target, 2, { after: carried(first.next) })
        const expected = before.slice(4).map(({ id }) => id)
        expectThat(rest.map(({ id }) => id).join() === expected.join(), 'what is behind a place stays behind it')
        expectThat(shown(rest[2]!.sealed) === shown(anew), 'an item is read as it is now')
      }))

    it('ends a range with the item that it names, and divides into ranges that are all of it', () =>
      on(10, async ({ target }, held) => {
        const { next } = await target.page({ after: null, until: null, limit: 4 })
        expectThat((await walk(target, 3, { until: carried(next) })).length === 4, 'a range includes its last item')
        if (!target.split) return
        for (const parts of [2, 3, 10, 50]) {
          const ends = [...carried(await target.split(parts)), null]
          expectThat(ends.length <= parts, 'there are no more ranges than were asked for')
          const items: Item[] = []
          for (const [at, until] of ends.entries()) items.push(...(await walk(target, 2, { after: ends[at - 1] ?? null, until })))
          expectValues(items, held, `${parts} ranges are all of it`)
        }
      }))

    it('swaps what is unchanged, lets others win, and tells which', () =>
      on(6, async ({ target, overwrite, remove }) => {
        const items = await walk(target, 500)
        const next = await values(6, form)
        const [theirs] = await values(1, form)
        await overwrite(items[1]!.sealed as Sealed, theirs!)
        await remove(items[3]!.sealed as Sealed)
        const done = await target.replace(items.slice(0, 5).map((item, at) => ({ item, next: next[at] })))
        expectThat(done.map(Boolean).join() === 'true,false,true,false,true', 'it tells in order which were swapped')
        const left = [next[0]!, theirs!, next[2]!, next[4]!, items[5]!.sealed as Sealed]
        expectValues(await walk(target, 2), left, 'what others wrote stays, what they removed is not there again')
        const again = await target.replace([{ item: items[0]!, next: next[5] }])
        expectThat(again[0] === false, 'what was swapped is not swapped by the same again')
      }))

    it('swaps once where two workers do it at the same time', () =>
      on(8, async ({ target }) => {
        const items = await walk(target, 500)
        const [a, b] = [await values(8, form), await values(8, form)]
        const changes = (next: readonly Sealed[]) => items.map((item, at) => ({ item, next: next[at] }))
        const [mine, yours] = await Promise.all([target.replace(changes(a)), target.replace(changes(b))])
        const expected = items.map((_, at) => {
          expectThat(mine[at] !== yours[at], 'exactly one of two workers swaps an item')
          return mine[at] ? a[at]! : b[at]!
        })
        expectValues(await walk(target, 500), expected, 'what is stored is what the one wrote who was told so')
      }))

    it('leaves out nothing that it is asked for', () =>
      on(16, async ({ target, overwrite }, held) => {
        // By the order of `values`: every fourth is under the same key.
        const under = (at: number) => held.filter((_, place) => place % KEYS.length === at)
        const includes = (items: readonly Item[], expected: readonly Sealed[], what: string) => {
          const found = new Set(items.map(({ sealed }) => shown(sealed)))
          expectThat(
            expected.every((value) => found.has(shown(value))),
            what,
          )
        }
        for (const [at, [kid, version]] of KEYS.entries())
          includes(await walk(target, 3, { narrow: { on: [{ kid, version }] } }), under(at), `all that is on ${kid}~${version}`)
        includes(await walk(target, 3, { narrow: { on: [{ kid: 'k1' }] } }), [...under(0), ...under(1)], 'all versions of k1')
        const odd = form === 'bytes' ? Uint8Array.of(0xc1, 2, 1, 0, 2, 107, 57, 1) : 'wax2.c256.k9~1.x'
        await overwrite(held[0]!, odd)
        includes(
          await walk(target, 3, { narrow: { on: [{ kid: 'k1', version: 1 }], unknown: true } }),
          [odd],
          'what is of an unknown version',
        )
        if (!target.unscoped) return
        const notOn = { kid: 'k2', version: 1, suite: 'aes-256-gcm', wrapped: false }
        const others = held.filter((_, place) => place % KEYS.length !== 3 && place > 0)
        includes(await walk(target, 3, { narrow: { notOn } }), others, 'all that is not on the current key')
      }))

    it('counts what it hands out', () =>
      on(7, async ({ target }) => {
        const narrow = { on: [{ kid: 'k11', version: 1 }] }
        for (const range of [{}, { narrow }, { after: (await target.page({ after: null, until: null, limit: 3 })).next }]) {
          const counted = await target.count?.({ after: null, until: null, ...range })
          expectThat(counted === undefined || counted === (await walk(target, 2, range)).length, 'the count is that of the items')
        }
      }))
  })
}
