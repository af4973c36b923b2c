import { PGlite } from '@electric-sql/pglite'
import { type SealedTable, sealedConfig, sealedTypes, whereIndexed } from '@waxseal/adapter-kysely'
import { createBlindIndex, createSealer, generateKey, normalisers, staticKeys } from '@waxseal/core'
import { createReseal } from '@waxseal/reseal'
import { resealTable } from '@waxseal/reseal/sql'
import { createRowSealer, sealedColumn, sealedJson } from '@waxseal/rows'
import { type Generated, Kysely, PGliteDialect } from 'kysely'

interface Profile {
  city: string
  phone: string
}
const [k1, k2] = [generateKey(), generateKey()]
const keys = staticKeys([{ kid: 'k1', key: k1 }])
const emails = createBlindIndex({
  keys,
  table: 'customers',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: { kid: 'k1' } }],
})
const pglite = await PGlite.create()
const dialect = new PGliteDialect({ pglite })

// #region define
const customers = createRowSealer({
  sealer: createSealer({ keys }),
  app: 'shop',
  table: 'customers',
  row: 'id',
  columns: {
    email: sealedColumn<string>(),
    card: sealedColumn<string>(),
    profile: sealedJson<Profile>({ fields: ['/phone'] }),
  },
  indexes: { email_index: { of: 'email', index: emails } },
  json: 'text',
})

interface Database {
  customers: SealedTable<
    typeof customers,
    {
      id: string
      plan: Generated<string>
      email: string
      email_index: string | null
      card: string | null
      profile: Profile
    }
  >
  orders: { nr: number; customer: string; total: number }
}

const db = new Kysely<Database>(sealedConfig({ dialect, tables: { customers } }))
// #endregion

// #region migrate
const types = sealedTypes('postgres')
await db.schema
  .createTable('customers')
  .addColumn('id', 'text', (column) => column.primaryKey())
  .addColumn('plan', 'text', (column) => column.notNull().defaultTo('basic'))
  .addColumn('email', types.text, (column) => column.notNull())
  .addColumn('email_index', types.index, (column) => column.unique())
  .addColumn('card', types.text)
  .addColumn('profile', types.json, (column) => column.notNull())
  .execute()
// #endregion
await db.schema
  .createTable('orders')
  .addColumn('nr', 'integer')
  .addColumn('customer', 'text')
  .addColumn('total', 'integer')
  .execute()

// #region use
const ada = { id: 'c1', email: 'ada@example.com', card: '4111 1111', profile: { city: 'Wien', phone: '+43 1 555' } }
const bob = { id: 'c2', email: 'bob@example.com', card: null, profile: { city: 'Graz', phone: '+43 316 1' } }
await db
  .insertInto('customers')
  .values(await customers.sealMany([ada, bob]))
  .execute()

const change = await customers.sealChange({ card: '5500 0000' }, { id: 'c1' })
await db.updateTable('customers').set(change).where('id', '=', 'c1').execute()

const found = await db
  .selectFrom('customers')
  .select(['id', 'plan', 'card', 'profile'])
  .where(await whereIndexed(customers, 'email', ' Ada@Example.com'))
  .executeTakeFirstOrThrow()
console.log(found.plan, found.card, found.profile.phone) // basic 5500 0000 +43 1 555
// #endregion

// #region stored
const { rows } = await pglite.query<{ card: string; profile: Profile }>('select card, profile from customers order by id')
console.log(rows[0]?.card.slice(0, 13), rows[0]?.profile.city, rows[0]?.profile.phone) // wax1.c256.k1~ Wien [sealed]
// #endregion

await db.insertInto('orders').values({ nr: 1, customer: 'c1', total: 40 }).execute()
// #region join
const orders = await db
  .selectFrom('orders')
  .innerJoin('customers as c', 'c.id', 'orders.customer')
  .select(['orders.nr', 'c.id as customer', 'c.card as number'])
  .execute()
console.log(orders) // [ { nr: 1, customer: 'c1', number: '5500 0000' } ]
// #endregion

// #region upsert
const { id, ...rest } = await customers.seal({ ...bob, card: '6011 0000' })
const [upserted] = await db
  .insertInto('customers')
  .values({ id, ...rest })
  .onConflict((on) => on.column('id').doUpdateSet(rest))
  .returning(['id', 'card'])
  .execute()
console.log(upserted) // { id: 'c2', card: '6011 0000' }
// #endregion

// #region refused
const messageOf = (query: { execute(): Promise<unknown> }): Promise<string> =>
  query.execute().then(String, (error) => error.message)

const withoutKey = db.selectFrom('customers').select('card')
console.log(await messageOf(withoutKey)) // customers.id has to be selected too: it tells where card belongs

const many = db.updateTable('customers').set({ card: change.card }).where('plan', '=', 'basic')
console.log(await messageOf(many)) // customers.card belongs to one row: the update needs id = … in its where

const clear = db.selectFrom('customers').select('id').where('card', '=', '5500 0000')
console.log((await messageOf(clear)).split(':')[0]) // customers.card meets a value that is not sealed
// #endregion

const next = createSealer({
  keys: staticKeys([
    { kid: 'k2', key: k2 },
    { kid: 'k1', key: k1, state: 'decrypt_only' },
  ]),
})
// #region reseal
const cards = resealTable({
  db,
  dialect: 'postgres',
  table: 'customers',
  key: 'id',
  column: 'card',
  context: (row) => customers.placeOf('card', row).context,
})
const report = await createReseal({ sealer: next, targets: [cards] }).run()
console.log(report.complete, report.targets[0]?.moved) // true 2
// #endregion

await db.destroy()
