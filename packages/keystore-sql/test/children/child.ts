// One process of a test: opens the store, does one thing, and may be killed before its nth statement.
import { createAuditTrail } from '@waxseal/audit'
import { sqlSink } from '@waxseal/audit/sql'
import { staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import { type Dialect, Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import { Pool } from 'pg'
import { createKeystore, migrateKeystore } from '../../dist/index.js'
import { sqliteDialect } from '../../dist/sqlite.js'
import { intercepted } from './intercepted.ts'

/** Where the database of the test is. */
export type Place =
  | { readonly dialect: 'sqlite'; readonly path: string }
  | { readonly dialect: 'postgres' | 'mysql'; readonly port: number; readonly user: string; readonly database: string }

export interface Task {
  readonly place: Place
  readonly at: number
  readonly operation: 'rotate' | 'generate' | 'shred' | 'destroyDue' | 'rewrap' | 'rotateDue' | 'migrate'
  readonly name?: string
  readonly scope?: string
  readonly rounds?: number
  /** Of the service that wraps. */
  readonly provider?: { readonly id: string; readonly byte: number }
  readonly dieBefore?: number
}

function dialectOf(place: Place): Dialect {
  if (place.dialect === 'sqlite') return sqliteDialect(place.path)
  const { port, user, database } = place
  const server = { host: '127.0.0.1', port, user, database }
  return place.dialect === 'postgres'
    ? new PostgresDialect({ pool: new Pool({ ...server, max: 1 }) })
    : new MysqlDialect({ pool: createPool({ ...server, connectionLimit: 1 }) })
}

/** Ends the process the hard way before one of its statements; those that begin and end transactions count too. */
function mortal(dialect: Dialect, dieBefore: number): Dialect {
  let count = 0
  return intercepted(dialect, (_, run) => {
    if (++count === dieBefore) process.kill(process.pid, 'SIGKILL')
    return run()
  })
}

const bytes = (byte: number) => new Uint8Array(32).fill(byte)
const task = JSON.parse(process.argv[2] ?? '') as Task
const { place, operation, name = 'orders', scope, dieBefore = 0, rounds = 1, provider = { id: 'kms', byte: 2 } } = task
let at = task.at
const now = () => at
const db = new Kysely<unknown>({ dialect: mortal(dialectOf(place), dieBefore) })
const database = { db, dialect: place.dialect }
const service = (id: string, byte: number) => rootKeyProvider({ id, keys: staticKeys([{ kid: 'kek', key: bytes(byte) }]) })
const keystore = createKeystore({
  ...database,
  wrap: provider.id === 'kms' ? service('kms', 2) : [service(provider.id, provider.byte), service('kms', 2)],
  audit: createAuditTrail({ sink: sqlSink(database), keys: { id: 'a1', key: bytes(1) }, now }),
  now,
})
const actor = `process-${process.pid}`

for (let round = 0; round < rounds; round++) {
  at = task.at + round * 2 * 86_400_000
  if (operation === 'rotate') await keystore.rotate(name, { actor, scope })
  else if (operation === 'generate') await keystore.generate(name, { actor, scope })
  else if (operation === 'shred') await keystore.shred(scope!, { actor })
  else if (operation === 'migrate') await migrateKeystore(database)
  else if (operation === 'rewrap') await keystore.rewrap({ actor })
  else if (operation === 'destroyDue') await keystore.destroyDue({ actor })
  else {
    const { failed } = await keystore.rotateDue({ actor })
    if (failed.length > 0) throw new Error(JSON.stringify(failed))
  }
}
await keystore.close()
await db.destroy()
