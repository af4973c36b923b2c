import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Scanned } from '@waxseal/conformance/leak-probe'

export interface Reply {
  readonly status?: number
  readonly body: unknown
}

/** Every text that went to Inngest or came from it. */
export interface Recorder {
  readonly items: Scanned[]
  record(where: string, text: string): void
}

export function createRecorder(): Recorder {
  const items: Scanned[] = []
  return {
    items,
    record: (where, text) => {
      if (text !== '') items.push({ where: `${items.length} ${where}`, text })
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** Answers JSON with JSON, and records both. */
export const jsonListener =
  (recorder: Recorder, answer: (path: string, body: unknown) => Reply): RequestListener =>
  async (request, response) => {
    const text = await textOf(request)
    const path = request.url ?? ''
    recorder.record(`${request.method} ${path}`, `${JSON.stringify(request.headers)}\n${path}\n${text}`)
    const { status = 200, body } = answer(path, text === '' ? undefined : JSON.parse(text))
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

/** A server on a free port of loopback. */
export async function listen(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(listener)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}
