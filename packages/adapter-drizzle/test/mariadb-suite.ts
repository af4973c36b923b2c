import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { relations, sql } from 'drizzle-orm'
import { mysqlTable, varchar } from 'drizzle-orm/mysql-core'
import { drizzle } from 'drizzle-orm/mysql2'
import type { Pool } from 'mysql2'
import { expect, it } from 'vitest'
import { openRow, openRows, sealedTable, sealRow, sealRows } from '../src/index.ts'
import { sealedBytes, sealedJson, sealedText } from '../src/mysql.ts'

const id = varchar({ length: 36 }).primaryKey()
const users = mysqlTable('users', { id, name: sealedText<string>(), photo: sealedBytes() })
const posts = mysqlTable('posts', { id, userId: varchar({ length: 36 }), body: sealedJson<{ text: string }>() })
const userRelations = relations(users, ({ many }) => ({ posts: many(posts) }))
const postRelations = relations(posts, ({ one }) => ({ user: one(users, { fields: [posts.userId], references: [users.id] }) }))

/** What Drizzle has for this dialect alone. */
export function mariadbSuite(open: () => Pool): void {
  it('iterates, upserts and follows relations', async () => {
    const db = drizzle({ client: open(), schema: { users, posts, userRelations, postRelations }, mode: 'planetscale' })
    const options = {
      sealer: createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }),
      app: 'blog',
      row: 'id',
    } as const
    const [sealedUsers, sealedPosts] = [sealedTable(users, options), sealedTable(posts, options)]
    await db.execute(sql`create table users (id varchar(36) primary key, name mediumtext, photo mediumblob)`)
    await db.execute(sql`create table posts (id varchar(36) primary key, userId varchar(36), body json)`)

    const ada = { id: 'u1', name: 'Ada', photo: Uint8Array.of(193, 0) }
    await db.insert(users).values(await sealRow(sealedUsers, { ...ada, name: 'A.' }))
    const row = await sealRow(sealedUsers, ada)
    await db
      .insert(users)
      .values(row)
      .onDuplicateKeyUpdate({ set: { name: row.name ?? null, photo: sql`values(photo)` } })
    const texts = ['one', 'two', 'three']
    const written = texts.map((text, at) => ({ id: `p${at}`, userId: 'u1', body: { text } }))
    await db.insert(posts).values(await sealRows(sealedPosts, written))

    const read: string[] = []
    for await (const stored of db.select().from(posts).orderBy(posts.id).iterator())
      read.push((await openRow(sealedPosts, stored)).body?.text ?? '')
    expect(read).toEqual(texts)

    const found = await db.query.users.findMany({ with: { posts: true } })
    const [user] = await openRows(sealedUsers, found, { with: { posts: sealedPosts } })
    expect([user?.name, Uint8Array.from(user?.photo ?? []), user?.posts.map(({ body }) => body?.text).sort()]).toEqual([
      'Ada',
      ada.photo,
      texts.toSorted(),
    ])
  })
}
