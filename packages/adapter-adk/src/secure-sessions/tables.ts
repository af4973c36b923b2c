import { type Kysely, sql } from 'kysely'

interface Owned {
  readonly app_name: string
  readonly user_id: string
}

/** The tables of adk-secure-sessions. Cells are texts; times are those of UTC, `2026-01-31 23:59:59.123456`. */
export interface Tables {
  readonly sessions: Owned & { readonly id: string; state: string; readonly create_time: string; update_time: string }
  readonly events: Owned & {
    readonly id: string
    readonly session_id: string
    readonly invocation_id: string
    timestamp: string
    event_data: string | null
  }
  readonly app_states: { readonly app_name: string; state: string; update_time: string }
  readonly user_states: Owned & { state: string; update_time: string }
}

export type SecureSessionsDialect = 'postgres' | 'sqlite'

// biome-ignore lint/suspicious/noExplicitAny: a user's own database may hold any tables beside these
export type AnyDatabase = Kysely<any>

/**
 * Makes the tables where they are not there, as the Python package makes them.
 *
 * @example
 * await createSecureSessionsTables({ db, dialect: 'sqlite' })
 */
export async function createSecureSessionsTables(database: {
  readonly db: AnyDatabase
  readonly dialect: SecureSessionsDialect
}): Promise<void> {
  const time = sql.raw(database.dialect === 'postgres' ? 'timestamp without time zone' : 'datetime')
  const name = sql.raw('varchar(128) not null')
  const statements = [
    sql`create table if not exists sessions (app_name ${name}, user_id ${name}, id ${name}, state text not null,
      create_time ${time} not null, update_time ${time} not null, primary key (app_name, user_id, id))`,
    sql`create table if not exists app_states (app_name ${name}, state text not null, update_time ${time} not null,
      primary key (app_name))`,
    sql`create table if not exists user_states (app_name ${name}, user_id ${name}, state text not null,
      update_time ${time} not null, primary key (app_name, user_id))`,
    sql`create table if not exists events (id ${name}, app_name ${name}, user_id ${name}, session_id ${name},
      invocation_id varchar(1024) not null, timestamp ${time} not null, event_data text,
      primary key (id, app_name, user_id, session_id),
      foreign key (app_name, user_id, session_id) references sessions (app_name, user_id, id) on delete cascade)`,
  ]
  for (const statement of statements) await statement.execute(database.db)
}
