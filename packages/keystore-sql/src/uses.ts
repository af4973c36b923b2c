import type { Database, Reader } from './database/database.js'
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

const byPlace = (a: Counted, b: Counted): number => (a.kid === b.kid ? a.version - b.version : a.kid < b.kid ? -1 : 1)

export interface UsesOptions {
  readonly database: Database
  /** No more often than this, in milliseconds. */
  readonly flushMs: number
  readonly tick: () => number
  readonly tell: (event: KeystoreEvent) => void
}

export function createUses({ database, flushMs, tick, tell }: UsesOptions): Uses {
  // A row at a time: a transaction of the application holds the rows of the keys behind its fences, in an order of its own. SQLite locks
  // all or nothing, and is slow to commit.
  const together = database.dialect === 'sqlite' ? 500 : 1
  let counts = new Map<string, Counted>()
  let flushedAt = tick()
  let running: Promise<void> | undefined

  async function write(): Promise<void> {
    const taken = counts
    counts = new Map()
    flushedAt = tick()
    if (taken.size === 0) return
    // In one order, so that two that meet do not wait for each other.
    const rows = [...taken.values()].sort(byPlace)
    let written = 0
    try {
      const now = await database.read((db) => database.now(db))
      for (; written < rows.length; written += together) {
        const some = rows.slice(written, written + together)
        await (together > 1 ? database.change((tx) => writeAll(tx, some, now)) : database.read((db) => writeAll(db, some, now)))
      }
    } catch {
      for (const { kid, version, count } of rows.slice(written)) add(kid, version, count)
      tell({ type: 'uses_failed' })
    }
  }

  async function writeAll(db: Reader, rows: readonly Counted[], now: number): Promise<void> {
    for (const { kid, version, count } of rows)
      await db
        .updateTable('waxseal_key_versions')
        .set((eb) => ({ uses: eb('uses', '+', count), last_used_at: now }))
        .where('kid', '=', kid)
        .where('version', '=', version)
        .execute()
  }

  function add(kid: string, version: number, count: number): void {
    const place = `${kid}~${version}`
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
      add(kid, version, 1)
      if (tick() - flushedAt >= flushMs) void flush()
    },
    async flush() {
      // What was counted while another flush ran is written too.
      await running
      await flush()
    },
  }
}
