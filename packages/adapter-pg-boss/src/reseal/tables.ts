import { WaxsealError } from '@waxseal/core'
import type { Db } from '../host.js'

/** A table in which pg-boss stores what was sealed. */
export interface StoredTable {
  readonly relation: string
  /** What tells its rows of one queue apart, in SQL. */
  readonly key: string
  readonly keyType: 'uuid' | 'text'
  /** Columns with payloads or outcomes, by their place in the order; undefined where this version of pg-boss has none. */
  readonly columns: readonly (string | undefined)[]
  /** Whether its rows have a state, as jobs do. */
  readonly stateful: boolean
  /** Whether a dead letter's row names the queue that it came from (version 12). */
  readonly sourced: boolean
}

/** What a schema holds. */
export interface StoredTables {
  readonly tables: readonly StoredTable[]
  /** Whether there is more JSON than is known here: of a later version, or of somebody else. */
  readonly more: boolean
}

// The order of pages. Version 10 moves jobs to `archive`: what moves while it is read must move ahead of the reader.
const TABLES: readonly (Pick<StoredTable, 'relation' | 'key' | 'keyType'> & { readonly columns: readonly string[] })[] = [
  { relation: 'job', key: 'id', keyType: 'uuid', columns: ['data', 'output', 'source_output'] },
  { relation: 'archive', key: 'id', keyType: 'uuid', columns: ['data', 'output', 'source_output'] },
  { relation: 'schedule', key: 'key', keyType: 'text', columns: ['data'] },
]

/** JSON of pg-boss's own, in which nothing of a job is stored. */
const CLEAR = [
  ...['job.trace_context', 'archive.trace_context', 'schedule.options', 'warning.data'],
  ...['instance.workers', 'instance.metrics', 'instance.config'],
]

// The catalogue and not information_schema, which leaves out what this role may not read. Partitions are read as their table.
const columnsOf = (schema: string) => `SELECT c.relname AS relation, a.attname AS name
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = '${schema}'::regnamespace AND c.relkind IN ('r', 'p', 'f', 'm') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped
    AND (a.atttypid IN ('json'::regtype, 'jsonb'::regtype) OR (c.relname, a.attname) IN (('schedule', 'key'), ('job', 'source_name')))`

/** Looks what tables there are: versions of pg-boss differ, and a migration may add some at any time. */
export async function storedTables(db: Db, schema: string): Promise<StoredTables> {
  const { rows } = await db.executeSql(columnsOf(schema))
  const found = new Set(rows.map(({ relation, name }) => `${relation}.${name}`))
  if (!found.has('job.data')) throw new WaxsealError('config', 'there are no jobs of pg-boss in this schema')
  const tables = TABLES.filter(({ relation }) => found.has(`${relation}.data`)).map((table) => ({
    ...table,
    // Version 10 has one schedule a queue.
    key: table.keyType === 'uuid' || found.has(`${table.relation}.${table.key}`) ? `t.${table.key}` : "''::text",
    columns: table.columns.map((name) => (found.has(`${table.relation}.${name}`) ? name : undefined)),
    stateful: table.keyType === 'uuid',
    sourced: found.has(`${table.relation}.source_name`),
  }))
  const known = new Set([
    ...CLEAR,
    'schedule.key',
    'job.source_name',
    ...TABLES.flatMap((t) => t.columns.map((name) => `${t.relation}.${name}`)),
  ])
  return { tables, more: [...found].some((name) => !known.has(name)) }
}

/** Where a row's column stands in the order: table, queue, key, column. */
export type Place = readonly [relation: string, queue: string, key: string, at: number]

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A place that came back from a checkpoint or a job. `config` for what is none. */
export function placeOfCursor(cursor: unknown): Place {
  const [relation, queue, key, at] = Array.isArray(cursor) ? (cursor as unknown[]) : []
  const table = TABLES.find((each) => each.relation === relation)
  const texts = typeof queue === 'string' && typeof key === 'string'
  if (!table || !texts || !Number.isInteger(at) || (table.keyType === 'uuid' && !UUID.test(key)))
    throw new WaxsealError('config', 'a cursor does not fit what pg-boss stores')
  return [table.relation, queue, key, at as number]
}

export const rankOf = (relation: string): number => TABLES.findIndex((table) => table.relation === relation)
