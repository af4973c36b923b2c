import { createSealer } from '@waxseal/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fence, migrateKeystore } from '../src/index.ts'
import type { TestDatabase } from './databases.ts'
import { actor, codeOf, context, openStore } from './stores.ts'

const GRACE_MS = 60_000

/** That no value is written under a key that is on its way out. The fence goes by the database's clock, so these stores do too. */
export function fenceSuite(title: string, open: () => TestDatabase | Promise<TestDatabase>): void {
  describe(title, () => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await open()
      await migrateKeystore(database)
      await sql`create table orders (id integer primary key, card text, note text)`.execute(database.db)
      const options = { ...database, table: 'orders', column: 'card', graceMs: GRACE_MS }
      await fence(options)
      await fence(options)
    })
    afterAll(() => database?.db.destroy())
    let rows = 0
    const insert = (card: string | null) => database.db.insertInto('orders').values({ id: ++rows, card, note: 'x' }).execute()

    it('refuses a late writer, and leaves what is there', async () => {
      const store = openStore(database, { now: undefined })
      const { keystore } = store
      await keystore.generate('fenced', { actor })
      const late = createSealer({ keys: openStore(database, { now: undefined }).keystore.source('fenced') })
      const seal = () => late.seal('4111', { context })
      await insert(await seal())
      await insert(null)
      await keystore.rotate('fenced', { actor })
      // Within the time that copies in caches may live, it may.
      await insert(await seal())
      await sql`update waxseal_key_versions set retired_at = retired_at - ${GRACE_MS} where kid = 'fenced' and version = 1`.execute(
        database.db,
      )
      await expect(insert(await seal())).rejects.toThrow(/retired or unknown/)
      await expect(
        database.db
          .updateTable('orders')
          .set({ card: await seal() })
          .where('id', '=', 1)
          .execute(),
      ).rejects.toThrow(/retired or unknown/)
      await database.db.updateTable('orders').set({ note: 'changed' }).where('id', '=', 1).execute()
      const fresh = createSealer({ keys: openStore(database, { now: undefined }).keystore.source('fenced') })
      await insert(await fresh.seal('4111', { context }))
      await keystore.suspend('fenced', { actor })
      await expect(insert(await fresh.seal('4111', { context }))).rejects.toThrow(/retired or unknown/)
      await keystore.resume('fenced', { actor, version: 2 })
      await insert(await fresh.seal('4111', { context }))
      for (const odd of ['plain', 'wax1.c256.nobody~1.abc', 'wax1.c256.fenced~9.abc', 'wax1.', ''])
        await expect(insert(odd)).rejects.toThrow(/retired or unknown/)
      await keystore.close()
    })

    it('is config for a name that is none', async () => {
      for (const table of ['orders; drop table orders', '', 'a"b'])
        expect(await codeOf(() => fence({ ...database, table, column: 'card' }))).toBe('config')
    })
  })
}
