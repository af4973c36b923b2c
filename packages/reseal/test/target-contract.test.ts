import { resealTargetContract } from '@waxseal/conformance/contracts'
import { openPglite, openSqlite } from '@waxseal/databases'
import { afterAll, describe, it } from 'vitest'
import { memoryTarget, type Stored } from './memory-target.ts'
import { targetContract } from './target-contract.ts'

const pglite = openPglite()
const sqlite = openSqlite()
afterAll(async () => {
  for (const { db } of [await pglite, sqlite]) await db.destroy()
})
targetContract('PGlite', () => pglite)
targetContract('SQLite', () => sqlite)

resealTargetContract({
  describe,
  it,
  harness: {
    name: 'a map',
    create(values) {
      const rows = new Map<string, Stored>(values.map((sealed, at) => [`r${at}`.padStart(4, '0'), { sealed }]))
      const idOf = (held: unknown) => [...rows].find(([, { sealed }]) => sealed === held)![0]
      return {
        target: memoryTarget(rows),
        overwrite: (held, by) => void rows.set(idOf(held), { sealed: by }),
        remove: (held) => void rows.delete(idOf(held)),
      }
    },
  },
})
