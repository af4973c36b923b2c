import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AdkSecureSessions, adkSecureSessions } from '@waxseal/formats'
import { sqliteDialect } from '@waxseal/keystore-sql/sqlite'
import { CompiledQuery, Kysely } from 'kysely'
import {
  type AnyDatabase,
  createSecureSessionsTables,
  type SecureSessionsDialect,
  secureSessionsService,
} from '../src/secure-sessions.js'
import type { Host, Row } from './hosts.js'

/** 00 01 02 … 1f */
export const KEY_BYTES = Uint8Array.from({ length: 32 }, (_, index) => index)

export interface SecureHost extends Host {
  readonly db: AnyDatabase
  readonly dialect: SecureSessionsDialect
  readonly cells: AdkSecureSessions
  query(sql: string): Promise<readonly Row[]>
}
export type OpenSecure = () => Promise<SecureHost>

export async function secureHost(db: AnyDatabase, dialect: SecureSessionsDialect, closed = () => {}): Promise<SecureHost> {
  const cells = adkSecureSessions({ aesGcm: KEY_BYTES })
  await createSecureSessionsTables({ db, dialect })
  return {
    db,
    dialect,
    cells,
    service: secureSessionsService({ db, dialect, cells }),
    query: async (sql) => (await db.executeQuery<Row>(CompiledQuery.raw(sql))).rows,
    scanned: () => [],
    async close() {
      await db.destroy()
      closed()
    },
  }
}

export function secureSqlite(): Promise<SecureHost> {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-adk-'))
  const db = new Kysely<never>({ dialect: sqliteDialect(join(folder, 'sessions.db')) })
  return secureHost(db, 'sqlite', () => rmSync(folder, { recursive: true }))
}
