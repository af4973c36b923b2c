import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { openSqlite } from '@waxseal/databases'
import { expect, it } from 'vitest'
import { createReseal } from '../src/index.ts'
import { migrateReseal, resealTable, sqlCheckpoints } from '../src/sql.ts'
import { sealerOn } from './sealers.ts'

it('tells nothing of what is sealed: not in reports, progress, jobs, checkpoints or errors', async () => {
  const canaries = Object.values(createCanaries('row'))
  const { db, dialect } = openSqlite()
  await migrateReseal({ db, dialect })
  await db.schema
    .createTable('t')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('sealed', 'text')
    .execute()
  const before = sealerOn(['k1'])
  const contextOf = (id: unknown) => ({ app: 'leaks', row: `${id}` })
  const values = [...canaries, ...canaries].map(({ value }) => value)
  for (const [id, value] of values.entries()) {
    // Some stand in clear, some are sealed elsewhere: they are reported, and stay unsaid.
    const sealed = id % 3 === 0 ? value : await before.seal(value, { context: contextOf(id % 3 === 1 ? id : 'elsewhere') })
    await db.insertInto('t').values({ id, sealed }).execute()
  }
  const said: unknown[] = []
  const checkpoints = sqlCheckpoints({ db, dialect })
  const options = {
    sealer: sealerOn(['k2', 'k1']),
    checkpoints: {
      load: checkpoints.load,
      save: (...given: Parameters<typeof checkpoints.save>) => {
        said.push(given)
        return checkpoints.save(...given)
      },
    },
    pageSize: 3,
    onProgress: (progress: unknown) => said.push(progress),
  }
  const target = resealTable({ db, dialect, table: 't', key: 'id', column: 'sealed', context: ({ id }) => contextOf(id) })
  const reseal = createReseal({ ...options, targets: [target] })
  said.push(await reseal.run({ dryRun: true }), await reseal.partition('t.sealed', { parts: 3 }))
  said.push(await reseal.runPage({ target: 't.sealed', after: null, until: null, limit: 2 }))
  said.push(await reseal.run(), await reseal.stillOn({ kid: 'k1' }), await reseal.canRetire({ kid: 'k2' }))
  const failing = { ...target, replace: () => Promise.reject(new Error(values[0])) }
  const stop = createReseal({ ...options, sealer: sealerOn(['k3', 'k2', 'k1']), targets: [failing], onSkip: 'stop' })
  said.push(await stop.run(), await createReseal({ ...options, sealer: sealerOn(['k3', 'k2', 'k1']), targets: [failing] }).run())
  expect(said.length).toBeGreaterThan(12)
  const items = said.map((each, at) => ({ where: `said ${at}`, text: JSON.stringify(each) }))
  const report = await scan(items, canaries, { inflate: true })
  expect(report.items).toBe(said.length)
  expect(describeHits(report.hits)).toBe('')
  await db.destroy()
})
