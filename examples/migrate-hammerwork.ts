import { PGlite } from '@electric-sql/pglite'
import { createSealer, generateKey, parseKey, staticKeys } from '@waxseal/core'
import { hammerwork } from '@waxseal/formats'
import { createReseal } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { Kysely, PGliteDialect, sql } from 'kysely'

const hammerworkKeys = new Map([['key-1', parseKey(generateKey())]])
const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const context = ({ id }: { readonly id?: unknown }) => ({ app: 'billing', job: 'invoice', id: `${id}` })
const inAMonth = new Date(Date.now() + 30 * 86_400_000)

const db = new Kysely<{ jobs: { id: number; payload: string } }>({
  dialect: new PGliteDialect({ pglite: await PGlite.create() }),
})
await sql`create table jobs (id integer primary key, payload text)`.execute(db)
const theirs = hammerwork({ keys: (id) => hammerworkKeys.get(id), write: { keyId: 'key-1' } })
const payload = JSON.stringify(await theirs.seal({ card: '4242 4242 4242 4242' }))
await db.insertInto('jobs').values({ id: 1, payload }).execute()

// #region hammerwork
const sealer = createSealer({ keys, legacy: [hammerwork({ keys: (id) => hammerworkKeys.get(id) })] })
const window = { allowUntil: inAMonth, accept: 'legacy' as const }

// Workers read what Hammerwork left, and what is sealed.
const job = await db.selectFrom('jobs').selectAll().executeTakeFirstOrThrow()
console.log(await sealer.open(job.payload, { context: context(job), plaintext: window })) // { card: '4242 4242 4242 4242' }

// What waits or is kept is sealed where it stands.
const jobs = resealTable({
  db,
  dialect: 'postgres',
  table: 'jobs',
  key: 'id',
  column: 'payload',
  context,
  migrate: { sealer, plaintext: window },
})
const report = await createReseal({ sealer, targets: [jobs] }).run()
console.log(report.targets[0]?.moved, report.targets[0]?.skipped) // 1 []
const sealed = await db.selectFrom('jobs').selectAll().executeTakeFirstOrThrow()
console.log(await createSealer({ keys }).open(sealed.payload, { context: context(sealed) })) // { card: '4242 4242 4242 4242' }
// #endregion
await db.destroy()
