import type { ContractCustomer, ContractTable, RowBench } from '@waxseal/conformance/contracts'
import { createRowSealer, sealedColumn, sealedJson } from '@waxseal/rows'
import { sql } from 'kysely'
import { whereIndexed } from '../src/index.ts'
import { createTables, sealedDatabase, type TestDatabase } from './databases.ts'

export const rowsOf = (name: string, options: ContractTable) => {
  const { sealer, index, plaintext, write, alias = name, previousContexts, retention } = options
  return createRowSealer({
    sealer,
    app: 'contract',
    table: alias,
    row: 'id',
    scope: ({ tenant }) => tenant as string,
    columns: {
      email: sealedColumn<string>({ plaintext }),
      card: sealedColumn<string>({ plaintext }),
      photo: sealedColumn<Uint8Array>({ as: 'bytes', plaintext }),
      notes: sealedColumn<unknown>({ as: 'json', plaintext }),
      profile: sealedJson<object>({ fields: ['/phone', '/references'], plaintext }),
    },
    indexes: { email_index: { of: 'email', index } },
    companions: { sealed: 'is_encrypted', fields: 'pii_fields', deleteAt: { column: 'delete_at', policy: retention } },
    previousContexts,
    write,
    json: 'text',
  })
}

/** The contract's database, through the adapter. */
export async function rowBench(database: TestDatabase, close: () => Promise<void>): Promise<RowBench> {
  const { db: plain, dialect } = database
  await createTables(database)
  const city = { postgres: sql`profile->>'city'`, mysql: sql`json_value(profile, '$.city')`, sqlite: sql`profile->>'$.city'` }
  return {
    table(name, options) {
      const rows = rowsOf(name, options)
      const db = sealedDatabase(database, { tables: { [name]: rows } })
      const columns = ['id', 'tenant', 'plan', 'email', 'card', 'photo', 'notes', 'profile'] as const
      const all = db.selectFrom(name).select(columns)
      return {
        async insert(customers) {
          await db
            .insertInto(name)
            .values(await rows.sealMany(customers as never[]))
            .execute()
        },
        async update(id, tenant, change) {
          const sealed = await rows.sealChange(change as never, { id, tenant })
          await db.updateTable(name).set(sealed).where('id', '=', id).execute()
        },
        async select(ids) {
          const found = (await all.where('id', 'in', ids).execute()) as ContractCustomer[]
          return ids.map((id) => found.find((row) => row.id === id)!)
        },
        selectByCity: async (wanted) => (await all.where(city[dialect], '=', wanted).execute()) as ContractCustomer[],
        async selectByEmail(email, tenant) {
          return (await all.where(await whereIndexed(rows, 'email', email, { scope: tenant })).execute()) as ContractCustomer[]
        },
        selectWithoutId: (id) => db.selectFrom(name).select(['tenant', 'email', 'card']).where('id', '=', id).execute(),
        async reindex() {
          let changed = 0
          for (const row of await plain.selectFrom(name).selectAll().execute()) {
            const change = await rows.reindex(row)
            if (!change) continue
            await db.updateTable(name).set(change).where('id', '=', row.id).execute()
            changed++
          }
          return changed
        },
      }
    },
    async read(table, id, column) {
      return (await plain.selectFrom(table).select(column).where('id', '=', id).executeTakeFirstOrThrow())[column]
    },
    async write(table, id, column, stored) {
      const json = dialect !== 'sqlite' && ['notes', 'profile'].includes(column)
      await plain
        .updateTable(table)
        .set({ [column]: json ? JSON.stringify(stored) : stored })
        .where('id', '=', id)
        .execute()
    },
    async dump() {
      const tables = ['customers', 'suppliers'].map((table) => plain.selectFrom(table).selectAll().execute())
      return (await Promise.all(tables)).flat()
    },
    close,
  }
}
