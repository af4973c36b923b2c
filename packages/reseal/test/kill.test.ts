import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '@waxseal/databases'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killEverywhere, migrateInterrupted, runTogether } from './kill-suite.ts'

describe('kill -9 on a SQLite file', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'waxseal-reseal-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(['in SQL', 'in files'])(
    'loses nothing before or behind any statement, with checkpoints %s',
    async (where) => {
      const path = join(folder, `${where}.db`)
      const database = openSqlite(path)
      const folderOf = (killAt: number) => (where === 'in SQL' ? undefined : join(folder, `checkpoints-${killAt}`))
      const killed = await killEverywhere(database, path, folderOf)
      // Three pages are read and three written at least.
      expect(killed).toBeGreaterThanOrEqual(12)
      await database.db.destroy()
    },
    300_000,
  )

  it('loses and leaves none of 10,000 rows in clear, of Acteon, of Fernet and ours, killed three times', async () => {
    const path = join(folder, 'mixed.db')
    const database = openSqlite(path)
    const moved = await migrateInterrupted(database, path, 10_000, 500)
    expect(moved[0]).toBeGreaterThan(0)
    expect(moved).toEqual([...new Set(moved)].sort((a, b) => a - b))
    expect(moved[2]).toBeLessThan(10_000)
    await database.db.destroy()
  }, 300_000)

  it('is shared by two processes at once', async () => {
    const path = join(folder, 'together.db')
    const database = openSqlite(path)
    await runTogether(database, path, 2)
    await database.db.destroy()
  }, 120_000)
})
