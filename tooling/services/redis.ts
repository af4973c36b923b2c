import { execFileSync } from 'node:child_process'
import { aptInstall, canAptInstall } from './apt.ts'
import { type DaemonService, startDaemon } from './daemon.ts'
import { findProgram } from './program.ts'

const program = () => findProgram('redis-server')

/** Why Redis cannot be started here, `undefined` where it can. */
export const redisMissing = (): string | undefined => (program() ? undefined : 'no Redis (Debian: apt-get install redis-server)')

/** Why Redis cannot be installed here, `undefined` where it is there or can be. */
export const redisUninstallable = (): string | undefined => (canAptInstall() ? undefined : redisMissing())

export const installRedis = async (): Promise<string> => {
  if (redisMissing()) {
    aptInstall('redis-server')
    // The package would start it whenever the machine starts.
    execFileSync('update-rc.d', ['redis-server', 'disable'], { stdio: 'ignore' })
  }
  const found = program()
  if (!found) throw new Error(redisMissing())
  return found
}

/**
 * The machine's Redis, empty, without a password, with nothing kept on disk.
 *
 * @example
 * const { port, stop } = await startRedis()
 */
export const startRedis = (): Promise<DaemonService> =>
  startDaemon({
    name: 'redis',
    start: (_data, port) => {
      const settings = { port: `${port}`, bind: '127.0.0.1', save: '', appendonly: 'no' }
      return [program() ?? 'redis-server', ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])]
    },
    ready: /Ready to accept connections/,
    signal: 'TERM',
  })
