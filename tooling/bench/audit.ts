// One million records of an audit trail in a SQLite file, verified in order: `pnpm bench:audit [--json] [--records N]`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { type AuditSink, createAuditTrail, type StoredRecord } from '@waxseal/audit'
import { migrateAudit, sqlSink } from '@waxseal/audit/sql'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'

const GOAL_SECONDS = 60

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, records: { type: 'string', default: '1000000' } },
})
const count = Number(values.records)
if (!Number.isSafeInteger(count) || count < 1) throw new Error('--records is a whole number from 1 on')

/** Writes rows as `sqlSink` does, without a transaction each: what is measured is reading. */
function filling(database: DatabaseSync): AuditSink {
  const row = database.prepare(`insert into waxseal_audit values (${Array(14).fill('?').join()})`)
  let head = { seq: 0, hash: '0'.repeat(64) }
  return {
    kind: 'sink',
    async append(_, make) {
      const r: StoredRecord = make(head)
      const columns = [r.stream, r.seq, r.at, r.actor, r.operation, r.subject, r.version, r.scope, r.outcome, r.requestId]
      row.run(...columns, r.keyId, r.text, r.previous, r.hash)
      head = { seq: r.seq, hash: r.hash }
      return r
    },
  }
}

const dialectOf = (database: DatabaseSync): SqliteDatabase => ({
  close: () => database.close(),
  prepare(text) {
    const statement = database.prepare(text)
    const bound = (list: readonly unknown[]) => list as (string | number | null)[]
    return {
      reader: statement.columns().length > 0,
      all: (list) => statement.all(...bound(list)),
      run: (list) => statement.run(...bound(list)),
      iterate: (list) => statement.iterate(...bound(list)),
    }
  },
})

const folder = mkdtempSync(join(tmpdir(), 'waxseal-bench-'))
try {
  const database = new DatabaseSync(join(folder, 'audit.db'))
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: dialectOf(database) }) })
  const keys = { id: 'a1', key: crypto.getRandomValues(new Uint8Array(32)) }
  await migrateAudit({ db, dialect: 'sqlite' })
  const writer = createAuditTrail({ sink: filling(database), keys })
  database.exec('begin')
  for (let i = 0; i < count; i++)
    await writer.append({
      actor: `user-${i % 97}`,
      operation: 'key.rotate',
      subject: `key-${i % 1009}`,
      version: i % 7,
      scope: `tenant:${i % 31}`,
      requestId: `req-${i}`,
      details: { provider: 'aws-main', durationMs: i % 250 },
    })
  const { hash } = database.prepare('select hash from waxseal_audit where seq = ?').get(count) as { hash: string }
  database.prepare('insert into waxseal_audit_head values (?, ?, ?)').run('main', count, hash)
  database.exec('commit')

  const trail = createAuditTrail({ sink: sqlSink({ db, dialect: 'sqlite' }), keys })
  const begin = performance.now()
  const verdict = await trail.verify()
  const seconds = Number(((performance.now() - begin) / 1000).toFixed(1))
  if (!verdict.ok || verdict.records !== count) throw new Error('the trail that was written did not verify')
  const goal = count === 1_000_000 ? GOAL_SECONDS : null
  const line = { name: `verify ${count} audit records`, value: seconds, unit: 's', goal, ok: goal === null || seconds <= goal }
  if (values.json) console.log(JSON.stringify(line))
  else console.log(`${line.name}: ${seconds} s${goal ? ` (goal: at most ${goal}, ${line.ok ? 'met' : 'MISSED'})` : ''}`)
  if (!line.ok) process.exitCode = 1
  await db.destroy()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
