import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { aptInstall, canAptInstall } from './apt.ts'
import { type DatabaseService, startDaemon } from './daemon.ts'
import { findProgram } from './program.ts'

// Debian keeps one folder a version, none of them on the path.
const program = (name: string) => findProgram(name, '/usr/lib/postgresql/*/bin')

/** Why PostgreSQL cannot be started here, `undefined` where it can. */
export const postgresMissing = (): string | undefined =>
  program('postgres') && program('initdb') ? undefined : 'no PostgreSQL (Debian: apt-get install postgresql)'

/** Why PostgreSQL cannot be installed here, `undefined` where it is there or can be. */
export const postgresUninstallable = (): string | undefined => (canAptInstall() ? undefined : postgresMissing())

const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.conf'

export const installPostgres = async (): Promise<string> => {
  if (postgresMissing()) {
    // Its package would set a server up, for the machine.
    if (!existsSync(CLUSTER_SETTINGS)) {
      mkdirSync(dirname(CLUSTER_SETTINGS), { recursive: true })
      writeFileSync(CLUSTER_SETTINGS, 'create_main_cluster = false\n')
    }
    aptInstall('postgresql')
  }
  const missing = postgresMissing()
  if (missing) throw new Error(missing)
  return program('postgres') as string
}

/**
 * The machine's PostgreSQL with a data folder of its own; `postgres` may log in without a password.
 *
 * @example
 * const { port, user, database, stop } = await startPostgres()
 */
export const startPostgres = async (): Promise<DatabaseService> => {
  const daemon = await startDaemon({
    name: 'postgres',
    refusesRoot: true,
    prepare: (data) => [program('initdb') ?? 'initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    start: (data, port) => {
      const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
      return [program('postgres') ?? 'postgres', '-D', data, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])]
    },
    ready: /ready to accept connections/,
    signal: 'INT',
  })
  return { ...daemon, user: 'postgres', database: 'postgres' }
}
