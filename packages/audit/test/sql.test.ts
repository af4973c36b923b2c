import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPglite, openSqlite, sqliteMissing } from '@waxseal/databases'
import { describeIf } from '@waxseal/test'
import { expect, it } from 'vitest'
import { createAuditTrail } from '../src/index.ts'
import { migrateAudit, sqlSink } from '../src/sql.ts'
import { keys } from './keys.ts'
import { sqlSuite } from './sql-suite.ts'

const entry = { actor: 'svc-deploy', operation: 'key.rotate', subject: 'orders', version: 4, details: { reason: "it's time" } }

sqlSuite('sqlSink on PGlite', openPglite)
describeIf(!sqliteMissing, sqliteMissing ?? '')('SQLite', () => {
  sqlSuite('sqlSink', openSqlite)

  it('takes turns between connections to one SQLite file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waxseal-audit-'))
    const opened = Array.from({ length: 2 }, () => openSqlite(join(folder, 'audit.db')))
    try {
      await migrateAudit(opened[0]!)
      const [a, b] = opened.map((database) => createAuditTrail({ sink: sqlSink(database), keys }))
      for (let i = 0; i < 10; i++) {
        await a!.append(entry)
        await b!.append(entry)
      }
      expect(await a!.verify()).toMatchObject({ ok: true, records: 20 })
    } finally {
      for (const { db } of opened) await db.destroy()
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('finds a head that is no number, as SQLite stores it', async () => {
    const database = openSqlite()
    await migrateAudit(database)
    const trail = createAuditTrail({ sink: sqlSink(database), keys })
    await trail.append(entry)
    await database.db.updateTable('waxseal_audit_head').set({ seq: 'x' }).execute()
    expect(await trail.verify()).toMatchObject({ flaw: { reason: 'head' } })
    await expect(trail.append(entry)).rejects.toMatchObject({ code: 'tampered' })
    await database.db.destroy()
  })

  it('is sink_failed where there is no table', async () => {
    const database = openSqlite()
    const trail = createAuditTrail({ sink: sqlSink(database), keys })
    await expect(trail.append(entry)).rejects.toMatchObject({ code: 'sink_failed' })
    await expect(trail.query()).rejects.toMatchObject({ code: 'sink_failed' })
    await database.db.destroy()
  })
})
