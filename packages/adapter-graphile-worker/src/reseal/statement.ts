import type { Bind } from '@waxseal/adapter-kit/reseal'
import { quoted } from '../quoted.js'

/** Executes SQL: a pool or a client of pg. */
export interface Db {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

type Row = Readonly<Record<string, unknown>>

export async function execute(db: Db, text: (bind: Bind) => string): Promise<Row[]> {
  const values: unknown[] = []
  const statement = text((value) => `$${values.push(value)}`)
  return (await db.query(statement, values)).rows as Row[]
}

/** A table of graphile-worker. */
export const tableOf = (schema: string, name: 'jobs' | 'tasks'): string => `${quoted(schema)}._private_${name}`
