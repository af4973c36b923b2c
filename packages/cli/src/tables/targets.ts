import { createDatabases, type Databases, type TableConfig } from '@waxseal/config'
import { type Sealer, selectFields } from '@waxseal/core'
import type { ResealTarget } from '@waxseal/reseal'
import { resealTable, type SqlItem } from '@waxseal/reseal/sql'
import { placeName } from '../places.js'
import { inClear } from './in-clear.js'
import { seeingAll } from './row-security.js'
import { columnsOf, filled } from './template.js'

async function targetOf(config: TableConfig, databases: Databases, sealer: Sealer | undefined): Promise<ResealTarget<SqlItem>> {
  const { database, table, key, column, holds, context, scope, policy } = config
  // A policy that does not fit is about all rows, and said before the first.
  if (policy) await selectFields({}, policy)
  const columns = new Set([...Object.values(context), scope ?? ''].flatMap(columnsOf))
  const opened = await databases.open(database)
  const target = resealTable({
    ...opened,
    name: placeName(config),
    table,
    key,
    column,
    holds,
    columns: [...columns],
    context: (row) => Object.fromEntries(Object.entries(context).map(([name, template]) => [name, filled(template, row)])),
    ...(scope !== undefined && { scope: (row) => filled(scope, row) }),
    ...(policy && { policy }),
    ...(sealer && { migrate: { sealer, plaintext: holds === 'bytes' ? { ...inClear(), allowIf: () => true } : inClear() } }),
  })
  return seeingAll(target, opened, table)
}

/** Opens the databases of tables, and their columns as targets; with a sealer, what stands in clear is sealed. */
export async function openTargets(tables: readonly TableConfig[], sealer?: Sealer) {
  const databases = createDatabases(process.env, { create: false })
  try {
    return {
      targets: await Promise.all(tables.map((table) => targetOf(table, databases, sealer))),
      close: () => databases.close(),
    }
  } catch (error) {
    await databases.close()
    throw error
  }
}
