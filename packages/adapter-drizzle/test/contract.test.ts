import { rowAdapterContract } from '@waxseal/conformance/contracts'
import { describe, it } from 'vitest'
import { createBench } from './bench.ts'
import { openPglite, openSqlite } from './databases.ts'

rowAdapterContract({ describe, it, harness: { name: 'Drizzle on SQLite', create: () => createBench(openSqlite()) } })

const pglite = openPglite()
rowAdapterContract({
  describe,
  it,
  harness: {
    name: 'Drizzle on PGlite',
    // It takes a second to start: one for all tests, with tables of their own.
    create: async () => createBench({ ...(await pglite), close: () => {} }),
  },
})
