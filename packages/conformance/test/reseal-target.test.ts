import { describe, expect, it } from 'vitest'
import { type ResealTargetBench, resealTargetContract, type TargetUnderTest } from '../src/contracts.ts'

type Value = string | Uint8Array
type Request = Parameters<TargetUnderTest['page']>[0]

/** A target over a list; a part of it may be replaced by one that is wrong. */
function bench(
  values: readonly Value[],
  wrong: (rows: Map<number, unknown>) => Partial<TargetUnderTest> = () => ({}),
): ResealTargetBench {
  const rows = new Map<number, unknown>(values.map((value, at) => [at, value]))
  const idOf = (held: Value) => [...rows].find(([, value]) => value === held)![0]
  const within = ({ after, until }: Pick<Request, 'after' | 'until'>) =>
    [...rows.keys()]
      .sort((a, b) => a - b)
      .filter((id) => (after === null || id > (after as number)) && (until === null || id <= (until as number)))
  const target: TargetUnderTest = {
    name: 'list',
    async page(request) {
      const ids = within(request).slice(0, request.limit)
      const items = ids.map((id) => ({ id: `${id}`, sealed: rows.get(id), context: { app: 'list' } }))
      return { items, next: ids.length < request.limit ? null : ids.at(-1)! }
    },
    replace: async (changes) =>
      changes.map(({ item: { id, sealed }, next }) => {
        if (rows.get(Number(id)) !== sealed) return false
        rows.set(Number(id), next)
        return true
      }),
    count: async (request) => within(request).length,
    async split(parts) {
      const ids = within({ after: null, until: null })
      const size = Math.ceil(ids.length / parts)
      return ids.filter((_, at) => (at + 1) % size === 0 && at + 1 < ids.length)
    },
  }
  return {
    target: { ...target, ...wrong(rows) },
    overwrite: (held, by) => void rows.set(idOf(held), by),
    remove: (held) => void rows.delete(idOf(held)),
  }
}

async function broken(wrong: (rows: Map<number, unknown>) => Partial<TargetUnderTest>): Promise<number> {
  const tests: (() => Promise<void>)[] = []
  const create = (values: readonly Value[]) => bench(values, wrong)
  resealTargetContract({ describe: (_, body) => body(), it: (_, run) => tests.push(run), harness: { name: 'wrong', create } })
  const outcomes = await Promise.allSettled(tests.map((run) => run()))
  return outcomes.filter(({ status }) => status === 'rejected').length
}

for (const form of ['string', 'bytes'] as const)
  resealTargetContract({ describe, it, harness: { name: `a list of ${form}s`, form, create: (values) => bench(values) } })

describe('the contract of targets finds one that', () => {
  const right = bench([]).target
  it.each<[string, (rows: Map<number, unknown>) => Partial<TargetUnderTest>]>([
    [
      'overwrites whatever is there',
      (rows) => ({
        replace: async (changes) =>
          changes.map(({ item, next }) => {
            rows.set(Number(item.id), next)
            return true
          }),
      }),
    ],
    [
      'does not tell what was lost',
      (rows) => ({
        replace: async (changes) => (await bench([...rows.values()] as Value[]).target.replace(changes)).map(() => true),
      }),
    ],
    [
      'goes by number, not by place',
      (rows) => ({
        async page({ after, limit }) {
          const from = (after as number | null) ?? 0
          const items = [...rows].slice(from, from + limit).map(([id, sealed]) => ({ id: `${id}`, sealed, context: {} }))
          return { items, next: items.length < limit ? null : from + limit }
        },
      }),
    ],
    ['ends too early', () => ({ page: async () => ({ items: [], next: null }) })],
    ['counts wrong', () => ({ count: async () => 3 })],
    ['divides wrong', () => ({ split: async () => [0, 0, 5] })],
    [
      'leaves out too much',
      (rows) => ({
        async page(request) {
          const list = bench([...rows.values()] as Value[]).target
          const page = await list.page(request)
          return request.narrow ? { ...page, items: page.items.slice(1) } : page
        },
      }),
    ],
  ])('%s', async (_, wrong) => {
    expect(right.name).toBe('list')
    expect(await broken(wrong)).toBeGreaterThan(0)
  })
})
