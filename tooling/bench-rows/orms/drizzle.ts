import { openRows, sealedTable, sealRows } from '@waxseal/adapter-drizzle'
import { sealedText } from '@waxseal/adapter-drizzle/pg'
import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import type { OpenOrm } from '../orm.ts'

const plain = pgTable('plain_notes', {
  id: text().primaryKey(),
  note: text().notNull(),
  author: text().notNull(),
  stars: integer().notNull(),
})
const stored = pgTable('sealed_notes', {
  id: text().primaryKey(),
  note: sealedText<string>().notNull(),
  author: text().notNull(),
  stars: integer().notNull(),
})

export const openDrizzle: OpenOrm = async ({ pool, sealer }) => {
  const db = drizzle({ client: pool })
  const sealed = sealedTable(stored, { sealer, app: 'bench', row: 'id' })
  return {
    async fill(notes) {
      await db.insert(plain).values([...notes])
      await db.insert(stored).values(await sealRows(sealed, notes))
    },
    readPlain: () => db.select().from(plain),
    readSealed: () => db.select().from(stored),
    readOpened: async () => openRows(sealed, await db.select().from(stored)),
    close: async () => {},
  }
}
