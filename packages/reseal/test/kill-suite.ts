import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createSealer, staticKeys } from '@waxseal/core'
import type { TestDatabase } from '@waxseal/databases'
import { acteon, fernet } from '@waxseal/formats'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { ResealReport } from '../src/index.ts'
import { migrateReseal } from '../src/sql.ts'
import type { Task } from './kill-child.ts'

const ROWS = 7
const PAGE = 3
const text = (fill: number) => Buffer.alloc(32, fill).toString('base64')
const keys = [text(1), text(2)] as const
const before = createSealer({ keys: staticKeys([{ kid: 'k1', key: keys[0] }]) })
const after = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: keys[1] },
    { kid: 'k1', key: keys[0], state: 'decrypt_only' },
  ]),
})
const contextOf = (id: number) => ({ app: 'kill', row: `${id}` })
const child = fileURLToPath(new URL('kill-child.ts', import.meta.url))

/** The report of a child that lived to print it. */
const run = (task: Task): Promise<{ report: ResealReport | undefined; signal: string | null }> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [child, JSON.stringify(task)], (error, stdout, stderr) => {
      if (error && error.signal !== 'SIGKILL') reject(new Error(stderr))
      else resolve({ report: error ? undefined : (JSON.parse(stdout) as ResealReport), signal: error?.signal ?? null })
    })
  })

async function fill({ db }: TestDatabase, table: string, count: number): Promise<void> {
  await sql.raw(`create table ${table} (id integer primary key, sealed varchar(2000))`).execute(db)
  const rows = Array.from({ length: count }, async (_, at) => ({
    id: at + 1,
    sealed: await before.seal(`value ${at + 1}`, { context: contextOf(at + 1) }),
  }))
  await db
    .insertInto(table)
    .values(await Promise.all(rows))
    .execute()
}

async function kidsOf({ db }: TestDatabase, table: string, count = ROWS): Promise<string[]> {
  const rows = (await db.selectFrom(table).selectAll().orderBy('id').execute()) as { id: number; sealed: string }[]
  expect(rows).toHaveLength(count)
  for (const { id, sealed } of rows) expect(await after.open(sealed, { context: contextOf(id) })).toBe(`value ${id}`)
  return rows.map(({ sealed }) => after.inspect(sealed).kid)
}

/** The server ends a statement that it has begun, whoever is there to hear of it. */
async function untilGone({ db }: TestDatabase): Promise<void> {
  for (;;) {
    const left = await sql`select 1 from pg_stat_activity where application_name = 'killed'`.execute(db)
    if (left.rows.length === 0) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/**
 * Kills a run before and behind every statement until one lives through all of them; each time nothing is lost, and the next run
 * goes on, doing at most a page again. Gives how often it was killed.
 */
export async function killEverywhere(
  database: TestDatabase,
  at: string,
  folderOf: (killAt: number) => string | undefined,
): Promise<number> {
  await migrateReseal(database)
  for (let killAt = 0; ; killAt++) {
    const table = `kill_${killAt}`
    await fill(database, table, ROWS)
    const folder = folderOf(killAt)
    const task: Task = { dialect: database.dialect as Task['dialect'], at, table, keys, ...(folder ? { folder } : {}) }
    const { signal } = await run({ ...task, killAt })
    if (database.dialect === 'postgres') await untilGone(database)
    const moved = (await kidsOf(database, table)).filter((kid) => kid === 'k2').length
    if (signal === null) {
      expect(moved).toBe(ROWS)
      return killAt
    }
    const { report } = await run(task)
    expect(report, `killed at ${killAt}`).toMatchObject({ complete: true })
    const [{ seen, moved: movedNow, current, conflicted, skipped }] = report!.targets as [ResealReport['targets'][0]]
    expect({ conflicted, skipped }).toEqual({ conflicted: 0, skipped: [] })
    expect(moved + movedNow).toBe(ROWS)
    // What was moved before and is looked at again; a run that ended in its last step begins anew.
    expect(current).toBeLessThanOrEqual(moved === ROWS ? ROWS : PAGE)
    expect(seen).toBe(movedNow + current)
    expect(new Set(await kidsOf(database, table))).toEqual(new Set(['k2']))
  }
}

/** Runs of as many processes on one table at once: each row is moved once, whoever does it. */
export async function runTogether(database: TestDatabase, at: string, processes: number): Promise<void> {
  const count = 60
  await migrateReseal(database)
  await fill(database, 'together', count)
  const task: Task = { dialect: database.dialect as Task['dialect'], at, table: 'together', keys }
  const reports = await Promise.all(Array.from({ length: processes }, async () => (await run(task)).report!))
  for (const report of reports) expect(report).toMatchObject({ complete: true, targets: [{ skipped: [] }] })
  expect(reports.reduce((sum, { targets }) => sum + targets[0]!.moved, 0)).toBe(count)
  expect(new Set(await kidsOf(database, 'together', count))).toEqual(new Set(['k2']))
}

const legacyKey = text(3)
const OF_ACTEON = acteon({ keys: [{ kid: 'a1', key: Buffer.from(legacyKey, 'base64') }], as: 'text' })
const OF_FERNET = fernet({ keys: legacyKey })
/** One row in four each: in clear, of Acteon, of Fernet, ours under the key before. */
const WRITERS = [
  async (value: string) => value,
  async (value: string) => OF_ACTEON.seal(value),
  async (value: string) => OF_FERNET.seal(value),
  (value: string, id: number) => before.seal(value, { context: contextOf(id) }),
]

/** Migrates a table of mixed rows in runs that are killed three times; gives what the runs that ended so had moved. */
export async function migrateInterrupted(database: TestDatabase, at: string, count: number, pageSize: number): Promise<number[]> {
  const table = 'migrated'
  await migrateReseal(database)
  await sql.raw(`create table ${table} (id integer primary key, sealed text)`).execute(database.db)
  for (let from = 0; from < count; from += 1000) {
    const ids = Array.from({ length: Math.min(1000, count - from) }, (_, index) => from + index + 1)
    const rows = ids.map(async (id) => ({ id, sealed: await WRITERS[id % WRITERS.length]!(`value ${id}`, id) }))
    await database.db
      .insertInto(table)
      .values(await Promise.all(rows))
      .execute()
  }
  const task: Task = { dialect: database.dialect as Task['dialect'], at, table, keys, pageSize, legacyKey }
  const moved: number[] = []
  for (const killAt of [23, 40, 31]) {
    expect(await run({ ...task, killAt })).toMatchObject({ signal: 'SIGKILL' })
    if (database.dialect === 'postgres') await untilGone(database)
    const { rows } = await sql<{ count: number | string }>`select count(*) as count from ${sql.table(table)}
      where sealed like 'wax1.%.k2~%'`.execute(database.db)
    moved.push(Number(rows[0]!.count))
  }
  const { report } = await run(task)
  expect(report).toMatchObject({ complete: true, targets: [{ conflicted: 0, skipped: [] }] })
  // All that was there is there, opens without a window, and is under the new key.
  expect(new Set(await kidsOf(database, table, count))).toEqual(new Set(['k2']))
  const again = await run(task)
  expect(again.report).toMatchObject({ complete: true, targets: [{ moved: 0, skipped: [] }] })
  return moved
}
