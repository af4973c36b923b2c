import { aptInstall, canAptInstall } from './apt.ts'
import { type DatabaseService, startDaemon } from './daemon.ts'
import { findProgram } from './program.ts'

const program = (name: string) => findProgram(name, '/usr/sbin')

/** Why MariaDB cannot be started here, `undefined` where it can. */
export const mariadbMissing = (): string | undefined =>
  program('mariadbd') && program('mariadb-install-db') && program('my_print_defaults')
    ? undefined
    : 'no MariaDB (Debian: apt-get install mariadb-server-core mariadb-client-core)'

/** Why MariaDB cannot be installed here, `undefined` where it is there or can be. */
export const mariadbUninstallable = (): string | undefined => (canAptInstall() ? undefined : mariadbMissing())

export const installMariadb = async (): Promise<string> => {
  // The programs alone: the package mariadb-server would also set up a server that runs.
  if (mariadbMissing()) aptInstall('mariadb-server-core', 'mariadb-client-core')
  const missing = mariadbMissing()
  if (missing) throw new Error(missing)
  return program('mariadbd') as string
}

/**
 * The machine's MariaDB with a data folder of its own; `root` may log in without a password, the database is `test`.
 *
 * @example
 * const { port, user, database, stop } = await startMariadb()
 */
export const startMariadb = async (): Promise<DatabaseService> => {
  const daemon = await startDaemon({
    name: 'mariadb',
    refusesRoot: true,
    prepare: (data) => [
      program('mariadb-install-db') ?? 'mariadb-install-db',
      '--no-defaults',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
    ],
    start: (data, port) => [
      program('mariadbd') ?? 'mariadbd',
      '--no-defaults',
      `--datadir=${data}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${data}.sock`,
      `--pid-file=${data}.pid`,
      '--character-set-server=utf8mb4',
    ],
    ready: /ready for connections/,
    signal: 'TERM',
  })
  return { ...daemon, user: 'root', database: 'test' }
}
