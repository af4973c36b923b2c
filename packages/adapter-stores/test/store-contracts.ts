import { auditStoreContract, deadLetterStoreContract, stateStoreContract } from '@waxseal/conformance/contracts'
import type { TestDatabase } from '@waxseal/databases'
import { describe, it } from 'vitest'
import { migrateStores, sqlAuditStore, sqlDeadLetterStore, sqlStateStore } from '../src/sql.ts'

let stores = 0
const START = 1_700_000_000_000

/** The contracts of all stores on one database; each test has a store of its own in the same tables. */
export function storeContracts(name: string, open: () => Promise<TestDatabase<'postgres' | 'sqlite'>>): void {
  const ready = async () => {
    const database = await open()
    await migrateStores(database)
    return { ...database, name: `s${++stores}` }
  }
  stateStoreContract({
    ...{ describe, it },
    harness: {
      name: `sqlStateStore on ${name}`,
      async create() {
        let at = START
        const store = sqlStateStore({ ...(await ready()), now: () => at })
        return {
          store,
          advance: (ms) => {
            at += ms
          },
        }
      },
    },
  })
  auditStoreContract({
    ...{ describe, it },
    harness: { name: `sqlAuditStore on ${name}`, create: async () => ({ store: sqlAuditStore(await ready()) }) },
  })
  deadLetterStoreContract({
    ...{ describe, it },
    harness: { name: `sqlDeadLetterStore on ${name}`, create: async () => ({ store: sqlDeadLetterStore(await ready()) }) },
  })
}
