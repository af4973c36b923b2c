import Table from 'cli-table3'
import type { Paint } from './paint.js'

/** One job on its way. */
export interface Sample {
  readonly type: string
  readonly sent: unknown
  readonly stored: unknown
  readonly seen: unknown
  /** The job's result: as the handler returned it, and as it is stored. */
  readonly result: { readonly stored: unknown; readonly returned: unknown }
}

const MAX_ROWS = 12
const ABSENT = '—'

type Path = readonly string[]

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The members of a document that hold no further ones, in its own order. */
function* leavesOf(value: unknown, path: Path = []): Generator<Path> {
  if (isObject(value) && Object.keys(value).length > 0)
    for (const [key, member] of Object.entries(value)) yield* leavesOf(member, [...path, key])
  else yield path
}

/** What stands at a path; where a whole branch was replaced by one text, that text. */
function textAt(value: unknown, path: Path): string {
  let at = value
  for (const key of path) {
    if (typeof at === 'string') break
    if (!isObject(at) || !Object.hasOwn(at, key)) return ABSENT
    at = at[key]
  }
  return typeof at === 'string' ? at : JSON.stringify(at)
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 400)

/** Envelopes in a stored document, each with its length; those in binary form stand in `$sealed`. */
function envelopesOf(stored: unknown): [name: string, text: string][] {
  if (!isObject(stored)) return []
  return Object.entries(stored).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && (value.startsWith('wax1.') || name === '$sealed')
      ? [[name, `${value.slice(0, 10)}… (${value.length})`]]
      : [],
  )
}

/** Sealed members first, so that what the demo is about is never cut off, then as many readable ones. */
function shownPaths(sample: Sample): { paths: Path[]; more: number } {
  const all = [...leavesOf(sample.sent)]
  const isSealed = (path: Path) => textAt(sample.stored, path) !== textAt(sample.sent, path)
  const sealed = all.filter(isSealed).slice(0, MAX_ROWS - 4)
  const clear = all.filter((path) => !isSealed(path)).slice(0, MAX_ROWS - sealed.length)
  const shown = new Set([...sealed, ...clear])
  return { paths: all.filter((path) => shown.has(path)), more: all.length - shown.size }
}

/** What the producer sent, what the store holds, what the worker saw: a line for each member. */
export function sideBySide(samples: readonly Sample[], columns: number, paint: Paint, store = 'the database'): string {
  const total = Math.max(60, Math.min(columns, 200)) - 5
  const first = Math.min(26, Math.floor(total / 4))
  const width = Math.floor((total - first) / 3)
  return samples.map((sample) => table(sample, [first, width, width, width], paint, store)).join('\n\n')
}

function table(sample: Sample, colWidths: number[], paint: Paint, store: string): string {
  const { type, sent, stored, seen, result } = sample
  const rows = new Table({
    head: ['', 'the producer sent', `${store} holds`, 'the worker saw'].map((title) => paint('bold', title)),
    colWidths,
    style: { head: [], border: [], compact: true },
  })
  const { paths, more } = shownPaths(sample)
  for (const path of paths) {
    const [was, is, saw] = [sent, stored, seen].map((document) => oneLine(textAt(document, path)))
    const sealed = is !== was
    rows.push([paint('dim', path.join('.')), was, sealed ? paint('yellow', is!) : is, sealed ? paint('green', saw!) : saw])
  }
  if (more > 0) rows.push([paint('dim', `… ${more} more`), '', '', ''])
  for (const [name, text] of envelopesOf(stored)) rows.push([paint('dim', name), '', paint('yellow', text), ''])
  for (const [, text] of envelopesOf(result.stored))
    rows.push([paint('dim', 'result'), '', paint('yellow', text), paint('green', oneLine(JSON.stringify(result.returned)))])
  return `${paint('bold', type)}\n${rows.toString()}`
}
