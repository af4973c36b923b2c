import { type DaemonService, freePort, startDaemon } from './daemon.ts'
import { goInstalled, goMissing, goProgram } from './go.ts'

const VERSION = '1.5.1'

export interface TemporalOptions {
  /** The web pages that are built into it, and which codec server they call. Default: no pages. */
  readonly pages?: { readonly codecEndpoint?: string }
}

/** A running Temporal server. */
export interface TemporalService extends Pick<DaemonService, 'stop'> {
  /** Where it speaks gRPC without TLS: `127.0.0.1:34743`. */
  readonly address: string
  readonly namespace: string
  /** The path of Temporal's command line; it takes `--address`. */
  readonly program: string
  /** Where the web pages are, `http://localhost:34744`; empty where there are none. */
  readonly pagesUrl: string
}

/** Why Temporal cannot be built here, `undefined` where it can. */
export const temporalUnbuildable = (): string | undefined => goMissing('temporal')

/** Why Temporal cannot be started here, `undefined` where it can. Building it takes minutes, so a test does not begin with that. */
export const temporalMissing = (): string | undefined =>
  temporalUnbuildable() ?? (goInstalled('temporal', VERSION) ? undefined : 'it is not built (tooling/services/install.ts)')

/** Builds Temporal into the cache when it is not there (minutes, and gigabytes of Go's own caches); returns the path of the program. */
export const installTemporal = (): Promise<string> => goProgram('temporal', VERSION)

/**
 * Temporal's server for development, with a database in memory.
 *
 * @example
 * const { address, namespace, stop } = await startTemporal()
 * const connection = await Connection.connect({ address })
 * const client = new Client({ connection, namespace })
 */
export const startTemporal = async ({ pages }: TemporalOptions = {}): Promise<TemporalService> => {
  const program = await installTemporal()
  const pagesPort = pages && (await freePort())
  const { port, stop } = await startDaemon({
    name: 'temporal',
    // It finds the other ports that it needs, among them that of its metrics, itself.
    start: (_data, port) => {
      const settings = ['--ip', '127.0.0.1', '--port', `${port}`, '--log-level', 'error']
      const codec = pages?.codecEndpoint ? ['--ui-codec-endpoint', pages.codecEndpoint] : []
      return [
        program,
        'server',
        'start-dev',
        ...settings,
        ...(pagesPort ? ['--ui-port', `${pagesPort}`, ...codec] : ['--headless']),
      ]
    },
    ready: /^Server:/m,
    signal: 'TERM',
  })
  const pagesUrl = pagesPort ? `http://localhost:${pagesPort}` : ''
  return { address: `127.0.0.1:${port}`, namespace: 'default', program, pagesUrl, stop }
}
