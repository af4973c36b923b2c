import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Canary, describeHits, postgresTables, type Scanned, scan } from '@waxseal/conformance/leak-probe'
import { createSealer } from '@waxseal/core'
import { CompiledQuery } from 'kysely'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { migrateKeystore } from '../src/index.ts'
import { openPglite, openSqlite, type TestDatabase } from './databases.ts'
import { actor, context, openStore } from './stores.ts'

const LETTERS = 'abcdefghijkmnpqrstuvwxyzACDEFGHJ'

/** Has every key of 32 bytes made of letters, so that it can be looked for like any text. */
function keysOfLetters(): Canary[] {
  const made: Canary[] = []
  const random = crypto.getRandomValues.bind(crypto)
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((out) => {
    random(out)
    if (!(out instanceof Uint8Array) || out.length !== 32) return out
    for (const [i, byte] of out.entries()) out[i] = LETTERS.charCodeAt(byte % LETTERS.length)
    made.push({ id: `key ${made.length + 1}`, value: new TextDecoder().decode(out) })
    return out
  })
  return made
}

afterEach(() => vi.restoreAllMocks())

describe('the tables of a key store', () => {
  const scopes: Canary[] = ['acme-corporation', 'globex-industries'].map((value) => ({ id: value.slice(0, 4), value }))

  async function fill(database: TestDatabase) {
    await migrateKeystore(database)
    const { keystore } = openStore(database, { onNewScope: () => ({}) })
    const sealer = createSealer({ keys: keystore })
    for (const { value: scope } of scopes) await sealer.seal('x', { context, scope })
    await keystore.generate('orders', { actor })
    await keystore.rotate('orders', { actor })
    await keystore.rotate('orders', { actor, scope: scopes[0]!.value })
    await keystore.wrappingKey.rotate({ actor })
    await keystore.rewrap({ actor })
    return keystore
  }

  it('hold no key and no scope, in whatever form (PGlite)', async () => {
    const keys = keysOfLetters()
    const database = openPglite()
    await fill(database)
    const query = async (text: string) =>
      (await database.db.executeQuery(CompiledQuery.raw(text))).rows as Record<string, unknown>[]
    const report = await scan(postgresTables(query), [...keys, ...scopes])
    expect(describeHits(report.hits)).toBe('')
    // Two wrapping keys, the key of the scopes, two keys of scopes, one without, and two rotations.
    expect(keys).toHaveLength(8)
    expect(report.items).toBeGreaterThan(200)
    await database.db.destroy()
  })

  it('hold none on the disk either, and of what was shredded not even the wrapped key (SQLite)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'waxseal-keystore-'))
    const file = join(folder, 'keys.db')
    const keys = keysOfLetters()
    const database = openSqlite(file)
    const keystore = await fill(database)
    const bytes = (): Scanned[] => [{ where: file, bytes: readFileSync(file) }]
    expect(describeHits((await scan(bytes(), [...keys, ...scopes])).hits)).toBe('')
    const { kid } = await keystore.get('orders', { scope: scopes[0]!.value })
    const rows = await database.db.selectFrom('waxseal_key_versions').select('wrapped_key').where('kid', '=', kid).execute()
    const wrapped = rows.map(({ wrapped_key }, i): Canary => ({ id: `wrapped ${i}`, value: wrapped_key }))
    expect(new Set((await scan(bytes(), wrapped)).hits.map(({ id }) => id)).size).toBe(2)
    await keystore.shred(scopes[0]!.value, { actor })
    expect(describeHits((await scan(bytes(), wrapped)).hits)).toBe('')
    await database.db.destroy()
    rmSync(folder, { recursive: true, force: true })
  })
})
