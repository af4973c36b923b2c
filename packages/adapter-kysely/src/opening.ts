import { WaxsealError } from '@waxseal/core'
import type { Origin, Output, Source } from './relation.js'

export type ResultRow = Record<string, unknown>

/** How the rows of one source stand in the rows of a result. */
interface Part {
  readonly source: Source
  /** Names in the result, and the columns that they are. */
  readonly named: readonly (readonly [name: string, column: string])[]
  /** Whether all other columns of the result may be its own, under their own names. */
  readonly whole: boolean
  /** Names in the result that are certainly not its columns. */
  readonly foreign: ReadonlySet<string>
  /** Whether rows of the result can be opened as they are. */
  readonly asItIs: boolean
}

/** Opens the rows of a query's result. */
export type Opening = (rows: readonly ResultRow[]) => Promise<ResultRow[]>

/**
 * Plans how to open what a query gives; undefined where it gives nothing sealed. `context_required` where it lacks what tells the row,
 * `config` where two columns of one name would be mistaken for each other.
 */
export function planOpening(output: Output): Opening | undefined {
  const origins = output.columns.flatMap(({ origin }) => origin ?? [])
  const sources = new Set([...output.stars, ...origins.map(({ source }) => source)])
  const parts = [...sources].flatMap((source) => partOf(source, output) ?? [])
  if (parts.length === 0) return undefined
  for (const part of parts) checkPart(part, output)
  return async (rows) => {
    if (rows.length === 0) return [...rows]
    let opened = rows as ResultRow[]
    for (const part of parts) {
      checkRow(part, rows[0]!)
      opened = await openPart(part, rows, opened)
    }
    return opened
  }
}

function partOf(source: Source, { columns, stars }: Output): Part | undefined {
  const { table } = source
  const own = columns.filter(({ origin }) => origin?.source === source)
  const whole = stars.includes(source)
  if (!whole && !own.some(({ origin }) => table.isSealed((origin as Origin).column))) return undefined
  const named = own.map(({ name, origin }) => [name, (origin as Origin).column] as const)
  const foreign = new Set(columns.flatMap(({ name, origin }) => (origin?.source === source ? [] : [name])))
  const renamed = named.some(([name, column]) => name !== column) || table.known.some((column) => table.nameOf(column) !== column)
  const asItIs = !renamed && ![...foreign].some((name) => table.isSealed(name))
  return { source, named, whole, foreign, asItIs }
}

/** The names in the result under which a part has one of the columns that matter. */
function namesOf({ source: { table }, named, whole }: Part): Part['named'] {
  const own = named.filter(([, column]) => table.known.includes(column))
  return whole ? [...own, ...table.known.map((column) => [column, column] as const)] : own
}

function checkPart(part: Part, { stars }: Output): void {
  const { source, foreign } = part
  const { table } = source
  const names = namesOf(part)
  for (const need of table.needs)
    if (!names.some(([, column]) => column === need))
      throw new WaxsealError(
        'context_required',
        `${table.name}.${need} has to be selected too: it tells where ${sealedIn(part).join(', ')} belongs`,
      )
  const others = stars.filter((star) => star !== source)
  for (const [name, column] of names)
    if (
      foreign.has(name) ||
      others.some((other) => other.table.known.includes(name)) ||
      names.some(([twin, of]) => twin === name && of !== column)
    )
      throw new WaxsealError(
        'config',
        `two columns of the result are called ${name}, and ${table.name}.${column} is one of them: give one an alias`,
      )
}

const sealedIn = (part: Part): string[] => [
  ...new Set(namesOf(part).flatMap(([, column]) => (part.source.table.isSealed(column) ? column : []))),
]

function checkRow(part: Part, row: ResultRow): void {
  for (const [name, column] of namesOf(part))
    if (!(name in row))
      throw new WaxsealError('config', `the result has no ${name}, which is ${part.source.table.name}.${column}`)
}

async function openPart(part: Part, rows: readonly ResultRow[], opened: ResultRow[]): Promise<ResultRow[]> {
  const { table } = part.source
  if (part.asItIs && opened === rows) return (await table.rows.openMany(rows)) as ResultRow[]
  const own = rows.map((row) => ownColumns(part, row))
  const plain = (await table.rows.openMany(own)) as ResultRow[]
  const sealed = namesOf(part).filter(([, column]) => table.isSealed(column))
  return opened.map((row, at) => {
    const changed = { ...row }
    for (const [name, column] of sealed) changed[name] = plain[at]![table.nameOf(column)]
    return changed
  })
}

/** The columns of the part's table in a row of the result, under the names that its row sealer has for them. */
function ownColumns({ source: { table }, named, whole, foreign }: Part, row: ResultRow): ResultRow {
  const own: ResultRow = {}
  if (whole) for (const name of Object.keys(row)) if (!foreign.has(name)) own[table.nameOf(name)] = row[name]
  for (const [name, column] of named) own[table.nameOf(column)] = row[name]
  return own
}
