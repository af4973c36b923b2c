import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { serve } from '@hono/node-server'
import type { CodecServer } from '../src/index.js'
import { TOKENS } from './bench.js'

/** One answer, as it came. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** A request, byte by byte: `path`, then headers, then whatever body. */
export const requestText = (
  {
    method = 'POST',
    path = '/open',
    version = '1.1',
    token = TOKENS.ann as string | null,
    headers = {} as Record<string, string>,
  },
  body = '',
): string =>
  [
    `${method} ${path} HTTP/${version}`,
    ...Object.entries({
      host: 'localhost',
      'content-type': 'application/json',
      'content-length': `${Buffer.byteLength(body)}`,
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    })
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name}: ${value}`),
    '',
    body,
  ].join('\r\n')

/** What came back on a connection until it was closed, or until as many answers are there. */
export async function answersOf(socket: Socket, count = 1): Promise<Answer[]> {
  let text = ''
  await new Promise<void>((resolve) => {
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (parsed(text).length >= count) resolve()
    })
    socket.once('close', () => resolve())
  })
  socket.destroy()
  return parsed(text)
}

function parsed(text: string): Answer[] {
  const answers: Answer[] = []
  let rest = text
  for (;;) {
    const [, status, lines, after] = /^HTTP\/1\.1 (\d{3}) [^\r]*\r\n((?:[^\r]+\r\n)*)\r\n([\s\S]*)$/.exec(rest) ?? []
    if (!status) return answers
    const headers = new Headers(
      lines!
        .split('\r\n')
        .filter(Boolean)
        .map((line) => line.split(/: ?(.*)/).slice(0, 2) as [string, string]),
    )
    const length = Number(headers.get('content-length') ?? 0)
    if (after!.length < length) return answers
    answers.push({ status: Number(status), headers, body: Buffer.from(after!.slice(0, length), 'latin1').toString() })
    rest = after!.slice(length)
  }
}

/** A codec server on a port of this machine, whose connections a test writes itself. */
export async function socketHost(server: () => CodecServer) {
  const listening = serve({
    fetch: (request, { incoming }) => server().fetch(request, { remoteAddress: incoming.socket?.remoteAddress }),
    hostname: '127.0.0.1',
    port: 0,
    // Client and server share a thread, so that a busy machine counts twice.
    serverOptions: { headersTimeout: 1500, requestTimeout: 20_000, connectionsCheckingInterval: 100, maxHeaderSize: 8192 },
  })
  if (!listening.listening) await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  const sockets = new Set<Socket>()

  async function open(): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    sockets.add(socket)
    await once(socket, 'connect')
    return socket
  }

  return {
    open,
    /** Writes this on a new connection, and gives the answers to it. */
    async say(text: string, count = 1): Promise<Answer[]> {
      const socket = await open()
      socket.write(text)
      return answersOf(socket, count)
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listening.close(resolve))
    },
  }
}
