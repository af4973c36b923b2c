import { postgresTables, type QueryRows } from '@waxseal/conformance/leak-probe'
import type { Form, Search } from './search.js'

export interface ScanReport {
  readonly tables: number
  readonly bytes: number
  /** Where a value was found: table and column, and in what form. Never the value. */
  readonly hits: readonly { readonly where: string; readonly form: Form }[]
}

/** Searches every column of every row of every table that is not PostgreSQL's own. `onHit` gets the value. */
export async function scanDatabase(
  query: QueryRows,
  search: Search,
  onHit: (value: string, form: Form) => boolean = () => true,
): Promise<ScanReport> {
  const tables = new Set<string>()
  const hits: { where: string; form: Form }[] = []
  let bytes = 0
  for await (const item of postgresTables(query)) {
    if (!('text' in item)) continue
    tables.add(item.where.slice(0, item.where.lastIndexOf('.')))
    bytes += Buffer.byteLength(item.text)
    search(item.text, (value, form) => {
      if (onHit(value, form)) hits.push({ where: item.where, form })
    })
  }
  return { tables: tables.size, bytes, hits }
}
