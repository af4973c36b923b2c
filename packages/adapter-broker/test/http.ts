import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HttpServer {
  readonly url: string
  stop(): Promise<void>
}

/** A server on loopback that answers requests of the Fetch API. */
export async function serve(answer: (request: Request) => Promise<Response>): Promise<HttpServer> {
  let url = ''
  const server = createServer(async (incoming, outgoing) => {
    const content = Buffer.concat(await incoming.toArray())
    const { method = 'GET', rawHeaders } = incoming
    const headers = new Headers()
    for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!)
    const body = content.length > 0 ? { body: content } : {}
    const response = await answer(new Request(url + incoming.url, { method, headers, ...body })).catch(
      (error) => new Response(String(error), { status: 500 }),
    )
    outgoing.writeHead(response.status, [...response.headers].flat())
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    stop: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  }
}
