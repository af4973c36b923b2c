import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import { createKeystore, migrateKeystore } from '@waxseal/keystore-sql'
import { embeddedDatabase } from '@waxseal/keystore-sql/embedded'
import { createReseal } from '@waxseal/reseal'
import { migrateReseal, resealTable, sqlCheckpoints } from '@waxseal/reseal/sql'
import { sql } from 'kysely'

const kms = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'kek-1', key: generateKey() }]) })
const database = embeddedDatabase()
const { db } = database
await migrateKeystore(database)
await migrateReseal(database)
// The time of this example is its own.
let time = Date.now()
const now = () => time
const days = (count: number) => count * 86_400_000

const keystore = createKeystore({ ...database, wrap: kms, audit: 'none', name: 'orders', now })
await keystore.generate('orders', { actor: 'svc-deploy' })
const sealer = createSealer({ keys: keystore })
await sql`create table orders (id integer primary key, card text)`.execute(db)
const contextOf = (id: unknown) => ({ app: 'shop', table: 'orders', field: 'card', row: `${id}` })
for (let id = 1; id <= 20; id++)
  await sql`insert into orders values (${id}, ${await sealer.seal('4111 1111 1111 1111', { context: contextOf(id) })})`.execute(
    db,
  )

// #region keystore
// A version may be known to somebody: the next one seals, what is stored moves to it, and then it goes.
await keystore.markCompromised('orders', { actor: 'user-17', version: 1 })
await keystore.rotate('orders', { actor: 'user-17' })

const cards = resealTable({ ...database, table: 'orders', key: 'id', column: 'card', context: ({ id }) => contextOf(id) })
const reseal = createReseal({ sealer, targets: [cards], checkpoints: sqlCheckpoints(database), now })
const report = await reseal.run()
console.log(report.targets[0]?.moved) // 20

const old = { kid: 'orders', version: 1 }
const retiring = { keys: keystore.retirableKeys({ actor: 'svc-reseal' }), targets: ['orders.card'], settleMs: days(1) }
const first = await reseal.retireWhenUnused(old, retiring)
console.log(first.ok || first.reason) // settling
time += days(2)
const second = await reseal.retireWhenUnused(old, retiring)
console.log(second.ok, (await keystore.getVersion('orders', 1)).state) // true destroy_scheduled

// A last look before it goes for good: whatever still needs it keeps it.
time += days(8)
const inUse = async (version: { kid: string; version: number }) => !(await reseal.canRetire(version)).ok
const { destroyed } = (await keystore.maintain({ actor: 'svc-orders', inUse })).destruction
console.log(destroyed.length) // 1
// #endregion

await sealer.close()
await db.destroy()
