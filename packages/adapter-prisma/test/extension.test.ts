import { Prisma } from '@waxseal/prisma-clients/sqlite'
import { dialects } from './bench.ts'
import { extensionSuite } from './extension-suite.ts'
import { createSqlite } from './sqlite.ts'

extensionSuite('the extension on SQLite', dialects.sqlite, async () => {
  const { client, close } = await createSqlite()
  return { client, close, DbNull: Prisma.DbNull, JsonNull: Prisma.JsonNull }
})
