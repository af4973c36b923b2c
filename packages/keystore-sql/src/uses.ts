import type { Database } from './database.js'
import type { KeystoreEvent } from './keystore-event.js'

/** Counts uses in memory and writes them now and then: no seal and no open costs a write. */
export interface Uses {
  count(kid: string, version: number): void
  /** Writes what was counted. */
  flush(): Promise<void>
}

interface Counted {
  readonly kid: string
  readonly version: number
  count: number
}

const CHUNK = 100

const placeOf = (kid: string, version: number): string => `${kid}~${version}`

const byPlace = (a: Counted, b: Counted): number => (a.kid === b.kid ? a.version - b.version : a.kid < b.kid ? -1 : 1)

export interface UsesOptions {
  readonly database: Database
  /** No more often than this, in milliseconds. */
  readonly flushMs: number
  readonly tick: () => number
  readonly tell: (event: KeystoreEvent) => void
}

export function createUses({ database, flushMs, tick, tell }: UsesOptions): Uses {
  let counts = new Map<string, Counted>()
  let flushedAt = tick()
  let running: Promise<void> | undefined

  async function write(): Promise<void> {
    const taken = counts
    counts = new Map()
    flushedAt = tick()
    if (taken.size === 0) return
    try {
      const now = await database.read((db) => database.now(db))
      // In the order of every other change, and no lock for long.
      const counted = [...taken.values()].sort(byPlace)
      for (let at = 0; at < counted.length; at += CHUNK) {
        const chunk = counted.slice(at, at + CHUNK)
        await database.change(async (tx) => {
          for (const { kid, version, count } of chunk)
            await tx
              .updateTable('waxseal_key_versions')
              .set((eb) => ({ uses: eb('uses', '+', count), last_used_at: now }))
              .where('kid', '=', kid)
              .where('version', '=', version)
              .execute()
        })
        for (const { kid, version } of chunk) taken.delete(placeOf(kid, version))
      }
    } catch {
      for (const [place, { kid, version, count }] of taken) add(place, kid, version, count)
      tell({ type: 'uses_failed' })
    }
  }

  function add(place: string, kid: string, version: number, count: number): void {
    const known = counts.get(place)
    if (known) known.count += count
    else counts.set(place, { kid, version, count })
  }

  function flush(): Promise<void> {
    running ??= write().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    count(kid, version) {
      add(placeOf(kid, version), kid, version, 1)
      if (tick() - flushedAt >= flushMs) void flush()
    },
    async flush() {
      // What was counted while another flush ran is written too.
      await running
      await flush()
    },
  }
}
