import { auditStoreContract, deadLetterStoreContract, stateStoreContract } from '@waxseal/conformance/contracts'
import { openPglite, openSqlite, sqliteMissing, type TestDatabase } from '@waxseal/databases'
import { describeIf } from '@waxseal/test'
import { afterAll, describe, it } from 'vitest'
import { memoryAuditStore, memoryDeadLetterStore, memoryStateStore } from '../src/index.ts'
import { storeContracts } from './store-contracts.ts'

stateStoreContract({
  ...{ describe, it },
  harness: {
    name: 'memoryStateStore',
    create() {
      let at = 0
      return {
        store: memoryStateStore({ now: () => at }),
        advance: (ms) => {
          at += ms
        },
      }
    },
  },
})
auditStoreContract({ describe, it, harness: { name: 'memoryAuditStore', create: () => ({ store: memoryAuditStore() }) } })
deadLetterStoreContract({
  ...{ describe, it },
  harness: { name: 'memoryDeadLetterStore', create: () => ({ store: memoryDeadLetterStore() }) },
})

const opened = new Set<Promise<TestDatabase<'postgres' | 'sqlite'>>>()
const once = (open: () => TestDatabase<'postgres' | 'sqlite'> | Promise<TestDatabase<'postgres' | 'sqlite'>>) => {
  let database: Promise<TestDatabase<'postgres' | 'sqlite'>> | undefined
  return () => {
    database ??= Promise.resolve(open())
    opened.add(database)
    return database
  }
}
afterAll(async () => {
  for (const database of opened) await (await database).db.destroy()
})

storeContracts('PGlite', once(openPglite))
describeIf(!sqliteMissing, sqliteMissing ?? '')('SQLite', () => storeContracts('SQLite', once(openSqlite)))
