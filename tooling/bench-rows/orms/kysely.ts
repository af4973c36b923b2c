import { type SealedTable, sealedConfig } from '@waxseal/adapter-kysely'
import { createRowSealer, sealedColumn } from '@waxseal/rows'
import { Kysely, PostgresDialect } from 'kysely'
import type { Note, OpenOrm } from '../orm.ts'

export const openKysely: OpenOrm = async ({ pool, sealer }) => {
  const rows = createRowSealer({ sealer, app: 'bench', table: 'notes', row: 'id', columns: { note: sealedColumn<string>() } })
  const dialect = new PostgresDialect({ pool })
  const plain = new Kysely<{ plain_notes: Note; sealed_notes: Note }>({ dialect })
  const sealed = new Kysely<{ sealed_notes: SealedTable<typeof rows, Note> }>(
    sealedConfig({ dialect, tables: { sealed_notes: rows } }),
  )
  return {
    async fill(notes) {
      await plain.insertInto('plain_notes').values(notes).execute()
      await sealed
        .insertInto('sealed_notes')
        .values(await rows.sealMany(notes))
        .execute()
    },
    readPlain: () => plain.selectFrom('plain_notes').selectAll().execute(),
    readSealed: () => plain.selectFrom('sealed_notes').selectAll().execute(),
    readOpened: () => sealed.selectFrom('sealed_notes').selectAll().execute(),
    close: async () => {},
  }
}
