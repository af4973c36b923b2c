import { postgresTables, type QueryRows } from '@waxseal/conformance/leak-probe'
import type { Form, Search } from './search.js'
import { turn } from './turn.js'

const TABLES = `select count(*)::int as tables from information_schema.tables
  where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`

export interface ScanReport {
  /** Those without rows included. */
  readonly tables: number
  readonly bytes: number
  /** Where a value was found: table and column, and in what form. Never the value. */
  readonly hits: readonly { readonly where: string; readonly form: Form }[]
}

export interface ScanOptions {
  /** Gets each value that was found; false: it is no hit. */
  readonly isHit?: (value: string, form: Form) => boolean
  readonly signal?: AbortSignal
}

const ITEMS_A_TURN = 500

/** Searches every column of every row of every table that is not PostgreSQL's own. */
export async function scanDatabase(query: QueryRows, search: Search, options: ScanOptions = {}): Promise<ScanReport> {
  const { isHit = () => true, signal } = options
  const [counted] = await query(TABLES)
  const hits: { where: string; form: Form }[] = []
  let items = 0
  let bytes = 0
  for await (const item of postgresTables(query)) {
    if (items++ % ITEMS_A_TURN === 0) await turn(signal)
    if (!('text' in item)) continue
    bytes += Buffer.byteLength(item.text)
    search(item.text, (value, form) => {
      if (isHit(value, form)) hits.push({ where: item.where, form })
    })
  }
  return { tables: Number(counted!.tables), bytes, hits }
}
