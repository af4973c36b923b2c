import { type DaemonService, startDaemon } from './daemon.ts'
import { goMissing, goProgram } from './go.ts'

const VERSION = '2.14.5'

/** Why NATS cannot be started here, `undefined` where it can. */
export const natsMissing = (): string | undefined => goMissing('nats')

/** Builds nats-server into the cache when it is not there; returns the path of the program. */
export const installNats = (): Promise<string> => goProgram('nats', VERSION)

/**
 * NATS with JetStream, which keeps its files in `data`; anyone may connect.
 *
 * @example
 * const { port, stop } = await startNats()
 * const connection = await connect({ servers: `127.0.0.1:${port}` })
 */
export const startNats = async (): Promise<DaemonService> => {
  const program = await installNats()
  return startDaemon({
    name: 'nats',
    start: (data, port) => [program, '-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', data],
    ready: /Server is ready/,
    signal: 'TERM',
  })
}
