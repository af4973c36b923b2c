import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { eq, relations, sql } from 'drizzle-orm'
import { sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { drizzle } from 'drizzle-orm/sqlite-proxy'
import { expect, it } from 'vitest'
import { openRows, sealedTable, sealRows } from '../src/index.ts'
import { sealedBytes, sealedJson, sealedText } from '../src/sqlite.ts'
import { openSqlite } from './databases.ts'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const users = sqliteTable('users', { id: text().primaryKey(), name: sealedText<string>(), photo: sealedBytes() })
const posts = sqliteTable('posts', { id: text().primaryKey(), userId: text(), body: sealedJson<{ text: string }>() })
const userRelations = relations(users, ({ many }) => ({ posts: many(posts) }))
const postRelations = relations(posts, ({ one }) => ({ user: one(users, { fields: [posts.userId], references: [users.id] }) }))
const schema = { users, posts, userRelations, postRelations }

it('SQLite joins, follows relations without bytes, and gives back what it wrote', async () => {
  const { db: given, close } = openSqlite(schema)
  const db = given as ReturnType<typeof drizzle<typeof schema>>
  const options = { sealer, app: 'blog', row: 'id' } as const
  const [sealedUsers, sealedPosts] = [sealedTable(users, options), sealedTable(posts, options)]
  await db.run(sql`create table users (id text primary key, name text, photo blob)`)
  await db.run(sql`create table posts (id text primary key, userId text, body text)`)

  const ada = { id: 'u1', name: 'Ada', photo: Uint8Array.of(193, 0) }
  const [stored] = await db
    .insert(users)
    .values(await sealRows(sealedUsers, [ada]))
    .returning()
  expect(await openRows(sealedUsers, [stored!])).toEqual([ada])
  await db.insert(posts).values(await sealRows(sealedPosts, [{ id: 'p1', userId: 'u1', body: { text: 'first' } }]))

  const joined = await db.select().from(posts).innerJoin(users, eq(users.id, posts.userId))
  const [both] = await openRows({ posts: sealedPosts, users: sealedUsers }, joined)
  expect([both?.posts.body, both?.users]).toEqual([{ text: 'first' }, ada])

  const found = await db.query.posts.findMany({ with: { user: { columns: { photo: false } } } })
  const [post] = await openRows(sealedPosts, found, { with: { user: sealedUsers } })
  expect([post?.body, post?.user]).toEqual([{ text: 'first' }, { id: 'u1', name: 'Ada' }])
  await expect(db.query.posts.findMany({ with: { user: true } })).rejects.toThrow()
  await close()
})
