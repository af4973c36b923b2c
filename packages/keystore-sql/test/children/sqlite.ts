import { DatabaseSync } from 'node:sqlite'
import type { SqliteDatabase } from 'kysely'

/** SQLite as Node has it, in the shape that Kysely's dialect wants. */
export function sqlite(path: string): SqliteDatabase {
  const database = new DatabaseSync(path)
  database.exec('pragma busy_timeout = 20000')
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text)
      const values = (list: readonly unknown[]) => list as (string | number | null)[]
      return {
        reader: statement.columns().length > 0,
        all: (list) => statement.all(...values(list)),
        run: (list) => statement.run(...values(list)),
        iterate: (list) => statement.iterate(...values(list)),
      }
    },
  }
}
