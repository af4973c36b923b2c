import { fieldPolicy } from '@waxseal/core'
import type { TestDatabase } from '@waxseal/databases'
import { acteon, fernet } from '@waxseal/formats'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createReseal } from '../src/index.ts'
import { migrateReseal, type ResealTableOptions, resealTable } from '../src/sql.ts'
import { keyBytes, sealerOn } from './sealers.ts'

const OF_ACTEON = acteon({ keys: [{ kid: 'a1', key: keyBytes.k3 }], as: 'text' })
const OF_FERNET = fernet({ keys: keyBytes.k3 })
const before = sealerOn(['k1'])
const after = sealerOn(['k2', 'k1'], { legacy: [OF_ACTEON, OF_FERNET] })
const NOW = Date.now()
const window = { allowUntil: new Date(NOW + 86_400_000) }
const onlyLegacy = { ...window, accept: 'legacy' as const }
const contextOf = (id: unknown) => ({ app: 'shop', row: `${id}` })

/** Rows that are in clear or in others' layouts, on any database. */
export function migrateSuite(name: string, open: () => TestDatabase | Promise<TestDatabase>): void {
  describe(`${name}, with rows that are not sealed`, () => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await open()
      await migrateReseal(database)
    })
    afterAll(() => database?.db.destroy())

    const type = (kind: 'bytes' | 'text' | 'json') =>
      ({
        postgres: { bytes: 'bytea', text: 'text', json: 'jsonb' },
        mysql: { bytes: 'mediumblob', text: 'mediumtext', json: 'json' },
        sqlite: { bytes: 'blob', text: 'text', json: 'text' },
      })[database.dialect][kind]
    const make = async (kind: 'bytes' | 'text' | 'json', stored: readonly (string | Uint8Array)[]) => {
      await sql.raw('drop table if exists mixed').execute(database.db)
      await sql.raw(`create table mixed (id integer primary key, sealed ${type(kind)})`).execute(database.db)
      const rows = stored.map((sealed, at) => ({ id: at + 1, sealed }))
      await database.db.insertInto('mixed').values(rows).execute()
    }
    const table = (options: Partial<ResealTableOptions> = {}) =>
      resealTable({
        ...database,
        table: 'mixed',
        key: 'id',
        column: 'sealed',
        context: ({ id }) => contextOf(id),
        migrate: { sealer: after, plaintext: window },
        ...options,
      })
    const run = async (options?: Partial<ResealTableOptions>) => {
      const report = await createReseal({ sealer: after, targets: [table(options)], pageSize: 2, sampleIds: 100 }).run()
      return report.targets[0]!
    }
    const stored = async () =>
      (await database.db.selectFrom('mixed').selectAll().orderBy('id').execute()) as { id: number; sealed: never }[]
    const values = async () =>
      Promise.all((await stored()).map(({ id, sealed }) => after.open<unknown>(sealed, { context: contextOf(id) })))
    const texts = async () => [
      await after.seal('a', { context: contextOf(1) }),
      'plain',
      await OF_ACTEON.seal('c'),
      await before.seal('d', { context: contextOf(4) }),
      await OF_FERNET.seal('e'),
      '',
      await after.seal('g', { context: contextOf(7) }),
    ]

    it('seals them, beside what it moves', async () => {
      await make('text', await texts())
      expect(await run()).toMatchObject({ moved: 5, conflicted: 0, skipped: [] })
      expect(await values()).toEqual(['a', 'plain', 'c', 'd', 'e', '', 'g'])
      expect((await stored()).map(({ sealed }) => after.inspect(sealed).kid)).toEqual(Array(7).fill('k2'))
      expect(await run()).toMatchObject({ moved: 0, skipped: [] })
    })

    it('leaves what the window does not take, and what cannot be opened, as it is', async () => {
      const [, plain, ofActeon] = await texts()
      const damaged = ofActeon!.replace('data:', 'data:AAAA')
      await make('text', [plain!, ofActeon!, damaged])
      const report = await run({ migrate: { sealer: after, plaintext: onlyLegacy } })
      expect(report).toMatchObject({ moved: 1 })
      expect(report.skipped).toEqual([
        { reason: 'plaintext_rejected', count: 1, ids: ['1'] },
        { reason: 'open_failed', count: 1, ids: ['3'] },
      ])
      expect((await stored()).map(({ sealed }) => sealed === plain || sealed === damaged)).toEqual([true, false, true])
      expect(await run({ migrate: { sealer: after, plaintext: { allowUntil: new Date(NOW - 1) } } })).toMatchObject({ moved: 0 })
      expect(await run({ migrate: undefined })).toMatchObject({ moved: 0 })
    })

    it('seals columns of bytes as bytes', async () => {
      const token = new TextEncoder().encode(await OF_FERNET.seal('b'))
      const sealed = await before.seal('a', { context: contextOf(1), as: 'bytes' })
      await make('bytes', [sealed, token, Uint8Array.of(7, 8)])
      const report = await run({ holds: 'bytes' })
      expect(report).toMatchObject({ moved: 2, skipped: [{ reason: 'plaintext_rejected', count: 1, ids: ['3'] }] })
      const all = { sealer: after, plaintext: { ...window, allowIf: () => true } }
      expect(await run({ holds: 'bytes', migrate: all })).toMatchObject({ moved: 1, skipped: [] })
      const [a, b, c] = await values()
      expect([a, b]).toEqual(['a', 'b'])
      expect(Uint8Array.from(c as Uint8Array)).toEqual(Uint8Array.of(7, 8))
    })

    it.each(['bundle', 'inline'] as const)('seals documents in the form %s, and loses no digit', async (form) => {
      const policy = fieldPolicy({ fields: ['/card'], form })
      const context = (id: number) => ({ context: contextOf(id) })
      const documents = [
        JSON.stringify(await before.sealFields({ card: 'a', n: 1 }, policy, context(1))),
        '{"card":"b","n":2}',
        JSON.stringify({ card: await OF_FERNET.seal('c'), n: 3 }),
        '{"card":"d","n":12345678901234567}',
      ]
      await make('json', documents)
      const report = await run({ holds: 'document', policy })
      expect(report.moved).toBe(3)
      expect(report.skipped).toEqual([{ reason: 'not_serialisable', count: 1, ids: ['4'] }])
      const opened = (await stored()).slice(0, 3).map(async ({ id, sealed }) => {
        const document = typeof sealed === 'string' ? JSON.parse(sealed) : sealed
        return after.openFields(document, policy, context(id))
      })
      expect(await Promise.all(opened)).toEqual([
        { card: 'a', n: 1 },
        { card: 'b', n: 2 },
        { card: 'c', n: 3 },
      ])
      expect(await run({ holds: 'document', policy })).toMatchObject({ moved: 0 })
    })

    it('checks what it is given', () => {
      const bad = [{ sealer: {} }, { sealer: after }, { sealer: after, plaintext: { allowUntil: '2030' } }]
      for (const migrate of bad) expect(() => table({ migrate: migrate as never })).toThrow(/migrate/)
      expect(() => table({ form: 'bundle' })).toThrow(/bundle/)
    })
  })
}
