import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '@waxseal/databases'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileCheckpoints } from '../src/index.ts'
import { migrateReseal, sqlCheckpoints } from '../src/sql.ts'

const folder = mkdtempSync(join(tmpdir(), 'waxseal-reseal-'))
const { db, dialect } = openSqlite()
beforeAll(() => migrateReseal({ db, dialect }))
afterAll(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

describe.each([
  ['in files', () => fileCheckpoints(join(folder, 'new', 'folder'))],
  ['in SQL', () => sqlCheckpoints({ db, dialect })],
])('checkpoints %s', (_, make) => {
  it('are kept by target, replaced and removed', async () => {
    const checkpoints = make()
    expect(await checkpoints.load('a/../b')).toBeNull()
    await checkpoints.save('a/../b', { run: 'r', cursor: ['é', 1, { int: '9007199254740993' }] })
    await checkpoints.save('other', { run: 'r', cursor: 2 })
    await checkpoints.save('other', { run: 'r', cursor: 3 })
    expect(await make().load('a/../b')).toEqual({ run: 'r', cursor: ['é', 1, { int: '9007199254740993' }] })
    expect(await make().load('other')).toEqual({ run: 'r', cursor: 3 })
    await checkpoints.save('other', null)
    await checkpoints.save('other', null)
    expect(await make().load('other')).toBeNull()
  })
})

describe('checkpoints in files', () => {
  it('stay in their folder, and leave no draft', () => {
    expect(readdirSync(join(folder, 'new', 'folder'))).toEqual(['a%2F..%2Fb.json'])
  })

  it('write through no link that lies where a draft goes', async () => {
    const other = join(folder, 'precious')
    writeFileSync(other, 'kept')
    symlinkSync(other, join(folder, `linked.json.${process.pid}`))
    await fileCheckpoints(folder).save('linked', { run: 'r', cursor: 1 })
    expect(readFileSync(other, 'utf8')).toBe('kept')
    expect(await fileCheckpoints(folder).load('linked')).toEqual({ run: 'r', cursor: 1 })
  })

  it('begin anew where a file holds something else', async () => {
    for (const text of ['', '{', '[]', 'null', '{"run":1}']) {
      writeFileSync(join(folder, 'odd.json'), text)
      expect(await fileCheckpoints(folder).load('odd')).toBeNull()
    }
  })
})
