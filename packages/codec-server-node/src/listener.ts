import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'

export interface ListenOptions {
  readonly fetch: (request: Request, bindings: HttpBindings) => Promise<Response>
  readonly host: string
  readonly port: number
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly maxConnections: number
  /** For the head of a request, in milliseconds. */
  readonly headersTimeoutMs: number
  /** For a whole request, body included, in milliseconds. */
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
}

export interface Listener {
  readonly port: number
  /** Takes no more connections, lets calls in flight end for so long, and cuts off the rest; resolves to their number. */
  close(timeoutMs: number): Promise<number>
}

/** An address that cannot be had; the message names it. */
export class ListenError extends Error {}

const MAX_HEADER_BYTES = 16 * 1024
/** How often Node looks for what is overdue. */
const CHECK_INTERVAL_MS = 1000
const HANDSHAKE_TIMEOUT_MS = 10_000

/** Serves a fetch handler with limits on what a caller may hold: connections, heads, time. */
export async function listen({ fetch, host, port, tls, ...limits }: ListenOptions): Promise<Listener> {
  const shared = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  }
  const adaptor = (options: Parameters<typeof createAdaptorServer>[0]) => createAdaptorServer(options) as Server
  const handler = { fetch: fetch as Parameters<typeof createAdaptorServer>[0]['fetch'] }
  const server = tls
    ? adaptor({
        ...handler,
        createServer: createTlsServer,
        serverOptions: { ...shared, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
      })
    : adaptor({ ...handler, createServer, serverOptions: shared })
  server.maxConnections = limits.maxConnections

  const inFlight = new Set<ServerResponse>()
  let closing = false
  server.prependListener('request', (_, response) => {
    inFlight.add(response)
    response.once('close', () => inFlight.delete(response))
    if (closing) response.setHeader('connection', 'close')
  })
  await listening(server, host, port)

  return {
    port: (server.address() as AddressInfo).port,
    async close(timeoutMs) {
      closing = true
      server.close()
      for (const response of inFlight) if (!response.headersSent) response.setHeader('connection', 'close')
      const cut = (await ended(inFlight, timeoutMs)) ? 0 : inFlight.size
      // Also those that never sent the head of a request.
      server.closeAllConnections()
      return cut
    },
  }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ListenError(`${host}:${port} cannot be listened on (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** Whether all of them have ended in time. */
async function ended(responses: ReadonlySet<ServerResponse>, timeoutMs: number): Promise<boolean> {
  const late = AbortSignal.timeout(timeoutMs)
  while (responses.size > 0) {
    const [first] = responses
    try {
      await once(first!, 'close', { signal: late })
    } catch {
      return false
    }
  }
  return true
}
