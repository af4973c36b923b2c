export interface ScanReport {
  /** Distinct plaintext values that were searched for. */
  readonly values: number
  readonly tables: number
  readonly bytes: number
  /** Where a value was found: table, and in what form. Never the value. */
  readonly hits: readonly { readonly table: string; readonly form: string }[]
}

export type Query = (sql: string) => Promise<Record<string, unknown>[]>

const KEY_CHARACTERS = 6

/** The ways in which a value could stand in a column. Long values are searched by their beginning. */
function* formsOf(secret: string): Generator<readonly [form: string, text: string]> {
  const value = secret.slice(0, 120)
  yield ['raw', value]
  const json = JSON.stringify(value).slice(1, -1)
  if (json !== value) yield ['JSON-escaped', json]
  const ascii = json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  if (ascii !== json) yield ['JSON-escaped', ascii]
  const bytes = Buffer.from(value)
  yield ['hex', bytes.toString('hex')]
  for (const skip of [0, 1, 2]) {
    // At each alignment only the characters that no neighbouring byte touches.
    const encoded = bytes.subarray((3 - skip) % 3)
    const base64 = encoded.subarray(0, encoded.length - (encoded.length % 3)).toString('base64')
    if (base64.length >= 8) {
      yield ['base64', base64]
      yield ['base64', base64.replaceAll('+', '-').replaceAll('/', '_')]
    }
  }
}

/** A search for many texts at once: every place is looked up by the six characters that begin there. */
export function createSearch(secrets: Iterable<string>): (text: string) => Set<string> {
  const byStart = new Map<string, (readonly [form: string, text: string])[]>()
  for (const secret of secrets)
    for (const entry of formsOf(secret)) {
      const start = entry[1].slice(0, KEY_CHARACTERS)
      const list = byStart.get(start)
      if (list) list.push(entry)
      else byStart.set(start, [entry])
    }
  return (text) => {
    const found = new Set<string>()
    for (let at = 0; at + KEY_CHARACTERS <= text.length; at++) {
      const list = byStart.get(text.slice(at, at + KEY_CHARACTERS))
      if (list) for (const [form, needle] of list) if (text.startsWith(needle, at)) found.add(form)
    }
    return found
  }
}

// The ciphertext of an envelope is random: six characters of it equal a short value now and then. Its frame stays.
const withoutCiphertext = (text: string): string =>
  text.replace(/(wax1\.(?:c256|c20)w?x?\.[a-z0-9-]+~\d+\.)[A-Za-z0-9_.-]+/g, '$1')

/** Every row of every table that is not PostgreSQL's own, as text. */
async function* rowsOf(query: Query): AsyncGenerator<{ table: string; row: string }> {
  const tables = await query(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`,
  )
  for (const { name } of tables) {
    yield { table: String(name), row: '' }
    for (const { row } of await query(`select row_to_json(t)::text as row from ${String(name)} t`))
      yield { table: String(name), row: String(row) }
  }
}

/** Searches the whole database for any of the secrets. */
export async function scanDatabase(
  query: Query,
  secrets: ReadonlySet<string>,
  onRow: () => void = () => {},
): Promise<ScanReport> {
  const search = createSearch(secrets)
  const tables = new Set<string>()
  const hits: { table: string; form: string }[] = []
  let bytes = 0
  for await (const { table, row } of rowsOf(query)) {
    tables.add(table)
    bytes += Buffer.byteLength(row)
    for (const form of search(withoutCiphertext(row))) hits.push({ table, form })
    onRow()
  }
  return { values: secrets.size, tables: tables.size, bytes, hits }
}
