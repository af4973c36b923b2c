/** A bounded memory: what was not used for longest goes first. */
export interface Lru<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  delete(key: string): void
  /** Every value that fits. */
  remove(fits: (value: T) => boolean): void
  clear(): void
}

export function createLru<T>(limit: number, evicted: () => void): Lru<T> {
  const kept = new Map<string, T>()
  return {
    get(key) {
      const value = kept.get(key)
      if (value === undefined) return undefined
      kept.delete(key)
      kept.set(key, value)
      return value
    },
    set(key, value) {
      kept.delete(key)
      kept.set(key, value)
      if (kept.size <= limit) return
      kept.delete(kept.keys().next().value!)
      evicted()
    },
    delete: (key) => void kept.delete(key),
    remove(fits) {
      for (const [key, value] of kept) if (fits(value)) kept.delete(key)
    },
    clear: () => kept.clear(),
  }
}
