import { PGlite } from '@electric-sql/pglite'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { cloak } from '@waxseal/formats'
import { createReseal } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { createRowSealer, sealedColumn } from '@waxseal/rows'
import { Kysely, PGliteDialect, sql } from 'kysely'

const env = { CLOAK_MASTER_KEY: `k1.aesgcm256.${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')}=` }
const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const inAMonth = new Date(Date.now() + 30 * 86_400_000)

const db = new Kysely<{ users: { id: number; email: string } }>({
  dialect: new PGliteDialect({ pglite: await PGlite.create() }),
})
await sql`create table users (id integer primary key, email text)`.execute(db)
const email = await cloak({ keys: [env.CLOAK_MASTER_KEY] }).seal('ada@example.com')
await db.insertInto('users').values({ id: 1, email }).execute()

// #region window
// The old key reads, within the window; the new one writes. The same options go to sealed() of the Prisma adapter.
const sealer = createSealer({ keys, legacy: [cloak({ keys: [env.CLOAK_MASTER_KEY] })] })
const users = createRowSealer({
  sealer,
  app: 'shop',
  table: 'users',
  row: 'id',
  columns: { email: sealedColumn<string>({ plaintext: { allowUntil: inAMonth, accept: 'legacy' } }) },
})
const row = await db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
console.log((await users.open(row)).email) // ada@example.com
// #endregion

// #region table
const target = resealTable({
  db,
  dialect: 'postgres',
  table: 'users',
  key: 'id',
  column: 'email',
  context: ({ id }) => ({ app: 'shop', table: 'users', field: 'email', row: `${id}` }),
  migrate: { sealer, plaintext: { allowUntil: inAMonth, accept: 'legacy' } },
})
const report = await createReseal({ sealer, targets: [target] }).run()
console.log(report.targets[0]?.moved, report.targets[0]?.skipped) // 1 []

// Neither reader nor window: whatever was left would be refused here.
const after = createRowSealer({
  sealer: createSealer({ keys }),
  app: 'shop',
  table: 'users',
  row: 'id',
  columns: { email: sealedColumn<string>() },
})
const moved = await db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
console.log((await after.open(moved)).email) // ada@example.com
// #endregion
await db.destroy()
