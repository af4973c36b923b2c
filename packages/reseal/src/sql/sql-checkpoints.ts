import { sql } from 'kysely'
import { type CheckpointStore, parseCheckpoint } from '../run/checkpoint.js'
import { checkDialect, plainDatabase, type SqlOptions } from './dialect.js'

const TABLE = 'waxseal_reseal'

/**
 * Makes the table of `sqlCheckpoints`. What is there already is left as it is: it may run at every start.
 *
 * @example
 * await migrateReseal({ db, dialect: 'postgres' })
 */
export async function migrateReseal({ db: given, dialect }: SqlOptions): Promise<void> {
  const db = plainDatabase(given)
  checkDialect(dialect)
  // Bytes are compared, not letters: MySQL's own collation takes A for a.
  const bytewise = dialect === 'mysql' ? ' character set utf8mb4 collate utf8mb4_bin' : ''
  await db.schema
    .createTable(TABLE)
    .ifNotExists()
    .addColumn('target', sql.raw<string>(`varchar(255)${bytewise}`), (column) => column.primaryKey())
    .addColumn('checkpoint', sql.raw<string>(`text${bytewise}`), (column) => column.notNull())
    .execute()
}

/**
 * Keeps checkpoints in the table `waxseal_reseal`, which `migrateReseal` makes.
 *
 * @example
 * const reseal = createReseal({ sealer, targets, checkpoints: sqlCheckpoints({ db, dialect: 'postgres' }) })
 */
export function sqlCheckpoints({ db: given, dialect }: SqlOptions): CheckpointStore {
  const db = plainDatabase(given)
  checkDialect(dialect)
  return {
    async load(target) {
      const row = await db.selectFrom(TABLE).select('checkpoint').where('target', '=', target).executeTakeFirst()
      return row ? parseCheckpoint(row.checkpoint) : null
    },
    async save(target, checkpoint) {
      if (!checkpoint) {
        await db.deleteFrom(TABLE).where('target', '=', target).execute()
        return
      }
      const text = JSON.stringify(checkpoint)
      const insert = db.insertInto(TABLE).values({ target, checkpoint: text })
      const upsert =
        dialect === 'mysql'
          ? insert.onDuplicateKeyUpdate({ checkpoint: text })
          : insert.onConflict((conflict) => conflict.column('target').doUpdateSet({ checkpoint: text }))
      await upsert.execute()
    },
  }
}
