import { openPglite, openSqlite } from '@waxseal/databases'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { createReseal } from '../src/index.ts'
import { resealTable } from '../src/sql.ts'
import { migrateSuite } from './migrate-suite.ts'
import { sealerOn } from './sealers.ts'
import { sqlSuite } from './sql-suite.ts'

sqlSuite('tables on PGlite', openPglite)
sqlSuite('tables on SQLite', openSqlite)
migrateSuite('tables on PGlite', openPglite)
migrateSuite('tables on SQLite', openSqlite)

it('takes pages of more rows than SQLite takes parameters', async () => {
  const { db, dialect } = openSqlite()
  await sql`create table t (region text, id integer, sealed text, primary key (region, id))`.execute(db)
  const context = { app: 'large' }
  const sealed = await sealerOn(['k1']).seal('x', { context })
  await sql`insert into t with recursive n(i) as (select 1 union all select i + 1 from n where i < 9000)
    select 'eu', i, ${sealed} from n`.execute(db)
  const target = resealTable({ db, dialect, table: 't', key: ['region', 'id'], column: 'sealed', context: () => context })
  const reseal = createReseal({ sealer: sealerOn(['k2', 'k1']), targets: [target], pageSize: 9000 })
  expect((await reseal.run()).targets[0]).toMatchObject({ moved: 9000, conflicted: 0 })
  await db.destroy()
})
