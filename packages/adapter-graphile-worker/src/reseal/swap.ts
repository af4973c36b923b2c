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
  const jobs = new Map<string, object[]>()
  for (const { place, text, next, number } of swaps) {
    const [id, , n] = place
    if (!jobs.has(id)) jobs.set(id, [])
    jobs.get(id)!.push({ number, n, old: text, next })
  }
  const list = [...jobs].map(([id, changes]) => ({ id, changes }))
  const table = tableOf(schema, 'jobs')
  const changes = 'json_to_recordset(v.changes) AS c(number int, n int, old text, next text)'
  // By the text, wherever it now stands: elements move up when others are taken out. Of equal ones each its own.
  const swapped = `SELECT string_agg(COALESCE(w.next, p.value), ${separator} ORDER BY p.n) FROM (${parts}) p LEFT JOIN LATERAL (
    SELECT c.next FROM ${changes} WHERE c.old = p.value ORDER BY c.n = p.n DESC, c.n LIMIT 1) w ON true`
  const isThere = (text: string) => `FROM ${changes} WHERE ${text} IN (SELECT p.value FROM (${parts}) p)`
  const rows = await execute(
    db,
    (bind) => `WITH v AS (
      SELECT * FROM json_to_recordset(${bind(JSON.stringify(list))}::json) AS v(id bigint, changes json)
    ), held AS (
      SELECT t.id FROM ${table} t JOIN v ON v.id = t.id WHERE ${free} AND EXISTS (SELECT 1 ${isThere('c.old')})
      FOR UPDATE OF t SKIP LOCKED
    )
    UPDATE ${table} t SET ${name} = ${whole(`(${swapped})`)} FROM v JOIN held ON held.id = v.id WHERE t.id = v.id
    RETURNING ARRAY(SELECT c.number ${isThere('c.next')}) AS numbers`,
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
