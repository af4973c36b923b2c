import { PGlite } from '@electric-sql/pglite'
import { rowAdapterContract } from '@waxseal/conformance/contracts'
import { Kysely, PGliteDialect } from 'kysely'
import { describe, it } from 'vitest'
import { openSqlite } from './databases.ts'
import { rowBench } from './row-bench.ts'

rowAdapterContract({
  describe,
  it,
  harness: {
    name: 'Kysely on SQLite',
    create() {
      const database = openSqlite()
      return rowBench(database, () => database.db.destroy())
    },
  },
})

const pglite = new Kysely({ dialect: new PGliteDialect({ pglite: () => PGlite.create() }) })
rowAdapterContract({
  describe,
  it,
  harness: { name: 'Kysely on PGlite', create: () => rowBench({ dialect: 'postgres', db: pglite }, async () => {}) },
})
