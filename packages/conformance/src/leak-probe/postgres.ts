import type { Scanned } from './scan.js'

/** Runs a statement and returns its rows, as objects by column name. */
export type QueryRows = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

const ROWS_AT_ONCE = 200

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as "table",
    json_agg(json_build_object('name', a.attname, 'quoted', format('%I', a.attname), 'bytes', a.atttypid = 'bytea'::regtype) order by a.attnum)::text as "columns"
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'm') and n.nspname !~ '^pg_(catalog|toast)' and n.nspname <> 'information_schema'
  group by n.nspname, c.relname
  order by 1`

interface Column {
  readonly name: string
  readonly quoted: string
  readonly bytes: boolean
}

/**
 * Every value of every column of every table (partitions and materialised views too) of the schemas that are not the system's,
 * as text, `bytea` in hexadecimal. `where` is `schema.table.column`.
 *
 * @example
 * const report = await scan(postgresTables((sql) => pglite.query(sql).then(({ rows }) => rows)), Object.values(canaries))
 */
export async function* postgresTables(query: QueryRows): AsyncGenerator<Scanned> {
  for (const { table, columns } of await query(TABLES)) {
    const list = JSON.parse(String(columns)) as Column[]
    const selected = list.map(
      ({ quoted, bytes }, index) => `${bytes ? `encode(${quoted}, 'hex')` : `${quoted}::text`} as "v${index}"`,
    )
    for (let after = '(0,0)'; ; ) {
      const rows = await query(
        `select ctid::text as "place", ${selected.join(', ')} from ${table} where ctid > '${after}'::tid order by ctid limit ${ROWS_AT_ONCE}`,
      )
      for (const row of rows)
        for (const [index, { name }] of list.entries()) {
          const text = row[`v${index}`]
          if (text !== null && text !== undefined) yield { where: `${table}.${name}`, text: String(text) }
        }
      if (rows.length < ROWS_AT_ONCE) break
      after = String(rows.at(-1)!.place)
    }
  }
}
