import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { PrismaClient } from '@waxseal/prisma-clients/sqlite'
import { dialects, withTables } from './bench.ts'

/** A database in a folder of its own, with empty tables. */
export async function createSqlite() {
  const folder = await mkdtemp(join(tmpdir(), 'waxseal-prisma-'))
  const file = join(folder, 'test.db')
  const client = new PrismaClient({ adapter: new PrismaLibSql({ url: `file:${file}` }) })
  await withTables(client, dialects.sqlite)
  return {
    client,
    file,
    async close() {
      await client.$disconnect()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
