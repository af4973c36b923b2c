import { createDatabases, type Databases, type TableConfig } from '@waxseal/config'
import { selectFields } from '@waxseal/core'
import type { ResealTarget } from '@waxseal/reseal'
import { resealTable, type SqlItem } from '@waxseal/reseal/sql'
import { placeName } from '../places.js'
import { columnsOf, filled } from './template.js'

type Migrate = NonNullable<Parameters<typeof resealTable>[0]['migrate']>

async function targetOf(config: TableConfig, databases: Databases, migrate: Migrate | undefined): Promise<ResealTarget<SqlItem>> {
  const { database, table, key, column, holds, context, scope, policy } = config
  // A policy that does not fit is about all rows, and said before the first.
  if (policy) await selectFields({}, policy)
  const columns = new Set([...Object.values(context), scope ?? ''].flatMap(columnsOf))
  return resealTable({
    ...(await databases.open(database)),
    name: placeName(config),
    table,
    key,
    column,
    holds,
    columns: [...columns],
    context: (row) => Object.fromEntries(Object.entries(context).map(([name, template]) => [name, filled(template, row)])),
    ...(scope !== undefined && { scope: (row) => filled(scope, row) }),
    ...(policy && { policy }),
    ...(migrate && { migrate }),
  })
}

/** Opens the databases of tables, and their columns as targets. */
export async function openTargets(tables: readonly TableConfig[], migrate?: Migrate) {
  const databases = createDatabases(process.env, { create: false })
  try {
    return {
      targets: await Promise.all(tables.map((table) => targetOf(table, databases, migrate))),
      close: () => databases.close(),
    }
  } catch (error) {
    await databases.close()
    throw error
  }
}
