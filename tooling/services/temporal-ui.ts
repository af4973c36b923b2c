import { type DaemonService, startDaemon } from './daemon.ts'
import { goInstalled, goMissing, goProgram } from './go.ts'

const VERSION = '2.55.0'

export interface TemporalUiOptions {
  /** Of the server whose workflows the pages show: `127.0.0.1:34743`. */
  readonly temporal: string
  /** Which codec server the pages call, and whether they pass their access token. Default: none. */
  readonly codec?: { readonly endpoint: string; readonly passAccessToken?: boolean; readonly includeCredentials?: boolean }
  /** Who signs people in, and with which client. Default: nobody, everybody sees everything. */
  readonly signIn?: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string
    readonly scopes: readonly string[]
  }
}

/** Running web pages of Temporal. */
export interface TemporalUiService extends Pick<DaemonService, 'stop'> {
  /** `http://localhost:34743`, the origin of its pages. */
  readonly url: string
}

/** Why Temporal's web pages cannot be built here, `undefined` where they can. */
export const temporalUiUnbuildable = (): string | undefined => goMissing('temporal-ui')

/** Why Temporal's web pages cannot be served here, `undefined` where they can. */
export const temporalUiMissing = (): string | undefined =>
  temporalUiUnbuildable() ?? (goInstalled('temporal-ui', VERSION) ? undefined : 'it is not built (tooling/services/install.ts)')

/** Builds the server of the pages into the cache when it is not there; returns the path of the program. */
export const installTemporalUi = (): Promise<string> => goProgram('temporal-ui', VERSION)

/**
 * Temporal's web pages, as they are run beside a server of one's own; newer than those within the command line.
 *
 * @example
 * const ui = await startTemporalUi({ temporal: temporal.address, codec: { endpoint: 'http://127.0.0.1:8081' } })
 * await page.goto(`${ui.url}/namespaces/default/workflows`)
 */
export const startTemporalUi = async ({ temporal, codec, signIn }: TemporalUiOptions): Promise<TemporalUiService> => {
  const program = await installTemporalUi()
  const settings = (port: number) => ({
    temporalGrpcAddress: temporal,
    host: '127.0.0.1',
    port,
    enableUi: true,
    defaultNamespace: 'default',
    disableNewsFetch: true,
    cors: { cookieInsecure: true, allowOrigins: [urlOf(port)] },
    ...(codec && { codec }),
    ...(signIn && { auth: { enabled: true, providers: [providerOf(signIn, port)] } }),
  })
  const { port, stop } = await startDaemon({
    name: 'temporal-ui',
    start: (_data, port) => [program, JSON.stringify(settings(port))],
    ready: /http server started/,
    signal: 'TERM',
  })
  return { url: urlOf(port), stop }
}

const urlOf = (port: number): string => `http://localhost:${port}`

const providerOf = ({ issuer, ...client }: NonNullable<TemporalUiOptions['signIn']>, port: number) => ({
  type: 'oidc',
  providerUrl: issuer,
  ...client,
  callbackUrl: `${urlOf(port)}/auth/sso/callback`,
})
