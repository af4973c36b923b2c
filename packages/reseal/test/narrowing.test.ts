import { createSealer, staticKeys } from '@waxseal/core'
import { multi, rootKeyProvider } from '@waxseal/core/keys'
import { openSqlite } from '@waxseal/databases'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keysOf, mayBeSame } from '../src/retirement/key-ref.ts'
import { resealTable } from '../src/sql.ts'
import { keyBytes } from './sealers.ts'

const KIDS = ['k', 'k1', 'k1-', 'k10']
const VERSIONS = [0, 1, 12, 127, 128, 16_384, 0xffffffff]
const { db, dialect } = openSqlite()
const context = { app: 'narrowing' }
const named = fc.record({
  kid: fc.constantFrom(...KIDS),
  version: fc.constantFrom(...VERSIONS),
  suite: fc.constantFrom('aes-256-gcm' as const, 'chacha20-poly1305' as const),
  storeContext: fc.boolean(),
  wrap: fc.constantFrom('none', 'root', 'multi'),
})

const sealerOf = ({
  kid,
  version,
  suite,
  wrap,
}: {
  kid: string
  version: number
  suite: 'aes-256-gcm' | 'chacha20-poly1305'
  wrap: string
}) => {
  const keys = staticKeys([{ kid, version, key: keyBytes.k1 }])
  const root = rootKeyProvider({ id: 'root', version, keys })
  return createSealer({
    suite,
    keys: wrap === 'none' ? keys : wrap === 'root' ? root : multi({ id: 'multi', providers: [root] }),
  })
}
const any = sealerOf({ kid: 'k', version: 1, suite: 'aes-256-gcm', wrap: 'none' })
const target = (holds: 'text' | 'bytes') =>
  resealTable({ db, dialect, table: 't', key: 'id', column: holds, holds, context: () => context })
const whole = { after: null, until: null, limit: 100 }

beforeAll(() =>
  db.schema.createTable('t').addColumn('id', 'integer').addColumn('text', 'text').addColumn('bytes', 'blob').execute(),
)
afterAll(() => db.destroy())

it('leaves out nothing that needs a key, and nothing that is not current', async () => {
  const ref = fc.record({
    kid: fc.constantFrom(...KIDS, 'root', 'multi'),
    version: fc.option(fc.constantFrom(...VERSIONS), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(named, { minLength: 1, maxLength: 12 }), ref, async (list, key) => {
      await db.deleteFrom('t').execute()
      const rows = await Promise.all(
        list.map(async (each, id) => {
          const sealer = sealerOf(each)
          const { storeContext } = each
          const text = await sealer.seal('x', { context, storeContext })
          const bytes = Buffer.from(await sealer.seal('x', { context, storeContext, as: 'bytes' }))
          return { id, text, bytes }
        }),
      )
      await db.insertInto('t').values(rows).execute()
      const current = sealerOf(list[0]!)
      await current.warm()
      const { kid, keyVersion: version, suite, wrapped } = current.inspect(rows[0]!.text)
      for (const holds of ['text', 'bytes'] as const) {
        const found = async (narrow: object) =>
          (await target(holds).page({ ...whole, narrow: narrow as never })).items.map(({ id }) => Number(id))
        const asked = await found({ on: [key] })
        const needing = rows.filter((row) => keysOf(any, row[holds]).some((name) => mayBeSame(name, key)))
        expect(asked).toEqual(expect.arrayContaining(needing.map(({ id }) => id)))
        // Beyond those it hands out only what carries a wrapped key.
        for (const id of asked) if (!needing.some((row) => row.id === id)) expect(any.inspect(rows[id]!.text).wrapped).toBe(true)
        const stale = rows.filter((row) => current.needsReseal(row[holds]) !== false)
        expect(await found({ notOn: { kid, version, suite, wrapped } })).toEqual(stale.map(({ id }) => id))
      }
    }),
    { numRuns: 100 },
  )
})
