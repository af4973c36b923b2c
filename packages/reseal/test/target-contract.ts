import { type ResealTargetHarness, resealTargetContract } from '@waxseal/conformance/contracts'
import type { TestDatabase } from '@waxseal/databases'
import { sql } from 'kysely'
import { describe, it } from 'vitest'
import { resealTable } from '../src/sql.ts'

let tables = 0

/** The published contract, on tables of any database. `open` may give the same one each time. */
export function targetContract(name: string, open: () => TestDatabase | Promise<TestDatabase>): void {
  for (const form of ['string', 'bytes'] as const) {
    const create: ResealTargetHarness['create'] = async (values) => {
      const { db, dialect } = await open()
      const table = `contract_${form}_${++tables}`
      const type = form === 'string' ? 'varchar(2000)' : { postgres: 'bytea', mysql: 'mediumblob', sqlite: 'blob' }[dialect]
      await sql.raw(`create table ${table} (id varchar(20) primary key, sealed ${type})`).execute(db)
      const bound = (value: string | Uint8Array) => (typeof value === 'string' ? value : Buffer.from(value))
      for (const [at, value] of values.entries())
        await db
          .insertInto(table)
          .values({ id: `r${String.fromCharCode(97 + ((at * 7) % 23))}${at}`, sealed: bound(value) })
          .execute()
      return {
        target: resealTable({
          db,
          dialect,
          table,
          key: 'id',
          column: 'sealed',
          holds: form === 'string' ? 'text' : 'bytes',
          context: ({ id }) => ({ app: 'contract', row: `${id}` }),
        }),
        overwrite: async (held, by) =>
          void (await db
            .updateTable(table)
            .set({ sealed: bound(by) })
            .where('sealed', '=', bound(held))
            .execute()),
        remove: async (held) => void (await db.deleteFrom(table).where('sealed', '=', bound(held)).execute()),
      }
    }
    resealTargetContract({ describe, it, harness: { name: `a table of ${form}s on ${name}`, form, create } })
  }
}
