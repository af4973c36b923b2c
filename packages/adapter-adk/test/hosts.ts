import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BaseSessionService, DatabaseSessionService, InMemorySessionService } from '@google/adk'
import { LibSqlDriver } from '@mikro-orm/libsql'
import type { Scanned } from '@waxseal/conformance/leak-probe'

export type Row = Readonly<Record<string, unknown>>

/** A session service, and a way to what it stored. */
export interface Host {
  readonly service: BaseSessionService
  /** SQL on its tables; undefined where it has none. */
  readonly query: ((sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>) | undefined
  /** All that it stored. */
  scanned(): AsyncIterable<Scanned> | Iterable<Scanned>
  close(): Promise<void>
}

export type OpenHost = () => Promise<Host>

export async function memoryHost(): Promise<Host> {
  const service = new InMemorySessionService()
  return {
    service,
    query: undefined,
    scanned: () => [{ where: 'memory', text: JSON.stringify(service) }],
    close: async () => {},
  }
}

interface Orm {
  readonly em: { getConnection(): { execute(sql: string, values?: readonly unknown[], method?: string): Promise<Row[]> } }
  close(force: boolean): Promise<void>
}
/** ADK keeps it to itself. */
export const ormOf = (service: DatabaseSessionService): Orm => (service as unknown as { orm: Orm }).orm

const TABLES = ['sessions', 'events', 'app_states', 'user_states']

export async function sqliteHost(driverOptions: object = {}): Promise<Host & { readonly file: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-adk-'))
  const file = join(folder, 'sessions.db')
  const service = new DatabaseSessionService({ driver: LibSqlDriver, dbName: file, driverOptions })
  await service.init()
  const query = (sql: string, values?: readonly unknown[]) =>
    ormOf(service)
      .em.getConnection()
      .execute(sql, values, /^select/i.test(sql) ? 'all' : 'run')
  return {
    service,
    file,
    query,
    async *scanned() {
      for (const table of TABLES)
        for (const row of await query(`select * from ${table}`))
          for (const [column, value] of Object.entries(row)) yield { where: `${table}.${column}`, text: String(value) }
    },
    async close() {
      await ormOf(service).close(true)
      rmSync(folder, { recursive: true })
    },
  }
}
