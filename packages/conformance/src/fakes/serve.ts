import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { WaxsealError } from '@waxseal/core'
import { concat } from './bytes.js'
import type { ServiceFake } from './service-fake.js'

export interface ServeOptions {
  /** The port; 0 for any that is free. Default 0. */
  readonly port?: number
  /** A loopback address: `127.0.0.1`, `::1` or `localhost`. Default `127.0.0.1`. */
  readonly host?: string
}

export interface Served {
  /** Without a slash at the end, as in `http://127.0.0.1:49152`. */
  readonly url: string
  /** Breaks every connection and frees the port. */
  close(): Promise<void>
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']
const MAX_BODY_BYTES = 1024 * 1024
const ATTEMPTS = 5

const refuse = (message: string): never => {
  throw new WaxsealError('config', message)
}

/**
 * Puts a fake on a loopback port, for programs that take the address of a key service but no `fetch`. Needs a runtime with
 * node:http (Node, Bun, Deno). `config` for a host that others can reach, or a port that is taken.
 *
 * @example
 * const { url, close } = await serve(createFakeAwsKms())
 */
export async function serve(fake: ServiceFake, { port = 0, host = '127.0.0.1' }: ServeOptions = {}): Promise<Served> {
  if (!LOOPBACK.includes(host)) refuse('serve: host is 127.0.0.1, ::1 or localhost: a fake is for this machine only')
  if (!Number.isInteger(port) || port < 0 || port > 65535) refuse('serve: port is an integer of 0 to 65535')
  // Not imported, so that the fakes load where there is no node:http.
  const http = globalThis.process?.getBuiltinModule?.('node:http') ?? refuse('serve needs a runtime with node:http')
  const name = host.includes(':') ? `[${host}]` : host
  let url = ''
  const server = http.createServer((request, response) => {
    answer(fake, url, request, response).catch(() => request.socket.destroy())
  })
  for (let attempt = 1; ; attempt++) {
    try {
      url = `http://${name}:${await listen(server, port, host)}`
      break
    } catch (error) {
      const code = (error as { code?: string }).code ?? 'unknown'
      if (code !== 'EADDRINUSE' || port !== 0 || attempt === ATTEMPTS) refuse(`serve: port ${port} cannot be had (${code})`)
    }
  }
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    return closed
  }
  return Object.freeze({ url, close })
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      const address = server.address()
      if (address !== null && typeof address === 'object') resolve(address.port)
    })
  })
}

async function answer(fake: ServiceFake, base: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '' } = request
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const body = await readBody(request)
  if (body === undefined || !url.startsWith('/')) {
    response.writeHead(body === undefined ? 413 : 400, { connection: 'close' }).end()
    return
  }
  const headers = new Headers()
  for (const [header, value] of Object.entries(request.headersDistinct))
    for (const one of value ?? []) headers.append(header, one)
  const answered = await fake.fetch(`${base}${url}`, {
    method,
    headers,
    redirect: 'manual',
    signal: gone.signal,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  })
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  const reader = answered.body?.getReader()
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    const { value } = part
    // Each part is on its way before the next one is asked for, which may break the connection.
    await new Promise((resolve) => response.write(value, resolve))
  }
  response.end()
}

/** Undefined where the body is larger than what clients of a key service send. */
async function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Uint8Array>) {
    length += part.length
    if (length > MAX_BODY_BYTES) return undefined
    parts.push(part)
  }
  return concat(...parts)
}
