import { type Bind, ENVELOPE, type Narrowing } from '@waxseal/adapter-kit/reseal'
import { WaxsealError } from '@waxseal/core'
import { COLUMNS } from './columns.js'
import { narrowed } from './narrowing.js'
import { type Place, placeOf } from './place.js'
import { type Db, execute, tableOf } from './statement.js'

/** A part of a column of one job. */
export interface StoredPart {
  readonly place: Place
  readonly text: string
  readonly identifier: string
  /** Of errors: the payload of the same job. */
  readonly payload: string | null
}

export interface PartRange {
  readonly after: Place | null
  readonly until: Place | null
  readonly narrow?: Narrowing | undefined
}

export interface PartSource {
  readonly db: Db
  readonly schema: string
  /** Whether errors in clear are read too: they are to be sealed. */
  readonly clear: boolean
}

const SCRUBBED = "'^[A-Z][A-Za-z]*: \\[sealed\\]( \\([a-z_]+\\))?$'"
const PARTS = COLUMNS.map(({ parts }, index) => `SELECT ${index + 1} AS at, p.value, p.n FROM (${parts}) p`).join(' UNION ALL ')
/** Elements from the last to the first: where some are taken out, those that were not read yet do not move behind the place. */
const ORDER = 't.id, s.at, -s.n'

/** The parts that may be sealed; most errors without an envelope are graphile-worker's own. */
function fromWhere({ schema, clear }: PartSource, { after, until, narrow }: PartRange, bind: Bind): string {
  const bound = (place: Place | null, comparison: '>' | '<=') => {
    if (!place) return []
    const [id, at, n] = [`${bind(place[0])}::bigint`, `${bind(place[1])}::int`, `${bind(place[2])}::int`]
    // The first is what the index can answer.
    return [`t.id ${comparison.slice(0, 1)}= ${id}`, `(${ORDER}) ${comparison} (${id}, ${at}, -${n})`]
  }
  const conditions = [
    `(s.at = 1 OR s.value ~ '${ENVELOPE}'${clear ? ` OR s.value !~ ${SCRUBBED}` : ''})`,
    ...(narrow ? [narrowed(narrow, bind)] : []),
    ...bound(after, '>'),
    ...bound(until, '<='),
  ]
  return `FROM ${tableOf(schema, 'jobs')} t JOIN ${tableOf(schema, 'tasks')} k ON k.id = t.task_id
    CROSS JOIN LATERAL (${PARTS}) AS s WHERE ${conditions.join(' AND ')}`
}

/** graphile-worker turns row security on, which hides jobs without a word from whoever does not own its tables. */
export async function checkRowSecurity({ db, schema }: PartSource): Promise<void> {
  const tables = [tableOf(schema, 'jobs'), tableOf(schema, 'tasks')]
  const active = (bind: Bind) =>
    `SELECT bool_or(row_security_active(t::regclass)) AS active FROM unnest(${bind(tables)}::text[]) t`
  if ((await execute(db, active))[0]?.active !== false)
    throw new WaxsealError('config', 'row security hides jobs: the role must own the tables, or bypass it')
}

/** At most `limit` parts, in order. */
export async function readParts(source: PartSource, range: PartRange, limit: number): Promise<StoredPart[]> {
  const rows = await execute(
    source.db,
    (bind) => `SELECT t.id::text AS id, s.at, s.n::int AS n, s.value, k.identifier,
      CASE WHEN s.at > 1 THEN t.payload::text END AS payload
      ${fromWhere(source, range, bind)} ORDER BY ${ORDER} LIMIT ${bind(limit)}::int`,
  )
  return rows.map((row) => ({
    place: placeOf([row.id, row.at, row.n]),
    text: row.value as string,
    identifier: row.identifier as string,
    payload: row.payload as string | null,
  }))
}

export async function countParts(source: PartSource, range: PartRange): Promise<number> {
  const rows = await execute(source.db, (bind) => `SELECT count(*) AS count ${fromWhere(source, range, bind)}`)
  return Number(rows[0]!.count)
}

/** Ends of jobs that divide all parts into so many ranges at most. */
export async function endsOf(source: PartSource, parts: number): Promise<Place[]> {
  const all: PartRange = { after: null, until: null }
  const total = await countParts(source, all)
  const rows = await execute(
    source.db,
    (bind) => `SELECT DISTINCT id, id::text AS text FROM (
        SELECT t.id, row_number() OVER (ORDER BY ${ORDER}) AS number ${fromWhere(source, all, bind)}
      ) AS numbered
      WHERE number % ${bind(Math.ceil(total / parts) || 1)}::bigint = 0 AND number < ${bind(total)}::bigint ORDER BY id`,
  )
  return rows.map(({ text }) => placeOf([text, COLUMNS.length, 1]))
}
