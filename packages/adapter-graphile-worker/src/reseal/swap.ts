import { COLUMNS, type StoredColumn } from './columns.js'
import type { Place } from './place.js'
import type { PartSource } from './rows.js'
import { execute, tableOf } from './statement.js'

/** What is to stand in the place of a part, if that still holds exactly this text. */
export interface Swap {
  readonly place: Place
  readonly text: string
  readonly next: string
}

/**
 * Compare and swap of parts of one column, in one statement; gives the numbers of those that were written. Rows that somebody holds
 * are left out, not waited for: whoever never waits cannot be part of a deadlock, so that no worker's own statement fails because of
 * this one. Every other column and part stays what it is at that moment.
 */
async function swapColumn(
  { db, schema }: PartSource,
  { name, parts, whole, separator, free }: StoredColumn,
  swaps: readonly (Swap & { readonly number: number })[],
): Promise<number[]> {
  const list = swaps.map(({ place: [id, , n], text, next, number }) => ({ number, id, n, old: text, next }))
  const table = tableOf(schema, 'jobs')
  // By the text, wherever it now stands: elements move up when others are taken out. Of equal ones each its own.
  const swapped = `SELECT string_agg(COALESCE(w.next, p.value), ${separator} ORDER BY p.n) FROM (${parts}) p LEFT JOIN LATERAL (
    SELECT v.next FROM v WHERE v.id = t.id AND v.old = p.value ORDER BY v.n = p.n DESC, v.n LIMIT 1) w ON true`
  const isThere = (text: string) => `v.id = t.id AND ${text} IN (SELECT p.value FROM (${parts}) p)`
  const rows = await execute(
    db,
    (bind) => `WITH v AS (
      SELECT * FROM json_to_recordset(${bind(JSON.stringify(list))}::json) AS v(number int, id bigint, n int, old text, next text)
    ), held AS (
      SELECT t.id FROM ${table} t
      WHERE t.id IN (SELECT v.id FROM v) AND ${free} AND EXISTS (SELECT 1 FROM v WHERE ${isThere('v.old')}) FOR UPDATE OF t SKIP LOCKED
    )
    UPDATE ${table} t SET ${name} = ${whole(`(${swapped})`)} FROM held WHERE t.id = held.id
    RETURNING ARRAY(SELECT v.number FROM v WHERE ${isThere('v.next')}) AS numbers`,
  )
  return rows.flatMap(({ numbers }) => numbers as number[])
}

/** Tells in order which were written. */
export async function swapAll(source: PartSource, swaps: readonly Swap[]): Promise<readonly boolean[]> {
  const numbered = swaps.map((swap, number) => ({ ...swap, number }))
  const done = new Set<number>()
  for (const [index, column] of COLUMNS.entries()) {
    const own = numbered.filter(({ place }) => place[1] === index + 1)
    if (own.length > 0) for (const number of await swapColumn(source, column, own)) done.add(number)
  }
  return swaps.map((_, number) => done.has(number))
}
