import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { type CodecServer, type CodecServerEvent, createCodecServer } from '@waxseal/codec-server'
import { createMetrics } from '@waxseal/codec-server/metrics'
import { type CodecServerConfig, openResources, readSecret, type WaxsealConfig } from '@waxseal/config'
import { createSealer, WaxsealError } from '@waxseal/core'
import type { Environment } from '@waxseal/core/keys'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { codecOptions } from './codec-options.js'
import { inspectorOf } from './inspector.js'
import { type Listener, type ListenOptions, listen } from './listener.js'
import { describe, type Log } from './log.js'
import { createReadiness, type Readiness } from './readiness.js'
import { createRecorder } from './recorder.js'

export interface RunningServer {
  /** Where it listens, which the configuration may leave to the system by 0. */
  readonly port: number
  /** Ends in order; resolves to the number of calls that were cut off. */
  stop(): Promise<number>
}

export interface StartOptions {
  /** Where secrets that are named by `env:NAME` stand. */
  readonly env: Environment
  readonly log: Log
}

type Listen = CodecServerConfig['listen']

const DEFAULT_BODY_TIMEOUT_MS = 10_000

const refuse = (message: string): never => {
  throw new WaxsealError('config', message)
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** What is opened travels in this server's answers: in clear they stay on this machine. */
function checkListen({ host, tls, tlsProxy }: Listen, auth: CodecServerConfig['auth']): void {
  if (isLoopback(host)) return
  if (auth === 'none-on-loopback') refuse(`auth 'none-on-loopback' listens on this machine alone, not on ${host}`)
  if (!tls && !tlsProxy)
    refuse(`on ${host} others would read what is opened: set listen.tls, or listen.tlsProxy where a proxy in front speaks TLS`)
}

function certificate(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return refuse(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function readTls(tls: Listen['tls'], env: Environment): ListenOptions['tls'] {
  if (!tls) return undefined
  const key = readSecret(tls.key, env)
  const cert = certificate(tls.cert)
  let why = 'they do not belong together'
  try {
    createSecureContext({ cert, key })
    // Deno's context takes any text.
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key }
  } catch (error) {
    why = (error as NodeJS.ErrnoException).code ?? 'they cannot be read'
  }
  return refuse(`${tls.cert} and ${tls.key} are no certificate and its key, PEM (${why})`)
}

/**
 * Starts the codec server of a configuration: opens its keys and its trail, records the start, and listens. `config` for what does not
 * fit; nothing is left open by a start that fails.
 *
 * @example
 * const { config } = await loadConfig()
 * const server = await startServer(config, { env: process.env, log: createLog('info') })
 */
export async function startServer(config: WaxsealConfig, { env, log }: StartOptions): Promise<RunningServer> {
  const { codecServer } = config
  if (!codecServer) return refuse('codecServer is missing: it says who may see what')
  const { auth, temporal } = codecServer
  checkListen(codecServer.listen, auth)
  const tls = readTls(codecServer.listen.tls, env)
  const closers: (() => unknown)[] = []
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    const resources = openResources(config, { env })
    closers.push(() => resources.close())
    const opened = await resources.keys()
    const sealer = createSealer({ keys: opened.keys, mode: temporal?.app === undefined ? 'open-only' : 'seal-and-open' })
    closers.push(() => sealer.close())
    const trail = await resources.trail()
    closers.push(() => trail.close())
    const recorder = createRecorder(trail)
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    const metrics = createMetrics(registry)
    const onEvent = (event: CodecServerEvent) => {
      metrics.onEvent(event)
      logCall(log, event)
    }
    const inspector = await inspectorOf(config, { keys: opened.keys, trail })
    const server = createCodecServer(await codecOptions(codecServer, { sealer, trail: recorder.trail, onEvent, inspector }, env))
    await recorder.note('codec.start')
    closers.push(() =>
      recorder.note('codec.stop').catch((error) => log.error({ event: 'stop_not_recorded', ...describe(error) })),
    )
    const readiness = createReadiness({ checks: { keys: opened.check, trail: recorder.check }, log })
    const listeners = await listenOn(codecServer, tls, { server, readiness, metrics })
    const [{ port }] = listeners
    log.info({ event: 'started', host: codecServer.listen.host, port, metricsPort: listeners[1]?.port, tls: tls !== undefined })

    return {
      port,
      async stop() {
        readiness.end()
        const cut = await listeners[0].close(codecServer.listen.shutdownTimeoutMs)
        await server.flush()
        await listeners[1]?.close(0)
        await closeAll()
        return cut
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

interface Served {
  readonly server: CodecServer
  readonly readiness: Readiness
  readonly metrics: ReturnType<typeof createMetrics>
}

const pathOf = (url: string | undefined): string => url?.split('?', 1)[0] ?? ''

async function listenOn(
  { listen: listening, limits }: CodecServerConfig,
  tls: ListenOptions['tls'],
  { server, readiness, metrics }: Served,
): Promise<readonly [Listener, Listener?]> {
  const { host, port, maxConnections, headersTimeoutMs, keepAliveTimeoutMs } = listening
  // The server itself answers a body that is late; this ends what goes on all the same.
  const requestTimeoutMs = headersTimeoutMs + 2 * (limits?.bodyTimeoutMs ?? DEFAULT_BODY_TIMEOUT_MS)
  const shared = { maxConnections, headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs }
  const main = await listen({
    ...shared,
    host,
    port,
    tls,
    fetch: async (request, { incoming }) =>
      pathOf(incoming.url) === '/ready'
        ? readiness.answer()
        : server.fetch(request, { remoteAddress: incoming.socket?.remoteAddress }),
  })
  if (!listening.metrics) return [main]
  try {
    const other = await listen({
      ...shared,
      ...listening.metrics,
      async fetch(_, { incoming }) {
        const path = pathOf(incoming.url)
        if (path === '/health') return Response.json({ status: 'ok' })
        if (path === '/ready') return readiness.answer()
        if (path !== '/metrics') return Response.json({ code: 'not_found' }, { status: 404 })
        return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
      },
    })
    return [main, other]
  } catch (error) {
    await main.close(0)
    throw error
  }
}

function logCall(log: Log, { operation, dialect, status, code, outcomes, durationMs }: CodecServerEvent): void {
  const line = { event: 'call', operation, dialect, status, code, outcomes, durationMs: Math.round(durationMs) }
  if (status >= 500) log.error(line)
  else log.info(line)
}
