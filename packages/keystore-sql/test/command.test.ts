import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../src/command/run.ts'
import { openSqlite } from './databases.ts'
import { openStore } from './stores.ts'

const folder = mkdtempSync(join(tmpdir(), 'waxseal-keystore-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function command(args: string[], env = {}) {
  let [out, error] = ['', '']
  const code = await run(args, { out: (text) => (out += text), error: (text) => (error += text), env })
  return { code, out, error }
}

describe('waxseal-keystore', () => {
  it('makes the tables, as often as it is run', async () => {
    const file = join(folder, 'keys.db')
    expect(await command(['migrate', `sqlite:${file}`])).toMatchObject({ code: 0, error: '' })
    expect(await command(['migrate'], { DATABASE_URL: `sqlite:${file}` })).toMatchObject({ code: 0 })
    const database = openSqlite(file)
    const { keystore } = openStore(database)
    await keystore.generate('orders', { actor: 'alice' })
    expect(await keystore.verifyAudit()).toMatchObject({ ok: true })
    await keystore.close()
    await database.db.destroy()
  })

  it('makes them in a folder of PGlite', async () => {
    expect(await command(['migrate', `pglite:${join(folder, 'pg')}`, '--no-audit'])).toMatchObject({ code: 0 })
  })

  it('says what is wrong and repeats no secret', async () => {
    expect(await command(['--help'])).toMatchObject({ code: 0, error: '' })
    for (const args of [[], ['drop'], ['migrate'], ['migrate', 'a', 'b'], ['migrate', '--force']])
      expect((await command(args)).code).toBe(2)
    for (const url of [
      'mongodb://user:secret@host/db',
      'postgres://user:secret@127.0.0.1:1/db',
      'mysql://user:secret@127.0.0.1:1/db',
    ]) {
      const { code, out, error } = await command(['migrate', url])
      expect(code).toBe(1)
      expect(error).not.toBe('')
      expect(out + error).not.toMatch(/secret|user:/)
    }
  })
})
