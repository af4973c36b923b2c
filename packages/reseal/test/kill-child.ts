// A run in a process of its own, which kills itself with SIGKILL before or after one of its statements, and else prints its report.
import { DatabaseSync } from 'node:sqlite'
import { createSealer, staticKeys } from '@waxseal/core'
import { acteon, fernet } from '@waxseal/formats'
import { createReseal, fileCheckpoints } from '@waxseal/reseal'
import { resealTable, sqlCheckpoints } from '@waxseal/reseal/sql'
import { type DatabaseConnection, type Dialect, Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import { Pool } from 'pg'

export interface Task {
  readonly dialect: 'postgres' | 'sqlite'
  /** Of the SQLite file, or the port of the server. */
  readonly at: string
  readonly table: string
  /** A folder for checkpoints in files; in SQL without it. */
  readonly folder?: string
  /** Half a statement each: 0 is before the first one, 1 behind it. */
  readonly killAt?: number
  readonly keys: readonly [string, string]
  /** Default 3. */
  readonly pageSize?: number
  /** The key of rows in Acteon's layout and in Fernet's: those, and rows in clear, are sealed. */
  readonly legacyKey?: string
}

const task = JSON.parse(process.argv[2]!) as Task

const dialectOf = ({ dialect, at }: Task): Dialect => {
  if (dialect === 'postgres')
    return new PostgresDialect({
      pool: new Pool({
        host: '127.0.0.1',
        port: Number(at),
        user: 'postgres',
        database: 'postgres',
        max: 4,
        application_name: 'killed',
      }),
    })
  const database = new DatabaseSync(at)
  database.exec('pragma busy_timeout = 10000')
  const open = {
    close: () => database.close(),
    prepare(text: string) {
      const statement = database.prepare(text)
      const values = (list: readonly unknown[]) => list as (string | number | null)[]
      return {
        reader: statement.columns().length > 0,
        all: (list: readonly unknown[]) => statement.all(...values(list)),
        run: (list: readonly unknown[]) => statement.run(...values(list)),
        iterate: (list: readonly unknown[]) => statement.iterate(...values(list)),
      }
    },
  }
  return new SqliteDialect({ database: open })
}

let halves = 0
const half = () => {
  if (halves++ === task.killAt) process.kill(process.pid, 'SIGKILL')
}
const counted = new WeakSet<DatabaseConnection>()

/** The dialect with `half` called before and behind every statement, those of transactions included. */
function killing(dialect: Dialect): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver() {
      const driver = dialect.createDriver()
      const acquire = driver.acquireConnection.bind(driver)
      driver.acquireConnection = async (...given) => {
        const connection = await acquire(...given)
        if (counted.has(connection)) return connection
        counted.add(connection)
        const execute = connection.executeQuery.bind(connection)
        connection.executeQuery = async (...query) => {
          half()
          const result = await execute(...query)
          half()
          return result as never
        }
        return connection
      }
      return driver
    },
  }
}

const [old, current] = task.keys
const legacyKey = task.legacyKey && Buffer.from(task.legacyKey, 'base64')
const sealer = createSealer({
  legacy: legacyKey ? [acteon({ keys: [{ kid: 'a1', key: legacyKey }], as: 'text' }), fernet({ keys: legacyKey })] : [],
  keys: staticKeys([
    { kid: 'k2', key: current },
    { kid: 'k1', key: old, state: 'decrypt_only' },
  ]),
})
const { dialect, table, folder } = task
const db = new Kysely<unknown>({ dialect: killing(dialectOf(task)) })
const reseal = createReseal({
  sealer,
  targets: [
    resealTable({
      db,
      dialect,
      table,
      key: 'id',
      column: 'sealed',
      context: ({ id }) => ({ app: 'kill', row: `${id}` }),
      migrate: legacyKey ? { sealer, plaintext: { allowUntil: new Date(Date.now() + 86_400_000) } } : undefined,
    }),
  ],
  checkpoints: folder ? fileCheckpoints(folder) : sqlCheckpoints({ db, dialect }),
  pageSize: task.pageSize ?? 3,
})
console.log(JSON.stringify(await reseal.run()))
await db.destroy()
