import { PGlite } from '@electric-sql/pglite'
import { rowAdapterContract } from '@waxseal/conformance/contracts'
import { PGliteDialect } from 'kysely'
import { describe, it } from 'vitest'
import { databaseOf, openSqlite } from './databases.ts'
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

const pglite = await PGlite.create()
rowAdapterContract({
  describe,
  it,
  harness: {
    name: 'Kysely on PGlite',
    create: () =>
      rowBench(
        databaseOf('postgres', () => new PGliteDialect({ pglite })),
        async () => {},
      ),
  },
})
