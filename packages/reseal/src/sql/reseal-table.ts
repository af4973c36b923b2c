import type { Context, FieldPolicy, FieldPolicyOptions, StoredContext } from '@waxseal/core'
import { type RawBuilder, sql } from 'kysely'
import { misconfigured } from '../config-error.js'
import type { PageRequest, ResealItem, ResealTarget } from '../engine/target.js'
import { besideText } from './beside.js'
import { asText, checkDialect, isRetryable, plainDatabase, type SqlOptions } from './dialect.js'
import { replacedInText } from './document-text.js'
import { checkMigrate, type MigrateOptions, sealOf } from './migrate-row.js'
import { narrowed } from './prefix.js'
import { createReplace, quoted } from './replace.js'
import { cursorOfKey, idOfKey, inRange, keyOfRow, type RowKey } from './row-key.js'

export type SqlRow = Readonly<Record<string, unknown>>

export interface ResealTableOptions extends SqlOptions {
  /** Default `table.column`. */
  readonly name?: string | undefined
  /** `orders`, or `shop.orders`. */
  readonly table: string
  /** A column, or columns, that identify a row and do not change: text, integers or bytes. An index on them gives the order. */
  readonly key: string | readonly string[]
  /** The column with what is sealed; rows where it is null are left out. */
  readonly column: string
  /** What the column holds: envelopes as text (default), as bytes, or JSON documents whose fields are sealed. */
  readonly holds?: 'text' | 'bytes' | 'document' | undefined
  /** Further columns that `context`, `scope` and `scopes` read. */
  readonly columns?: readonly string[] | undefined
  /** Where the value of a row belongs, just as it was sealed. */
  readonly context: (row: SqlRow) => Context | StoredContext
  /** Whose key. Left out, one key is current for all rows, and SQL leaves out what is on it. */
  readonly scope?: ((row: SqlRow) => string | undefined) | undefined
  /** Of documents whose groups have scopes of their own. */
  readonly scopes?: ((row: SqlRow) => Readonly<Record<string, string>>) | undefined
  /** Of documents: the policy they were sealed under. */
  readonly policy?: FieldPolicy | FieldPolicyOptions | undefined
  /** What bare envelopes were sealed as. Default `value`. */
  readonly form?: 'value' | 'bundle' | undefined
  /**
   * Rows that are in clear, or in another system's layout, are sealed where they stand. Default: they are reported as
   * `plaintext_rejected`.
   */
  readonly migrate?: MigrateOptions | undefined
  /** Only these rows. Then others may need a key as well, and none is retired on the word of this target. */
  readonly where?: RawBuilder<boolean> | undefined
}

/** A row as the engine sees it. */
export interface SqlItem extends ResealItem {
  readonly key: RowKey
  /** What the column held: an envelope, or the text of a document. */
  readonly stored: string | Uint8Array
  /** What the further columns held, as one text; undefined where there are none. */
  readonly beside: string | undefined
}

const SEALED = 'waxseal_sealed'
const BESIDE = 'waxseal_beside'

/** A page ends behind a key: of rows that share it, those of the next page would never be seen. */
function checkDistinct(items: readonly SqlItem[]): void {
  if (items.some(({ id }, at) => id === items[at + 1]?.id)) misconfigured('the key identifies no row: two rows have the same')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * A column of a table as a target, for any dialect that Kysely speaks. Pages go by the key; a page is one statement to read and, on
 * PostgreSQL and SQLite, one to write. `config` for options that do not fit.
 *
 * @example
 * const cards = resealTable({ db, dialect: 'postgres', table: 'cards', key: 'id', column: 'number', context: ({ id }) => ({ app: 'shop', table: 'cards', row: `${id}` }) })
 */
export function resealTable(options: ResealTableOptions): ResealTarget<SqlItem> {
  const {
    db: given,
    dialect,
    table,
    column,
    columns = [],
    holds = 'text',
    context,
    scope,
    scopes,
    policy,
    form,
    where,
    migrate,
  } = options
  const keyColumns = typeof options.key === 'string' ? [options.key] : options.key
  checkDialect(dialect)
  const db = plainDatabase(given)
  if (!['text', 'bytes', 'document'].includes(holds)) misconfigured('a column holds text, bytes or a document')
  if (holds === 'document' && !policy) misconfigured('documents need the policy they were sealed under')
  if (holds !== 'document' && policy) misconfigured('a policy is for documents')
  if (typeof context !== 'function' || keyColumns.length === 0) misconfigured('a table needs key columns and a context')
  if (migrate) checkMigrate(migrate)
  if (migrate && form === 'bundle') misconfigured('what is in clear is sealed as a value, not as a bundle')
  const document = holds === 'document'
  const besideColumns = [...new Set(columns)].filter((name) => !keyColumns.includes(name))
  const replace = createReplace({ db, dialect, table, keyColumns, column, besideColumns, document })
  const ref = sql.ref(column)
  const selected = [
    ...[...keyColumns, ...besideColumns].map((name) => sql.ref(name)),
    ...(besideColumns.length > 0 ? [sql`${besideText(dialect, besideColumns)} as ${sql.ref(BESIDE)}`] : []),
  ]

  const conditions = ({ narrow, ...range }: Omit<PageRequest, 'limit'>): RawBuilder<unknown> => {
    const narrowing = narrowed(dialect, holds, ref, narrow)
    const all = [
      sql`${ref} is not null`,
      ...(where ? [where] : []),
      ...(narrowing ? [narrowing] : []),
      ...inRange(keyColumns, range),
    ]
    return sql.join(all, sql` and `)
  }

  /** A row whose functions throw is one whose place is not known; the others go on. */
  function itemOf(row: SqlRow): SqlItem {
    const key = keyOfRow(row, keyColumns)
    const stored = row[SEALED] as string | Uint8Array
    const sealed = document && typeof stored === 'string' ? parsed(stored) : stored
    const beside = row[BESIDE] as string | undefined
    const item = { id: idOfKey(key), key, stored, beside, sealed, policy, form }
    try {
      return { ...item, context: context(row), scope: scope?.(row), scopes: scopes?.(row) }
    } catch {
      return { ...item, context: undefined }
    }
  }

  async function sealable(item: SqlItem): Promise<SqlItem> {
    if (!migrate) return item
    const text = document && typeof item.stored === 'string' ? item.stored : undefined
    const seal = await sealOf(migrate, item, { as: holds === 'bytes' ? 'bytes' : 'string', text })
    return seal ? { ...item, seal } : item
  }

  /** Row security hides rows without a word: on what it leaves, no key is judged. */
  async function seesAll(): Promise<void> {
    const { rows } = await sql<{
      active: boolean
    }>`select row_security_active(${quoted(table)}::text::regclass) as active`.execute(db)
    if (rows[0]?.active !== false) misconfigured('row security hides rows of this table from the one who counts')
  }

  function storedForm({ stored, sealed, seal }: SqlItem, next: unknown): string | Uint8Array {
    if (!document) return next as string | Uint8Array
    return seal ? JSON.stringify(next) : replacedInText(stored as string, sealed, next)
  }

  async function count(request: Omit<PageRequest, 'limit'>): Promise<number> {
    const { rows } = await sql<{ count: number | string | bigint }>`select count(*) as count
      from ${sql.table(table)} where ${conditions(request)}`.execute(db)
    return Number(rows[0]?.count ?? 0)
  }

  return {
    name: options.name ?? `${table}.${column}`,
    unscoped: !scope && !scopes,
    partial: where !== undefined,
    isRetryable: isRetryable(dialect),
    async page(request) {
      if (dialect === 'postgres' && request.narrow && 'on' in request.narrow && request.narrow.unknown) await seesAll()
      const { rows } =
        await sql<SqlRow>`select ${sql.join(selected)}, ${document ? asText(dialect, column) : ref} as ${sql.ref(SEALED)}
        from ${sql.table(table)} where ${conditions(request)}
        order by ${sql.join(keyColumns.map((name) => sql.ref(name)))} limit ${sql.lit(request.limit + 1)}`.execute(db)
      const found = rows.map(itemOf)
      checkDistinct(found)
      const items = await Promise.all(found.slice(0, request.limit).map(sealable))
      return { items, next: found.length > request.limit ? cursorOfKey(items.at(-1)!.key) : null }
    },
    replace: (changes) =>
      replace(
        changes.map(({ item, next }) => ({ key: item.key, old: item.stored, beside: item.beside, next: storedForm(item, next) })),
      ),
    count,
    async split(parts) {
      const total = await count({ after: null, until: null })
      const size = Math.ceil(total / parts)
      if (size === 0) return []
      const keys = sql.join(keyColumns.map((name) => sql.ref(name)))
      const { rows } = await sql<SqlRow>`select ${keys} from (select ${keys}, row_number() over (order by ${keys}) as waxseal_at
        from ${sql.table(table)} where ${conditions({ after: null, until: null })}) as numbered
        where waxseal_at % ${sql.lit(size)} = 0 and waxseal_at < ${sql.lit(total)} order by ${keys}`.execute(db)
      return rows.map((row) => cursorOfKey(keyOfRow(row, keyColumns)))
    },
  }
}
