import { createSealer } from '@waxseal/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fence, migrateKeystore } from '../src/index.ts'
import type { TestDatabase } from './databases.ts'
import { actor, codeOf, context, openStore } from './stores.ts'

const GRACE_MS = 60_000

/** That no value is written under a key that is on its way out. The fence goes by the database's clock, so these stores do too. */
export function fenceSuite(title: string, open: () => TestDatabase | Promise<TestDatabase>, connections = 1): void {
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

    it('fences each column, whatever the names', async () => {
      const long = 'c'.repeat(47)
      await sql.raw(`create table pay (id integer primary key, card_pan text, ${long}a text, ${long}b text)`).execute(database.db)
      await sql`create table pay_card (id integer primary key, pan text)`.execute(database.db)
      const columns = [
        ['pay', 'card_pan'],
        ['pay_card', 'pan'],
        ['pay', `${long}a`],
        ['pay', `${long}b`],
      ] as const
      for (const [table, column] of columns) await fence({ ...database, table, column })
      for (const [id, [table, column]] of columns.entries())
        await expect(
          database.db
            .insertInto(table)
            .values({ id, [column]: 'plain' })
            .execute(),
        ).rejects.toThrow(/retired or unknown/)
    })

    if (connections > 1)
      it('locks the row of the key and no other, whatever the isolation of the writer', async () => {
        const { keystore } = openStore(database, { now: undefined })
        for (const name of ['looked-at', 'left-alone']) await keystore.generate(name, { actor })
        const card = await createSealer({ keys: keystore.source('looked-at') }).seal('4111', { context })
        const noWait = database.dialect === 'mysql' ? 'set innodb_lock_wait_timeout = 1' : "set lock_timeout = '1s'"
        const count = (kid: string) => sql`update waxseal_key_versions set uses = uses + 1 where kid = ${kid}`
        const writing = database.db.transaction().setIsolationLevel('repeatable read')
        await writing.execute(async (tx) => {
          await tx.insertInto('orders').values({ id: ++rows, card, note: 'x' }).execute()
          await database.db.connection().execute(async (other) => {
            await sql.raw(noWait).execute(other)
            await count('left-alone').execute(other)
            await expect(count('looked-at').execute(other)).rejects.toThrow(/lock/i)
          })
        })
        await keystore.close()
      })

    it('is config for a name that is none', async () => {
      for (const table of ['orders; drop table orders', '', 'a"b'])
        expect(await codeOf(() => fence({ ...database, table, column: 'card' }))).toBe('config')
    })
  })
}
