import type { QueueConfig, TableConfig, WaxsealConfig } from '@waxseal/config'
import { usage } from './failure.js'
import { addressOf } from './moving/checkpoints.js'
import { columnsOf } from './tables/template.js'

/** Where sealed data is stored, as a configuration says. */
export type Place = TableConfig | QueueConfig

export interface Places {
  readonly tables: readonly TableConfig[]
  readonly queues: readonly QueueConfig[]
}

/** What a place is called in reports, and by `--target`. */
export const placeName = (place: Place): string => place.name ?? ('kind' in place ? place.kind : `${place.table}.${place.column}`)

/** Where a database is; its reference as it stands where that cannot be told here. */
function databaseOf(reference: string): string {
  try {
    return addressOf(reference) || reference
  } catch {
    return reference
  }
}

const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** One table may be called orders and shop.orders. */
const isSameTable = (one: TableConfig, other: TableConfig): boolean =>
  isSameName(one.table.split('.').at(-1)!, other.table.split('.').at(-1)!) &&
  (one.database === other.database || databaseOf(one.database) === databaseOf(other.database))

/** Refuses a key, a context or a scope of what is sealed itself: behind the first run it is another one, and nothing opens. */
function checkColumns(tables: readonly TableConfig[]): void {
  for (const place of tables) {
    const { table, key, context, scope = '' } = place
    const read = [key, ...[...Object.values(context), scope].map(columnsOf)].flat()
    const sealed = tables.find((other) => read.some((column) => isSameName(column, other.column)) && isSameTable(place, other))
    if (sealed)
      throw usage(
        `${table}.${sealed.column} is sealed, and stands in a key, a context or a scope of ${table}`,
        'These are of columns that stay in clear, and stay the same.',
      )
  }
}

/** The places that a command line names, or all of the configuration. */
export function placesFor({ tables = [], queues = [] }: WaxsealConfig, names: readonly string[] | undefined): Places {
  const known = [...tables, ...queues].map(placeName)
  if (known.length === 0)
    throw usage(
      'the configuration has neither tables nor queues',
      'List them under `tables` (database, table, column, context) or `queues`.',
    )
  const twice = known.find((name, at) => known.indexOf(name) !== at)
  if (twice !== undefined) throw usage(`two places of the configuration are called ${twice}`, 'Give one of them a `name`.')
  const unknown = names?.find((name) => !known.includes(name))
  if (unknown !== undefined) throw usage(`there is no ${unknown} in the configuration`, `There are ${known.join(', ')}.`)
  checkColumns(tables)
  const isMeant = (place: Place) => names === undefined || names.includes(placeName(place))
  return { tables: tables.filter(isMeant), queues: queues.filter(isMeant) }
}
