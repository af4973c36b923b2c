import { readFileSync } from 'node:fs'
import type { TestDatabase } from '@waxseal/databases'
import { createReseal } from '@waxseal/reseal'
import { type DatabaseService, postgresMissing, startPostgres } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Pool } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sealedAuditStore, sealedDeadLetterSink, sealedStateStore } from '../src/index.ts'
import { storesResealTargets } from '../src/reseal.ts'
import { sqlAuditStore, sqlDeadLetterStore, sqlStateStore } from '../src/sql.ts'
import { app, codeOf, sealer, sealerWith } from './sealers.ts'
import { sqlSuite } from './sql-suite.ts'
import { storeContracts } from './store-contracts.ts'

const missing = postgresMissing()
describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  let server: DatabaseService
  let database: TestDatabase<'postgres' | 'sqlite'>
  beforeAll(async () => {
    server = await startPostgres()
    const { port, user, database: name } = server
    const pool = new Pool({ host: '127.0.0.1', port, user, database: name, max: 8 })
    // A connection may still be closing when the server ends.
    pool.on('error', () => {})
    database = { dialect: 'postgres', db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
  })
  afterAll(async () => {
    await database?.db.destroy()
    await server?.stop()
  })

  sqlSuite('PostgreSQL', async () => database)
  storeContracts('PostgreSQL', async () => database)

  it('lets accounts with the grants of the README do what they should, and no more', async () => {
    const { port, database: name } = server
    const open = (user: string): TestDatabase<'postgres' | 'sqlite'> => {
      const pool = new Pool({ host: '127.0.0.1', port, user, database: name, max: 2 })
      pool.on('error', () => {})
      return { dialect: 'postgres', db: new Kysely({ dialect: new PostgresDialect({ pool }) }) }
    }
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const [service, keeper] = [open('app'), open('keeper')]
    try {
      for (const role of ['app', 'keeper']) await sql.raw(`create role ${role} login`).execute(database.db)
      for (const [, grants = ''] of readme.matchAll(/```sql\n([\s\S]*?)```/g)) await sql.raw(grants).execute(database.db)
      const state = sealedStateStore(sqlStateStore({ ...service, name: 'granted' }), { sealer, app, clearKinds: ['Counter'] })
      const key = { kind: 'Chain', id: 'a' }
      const version = await state.set(key, 1)
      expect(await state.compareAndSwap(key, version, 2)).not.toBeNull()
      expect(await state.increment({ kind: 'Counter', id: 'n' })).toBe(1)
      expect((await state.get(key))?.value).toBe(2)
      expect(await state.delete({ kind: 'Counter', id: 'n' })).toBe(true)
      const audit = sealedAuditStore(sqlAuditStore({ ...service, name: 'granted' }), { sealer, app })
      const { id } = await audit.append({ kind: 'k', outcome: 'executed', payload: 1 })
      expect((await audit.get(id))?.payload).toBe(1)
      for (const statement of ["update waxseal_audit_records set outcome = 'x'", 'delete from waxseal_audit_records'])
        await expect(sql.raw(statement).execute(service.db)).rejects.toThrow(/permission denied/)
      const deadLetters = sealedDeadLetterSink(sqlDeadLetterStore({ ...service, name: 'granted' }), { sealer, app })
      await deadLetters.push({ kind: 'k', payload: 1 })
      const other = sealerWith({ suite: 'chacha20-poly1305' })
      const targets = Object.values(storesResealTargets({ ...keeper, seal: { app } }))
      const report = await createReseal({ sealer: other, targets }).run()
      expect(report.stopped).toBeNull()
      expect(report.targets.map(({ moved }) => moved > 0)).toEqual([true, true, true])
      expect((await deadLetters.drain()).letters).toHaveLength(1)
      const owned = sqlStateStore({ ...keeper, name: 'granted' })
      expect(await codeOf(() => owned.set({ ...key, namespace: '', tenant: '' }, { clear: '1' }))).toBe('access_denied')
    } finally {
      for (const { db } of [service, keeper]) await db.destroy()
    }
  })
})
