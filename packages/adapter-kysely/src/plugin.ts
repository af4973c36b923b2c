import { WaxsealError } from '@waxseal/core'
import type { KyselyPlugin } from 'kysely'
import { guardQuery } from './guard.js'
import { type Opening, planOpening } from './opening.js'
import { outputOf } from './query.js'
import { type AnyRowSealer, registerTables } from './tables.js'
import type { DuplicateKeys } from './writes.js'

export interface SealedPluginOptions {
  /** Row sealers by table, as queries name it: `customers` in any schema, or `shop.customers`. */
  readonly tables: Readonly<Record<string, AnyRowSealer>>
  /** Plugins between this one and the database: those that rename columns, such as Kysely's CamelCasePlugin. Default: none. */
  readonly plugins?: readonly KyselyPlugin[] | undefined
  /**
   * `ON DUPLICATE KEY UPDATE` of sealed columns: refused (default), because another unique key would put them into a row that they do
   * not belong to; `same-row` where the table has no other.
   */
  readonly duplicateKeys?: DuplicateKeys | undefined
}

/**
 * A plugin for Kysely that opens the sealed columns which queries give, and refuses queries that would take plaintext of sealed columns
 * to the database. Rows are sealed before the query, by their row sealer. Queries fail with `plaintext_rejected` for a value that is not
 * sealed, `context_required` where they do not tell the row, `config` where names of the result collide, and with what opening says:
 * `open_failed` for a value of another row, column or table.
 *
 * @example
 * const db = new Kysely<Database>({ dialect, plugins: [createSealedPlugin({ tables: { customers } })] })
 * await db.insertInto('customers').values(await customers.sealMany(rows)).execute()
 * const [row] = await db.selectFrom('customers').selectAll().execute()
 */
export function createSealedPlugin({ tables: given, plugins = [], duplicateKeys = 'refuse' }: SealedPluginOptions): KyselyPlugin {
  const tables = registerTables(given)
  if (duplicateKeys !== 'refuse' && duplicateKeys !== 'same-row')
    throw new WaxsealError('config', "duplicateKeys is 'refuse' or 'same-row'")
  const openings = new WeakMap<object, Opening>()

  return Object.freeze<KyselyPlugin>({
    transformQuery({ node, queryId }) {
      guardQuery(node, tables, duplicateKeys)
      const opening = planOpening(outputOf(node, { tables, expressions: new Map() }))
      if (opening) openings.set(queryId, opening)
      return plugins.reduce((query, plugin) => plugin.transformQuery({ node: query, queryId }), node)
    },
    async transformResult({ queryId, ...args }) {
      let { result } = args
      for (const plugin of plugins) result = await plugin.transformResult({ ...args, queryId, result })
      const opening = openings.get(queryId)
      return opening && Array.isArray(result.rows) ? { ...result, rows: await opening(result.rows) } : result
    },
  })
}
