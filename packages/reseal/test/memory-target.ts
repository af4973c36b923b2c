import type { PageRequest, ResealItem, ResealTarget } from '../src/index.ts'

export interface Stored {
  sealed: unknown
  readonly scope?: string
}

export const contextOf = (id: string) => ({ app: 'shop', table: 'cards', row: id })

/** A target over a map, ids ascending. `step` is called before every read and write, and may throw. */
export function memoryTarget(
  rows: Map<string, Stored>,
  options: Partial<ResealTarget> & { readonly item?: Partial<ResealItem>; readonly step?: (what: string) => unknown } = {},
): ResealTarget {
  const { item = {}, step = () => {}, ...rest } = options
  const ids = ({ after, until }: Omit<PageRequest, 'limit'>) =>
    [...rows.keys()]
      .sort()
      .filter((id) => (after === null || id > (after as string)) && (until === null || id <= (until as string)))
  return {
    name: 'memory',
    async page(request) {
      await step('page')
      const found = ids(request).slice(0, request.limit)
      const items = found.map((id) => ({ id, ...rows.get(id)!, context: contextOf(id), ...item }))
      return { items, next: found.length < request.limit ? null : found.at(-1)! }
    },
    async replace(changes) {
      await step('replace')
      return changes.map(({ item: { id, sealed }, next }) => {
        if (rows.get(id)?.sealed !== sealed) return false
        rows.set(id, { ...rows.get(id)!, sealed: next })
        return true
      })
    },
    count: async (request) => ids(request).length,
    async split(parts) {
      const all = ids({ after: null, until: null })
      const size = Math.ceil(all.length / parts)
      return all.filter((_, at) => (at + 1) % size === 0 && at + 1 < all.length)
    },
    ...rest,
  }
}
