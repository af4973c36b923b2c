import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openSqlite } from './databases.ts'
import { processSuite } from './process-suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'waxseal-keystore-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

processSuite('processes on one SQLite file', async () => {
  const path = join(folder, 'keys.db')
  return { ...openSqlite(path), place: { dialect: 'sqlite', path } }
}, ['rotate', 'generate', 'shred', 'destroyDue', 'rewrap'])
