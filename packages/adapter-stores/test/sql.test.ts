import { openPglite, openSqlite, sqliteMissing } from '@waxseal/databases'
import { describeIf } from '@waxseal/test'
import { expect, it } from 'vitest'
import { migrateStores, sqlAuditStore, sqlDeadLetterStore, sqlStateStore } from '../src/sql.ts'
import { codeOf } from './sealers.ts'
import { sqlSuite } from './sql-suite.ts'

sqlSuite('PGlite', openPglite)
describeIf(!sqliteMissing, sqliteMissing ?? '')('SQLite', () => sqlSuite('SQLite', async () => openSqlite()))

it('refuses a database that is none, a transaction, and a dialect that is not known', async () => {
  const { db } = await openPglite()
  for (const store of [sqlStateStore, sqlAuditStore, sqlDeadLetterStore]) {
    expect(await codeOf(() => store({ db: {} as never, dialect: 'postgres' }))).toBe('config')
    expect(await codeOf(() => store({ db, dialect: 'mysql' as never }))).toBe('config')
    await db.transaction().execute(async (tx) => {
      expect(await codeOf(() => store({ db: tx, dialect: 'postgres' }))).toBe('config')
    })
  }
  expect(await codeOf(() => migrateStores({ db, dialect: 'mysql' as never }))).toBe('config')
  await db.destroy()
})
