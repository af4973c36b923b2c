import { WaxsealError } from '@waxseal/core'
import { type Kysely, sql } from 'kysely'
import type { AnyDatabase, SqlDialect } from './database/database.js'
import { fromDatabase } from './database/database-error.js'

export interface FenceOptions {
  readonly db: Kysely<AnyDatabase>
  readonly dialect: SqlDialect
  /** A table of yours, in the database of the key store. */
  readonly table: string
  /** Its column of envelopes in their string form. */
  readonly column: string
  /** How long a version may still seal after it was retired, in milliseconds: as long as cached copies live. Default 5 minutes. */
  readonly graceMs?: number | undefined
}

const REFUSAL = 'waxseal: the key of this value is retired or unknown'
const FIVE_MINUTES_MS = 300_000

/** SQL for the kid and the version of an envelope, `wax1.<suite>.<kid>~<version>.…`; of other values, for what no key has. */
interface Locator {
  readonly kid: string
  readonly version: string
}

const LOCATOR: Readonly<Record<SqlDialect, (value: string) => Locator>> = {
  postgres(value) {
    const locator = `split_part(${value}, '.', 3)`
    const digits = `split_part(${locator}, '~', 2)`
    return { kid: `split_part(${locator}, '~', 1)`, version: `case when ${digits} ~ '^[0-9]{1,10}$' then ${digits}::bigint end` }
  },
  mysql(value) {
    const text = `convert(${value} using utf8mb4) collate utf8mb4_bin`
    const locator = `substring_index(substring_index(${text}, '.', 3), '.', -1)`
    const digits = `substring_index(${locator}, '~', -1)`
    return {
      kid: `substring_index(${locator}, '~', 1)`,
      version: `case when ${digits} regexp '^[0-9]{1,10}$' then cast(${digits} as unsigned) end`,
    }
  },
  sqlite(value) {
    const afterSuite = `substr(substr(${value}, 6), instr(substr(${value}, 6), '.') + 1)`
    const locator = `substr(${afterSuite}, 1, instr(${afterSuite}, '.') - 1)`
    const digits = `substr(${locator}, instr(${locator}, '~') + 1)`
    return {
      kid: `substr(${locator}, 1, instr(${locator}, '~') - 1)`,
      version: `case when ${digits} not glob '*[^0-9]*' then cast(${digits} as integer) end`,
    }
  },
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,47}$/

/** 32 bits that tell names apart which look alike when they are joined or cut (FNV-1a). */
function mark(text: string): string {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0
  return hash.toString(16).padStart(8, '0')
}

/** The statements that make the triggers of a fence. */
export function fenceStatements({ dialect, table, column, graceMs = FIVE_MINUTES_MS }: Omit<FenceOptions, 'db'>): string[] {
  if (!NAME.test(table) || !NAME.test(column))
    throw new WaxsealError('config', 'table and column are names of at most 48 letters, digits and _')
  if (!Number.isSafeInteger(graceMs) || graceMs < 0) throw new WaxsealError('config', 'graceMs is an integer from 0 on')
  const name = `waxseal_fence_${`${table}_${column}`.toLowerCase().slice(0, 36)}_${mark(`${table}.${column}`)}`
  // The row is locked until the write is committed: what is being written is seen by whoever destroys its key. That row alone: it is
  // found by its primary key.
  const allowed = (value: string, now: string) => {
    const { kid, version } = LOCATOR[dialect](value)
    return `select 1 from waxseal_key_versions v where v.kid = ${kid} and v.version = ${version}
      and (v.state = 'active' or (v.state = 'decrypt_only' and v.retired_at + ${graceMs} > ${now}))`
  }
  switch (dialect) {
    case 'postgres': {
      const now = 'extract(epoch from clock_timestamp()) * 1000'
      return [
        // The key tables of whoever sets up the fence, whatever the schema of whoever writes.
        `create or replace function ${name}() returns trigger language plpgsql set search_path from current as $$ begin
           if new."${column}" is null or (tg_op = 'UPDATE' and new."${column}" is not distinct from old."${column}") then return new; end if;
           ${allowed(`new."${column}"`, now).replace('select', 'perform')} for share;
           if not found then raise exception '${REFUSAL}' using errcode = 'check_violation'; end if;
           return new; end $$`,
        `create or replace trigger ${name} before insert or update on "${table}" for each row execute function ${name}()`,
      ]
    }
    case 'mysql': {
      const now = "timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000"
      return ['insert', 'update'].flatMap((operation) => {
        const changed = operation === 'update' ? `and not (new.\`${column}\` <=> old.\`${column}\`)` : ''
        const body = `create trigger ${name}_${operation[0]} before ${operation} on \`${table}\` for each row begin
          declare found_one integer default null;
          if new.\`${column}\` is not null ${changed} then
            set found_one = (${allowed(`new.\`${column}\``, now)} limit 1 lock in share mode);
            if found_one is null then signal sqlstate '45000' set message_text = '${REFUSAL}'; end if;
          end if; end`
        return [`drop trigger if exists ${name}_${operation[0]}`, body]
      })
    }
    case 'sqlite': {
      const now = "cast(round((julianday('now') - 2440587.5) * 86400000) as integer)"
      return ['insert', 'update'].flatMap((operation) => {
        const changed = operation === 'update' ? `and new."${column}" is not old."${column}"` : ''
        const body = `create trigger ${name}_${operation[0]} before ${operation} on "${table}"
          when new."${column}" is not null ${changed} and not exists (${allowed(`new."${column}"`, now)})
          begin select raise(abort, '${REFUSAL}'); end`
        return [`drop trigger if exists ${name}_${operation[0]}`, body]
      })
    }
    default:
      throw new WaxsealError('config', 'dialect is postgres, mysql or sqlite')
  }
}

/**
 * Has the database refuse values of one column that are sealed with a key which is retired for longer than `graceMs`, suspended, doomed,
 * destroyed or unknown: a process that missed a rotation, or sleeps with an old key, writes nothing that cannot be opened later. Values that
 * are not changed may stay. Needs an account that may make triggers. May be run again, with another `graceMs` too; on MySQL and MariaDB
 * while nobody writes, for they are without it for a moment.
 *
 * @example
 * await fence({ db, dialect: 'postgres', table: 'orders', column: 'card' })
 */
export async function fence({ db, ...options }: FenceOptions): Promise<void> {
  const statements = fenceStatements(options)
  const make = async (connection: Kysely<AnyDatabase>): Promise<void> => {
    for (const statement of statements) await sql.raw(statement).execute(connection)
  }
  // SQLite has no `create or replace`; all at once, so that no write finds the fence down. MySQL has neither.
  await (options.dialect === 'sqlite' ? db.transaction().execute(make) : make(db)).catch((error: unknown) => {
    throw fromDatabase(error)
  })
}
