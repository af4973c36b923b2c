import type { QueueConfig, TableConfig, WaxsealConfig } from '@waxseal/config'
import { usage } from './failure.js'
import { queueName } from './queues/targets.js'
import { nameOf } from './tables/targets.js'

/** Where sealed data is stored, as a configuration says. */
export interface Places {
  readonly tables: readonly TableConfig[]
  readonly queues: readonly QueueConfig[]
}

/** The places that a command line names, or all of the configuration. */
export function placesFor({ tables = [], queues = [] }: WaxsealConfig, names: readonly string[] | undefined): Places {
  const known = [...tables.map(nameOf), ...queues.map(queueName)]
  if (known.length === 0)
    throw usage(
      'the configuration has neither tables nor queues',
      'List them under `tables` (database, table, column, context) or `queues`.',
    )
  const unknown = names?.find((name) => !known.includes(name))
  if (unknown !== undefined) throw usage(`there is no ${unknown} in the configuration`, `There are ${known.join(', ')}.`)
  const isMeant = (name: string) => names === undefined || names.includes(name)
  return {
    tables: tables.filter((table) => isMeant(nameOf(table))),
    queues: queues.filter((queue) => isMeant(queueName(queue))),
  }
}
