import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlite } from './databases.ts'
import { killEverywhere, runTogether } from './kill-suite.ts'

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

  it('is shared by two processes at once', async () => {
    const path = join(folder, 'together.db')
    const database = openSqlite(path)
    await runTogether(database, path, 2)
    await database.db.destroy()
  }, 120_000)
})
