import { WaxsealError } from '@waxseal/core'
import type { KyselyConfig } from 'kysely'
import { sealedDialect } from './dialect.js'
import { guardQuery } from './guard.js'
import { type Opening, planOpening } from './opening.js'
import { outputOf } from './query.js'
import { type AnyRowSealer, registerTables } from './tables.js'
import type { DuplicateKeys } from './writes.js'

export interface SealedConfig extends KyselyConfig {
  /** Row sealers by table: `customers` stands for it in any schema, `shop.customers` for that of one. */
  readonly tables: Readonly<Record<string, AnyRowSealer>>
  /**
   * What the database calls a table or a column of the row sealers, where a plugin such as Kysely's CamelCasePlugin renames them.
   * Default: the same.
   */
  readonly names?: ((name: string) => string) | undefined
  /**
   * `ON DUPLICATE KEY UPDATE` of sealed columns: refused (default), because another unique key would put them into a row that they do
   * not belong to; `same-row` where the tables have no other.
   */
  readonly duplicateKeys?: DuplicateKeys | undefined
}

/**
 * The configuration of a Kysely that opens the sealed columns which queries give, and refuses queries that would take plaintext of
 * sealed columns to the database. Rows are sealed before the query, by their row sealer. Queries fail with `plaintext_rejected` for a
 * value that is not sealed, `context_required` where they do not tell the row, `config` where names of a result collide, and with what
 * opening says: `open_failed` for a value of another row, column or table.
 *
 * @example
 * const db = new Kysely<Database>(sealedConfig({ dialect, tables: { customers } }))
 * await db.insertInto('customers').values(await customers.sealMany(rows)).execute()
 * const [row] = await db.selectFrom('customers').selectAll().execute()
 */
export function sealedConfig({ tables: given, names, duplicateKeys = 'refuse', ...config }: SealedConfig): KyselyConfig {
  const tables = registerTables(given, names)
  if (duplicateKeys !== 'refuse' && duplicateKeys !== 'same-row')
    throw new WaxsealError('config', "duplicateKeys is 'refuse' or 'same-row'")
  // By the query and then by its result: Kysely gives one id to all queries that are built from one.
  const planned = new WeakMap<object, Opening>()
  const pending = new WeakMap<object, Opening>()

  const dialect = sealedDialect(config.dialect, {
    compiled({ query }) {
      guardQuery(query, tables, duplicateKeys)
      const opening = planOpening(outputOf(query, { tables, expressions: new Map() }))
      if (opening) planned.set(query, opening)
    },
    executed({ query }, result) {
      const opening = planned.get(query)
      if (opening) pending.set(result, opening)
    },
  })
  return {
    ...config,
    dialect,
    plugins: [
      {
        transformQuery: ({ node }) => node,
        // Here the connection is free again: opening may wait for a key, even for one from this database.
        async transformResult({ result }) {
          const opening = pending.get(result)
          return opening ? { ...result, rows: await opening(result.rows) } : result
        },
      },
      ...(config.plugins ?? []),
    ],
  }
}
