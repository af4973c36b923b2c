import type { Edit } from '@waxseal/adapter-kit'
import type { RowSource } from './rows.js'
import type { Place, StoredTable } from './tables.js'

/** Parts of a stored value that are to be written, if the column still holds exactly this text. */
export interface Swap {
  readonly place: Place
  readonly text: string
  readonly edits: readonly Edit[]
}

/** What a column holds: pg-boss stores no JSON where there is none. */
const held = (column: string) => `COALESCE(t.${column}, 'null'::jsonb)`

/** Applies a row's edits one after the other. */
const EDITED = (column: string) => `(WITH RECURSIVE step(n, value) AS (
      SELECT 0, ${held(column)}
      UNION ALL
      SELECT n + 1, CASE WHEN v.edits->n->0 = '[]' THEN v.edits->n->1
        ELSE jsonb_set(value, ARRAY(SELECT jsonb_array_elements_text(v.edits->n->0)), v.edits->n->1) END
      FROM step WHERE n < jsonb_array_length(v.edits)
    ) SELECT value FROM step ORDER BY n DESC LIMIT 1)`

/**
 * Compare and swap of one column in one statement; gives the numbers of those that were written. Rows that somebody holds are left
 * out, not waited for: whoever never waits cannot be part of a deadlock, so that no worker's own statement fails because of this one.
 * Every other column stays what it is at that moment.
 */
async function swapColumn(
  { db, schema }: RowSource,
  { relation, key, keyType }: StoredTable,
  column: string,
  swaps: readonly (Swap & { readonly number: number })[],
): Promise<number[]> {
  const list = swaps.map(({ place: [, queue, key], text, edits, number }) => ({ number, queue, key, old: text, edits }))
  const same = `t.name = v.queue AND ${key} = v.key AND ${held(column)}::text = v.old`
  const { rows } = await db.executeSql(
    `WITH v AS (
      SELECT * FROM json_to_recordset($1::text::json) AS v(number int, queue text, key ${keyType}, old text, edits jsonb)
    ), held AS (
      SELECT v.number FROM ${schema}.${relation} t JOIN v ON ${same} FOR UPDATE OF t SKIP LOCKED
    )
    UPDATE ${schema}.${relation} t SET ${column} = ${EDITED(column)}
    FROM v JOIN held ON held.number = v.number WHERE ${same} RETURNING v.number AS number`,
    [JSON.stringify(list)],
  )
  return rows.map(({ number }) => Number(number))
}

/** Tells in order which were written. */
export async function swapAll(
  source: RowSource,
  tables: readonly StoredTable[],
  swaps: readonly Swap[],
): Promise<readonly boolean[]> {
  const numbered = swaps.map((swap, number) => ({ ...swap, number }))
  const done = new Set<number>()
  for (const table of tables)
    for (const [index, column] of table.columns.entries()) {
      const own = numbered.filter(({ place }) => place[0] === table.relation && place[3] === index + 1)
      if (column && own.length > 0) for (const number of await swapColumn(source, table, column, own)) done.add(number)
    }
  return swaps.map((_, number) => done.has(number))
}
