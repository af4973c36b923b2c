import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBullBoard } from '@bull-board/api'

type Board = Parameters<typeof createBullBoard>[0]
type ServerAdapter = Board['serverAdapter']
type Routes = Parameters<ServerAdapter['setApiRoutes']>[0]
type Queues = Parameters<ServerAdapter['setQueues']>[0]

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a board answers is looked into by tests.
  readonly body: any
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const text = (await request.toArray()).join('')
  return text === '' ? {} : JSON.parse(text)
}

/** Parameters of a path, where the route is that of the path. */
function matched(route: string, path: string): Record<string, string> | undefined {
  const [names, parts] = [route.split('/'), path.split('/')]
  if (names.length !== parts.length || names.some((name, at) => !name.startsWith(':') && name !== parts[at])) return undefined
  const entries = names.flatMap((name, at) => (name.startsWith(':') ? [[name.slice(1), decodeURIComponent(parts[at]!)]] : []))
  return Object.fromEntries(entries)
}

/** Bull Board's own routes and handlers, over HTTP on the loopback interface. */
export async function boardServer(adapters: Board['queues']) {
  let [routes, queues]: [Routes, Queues | undefined] = [[], undefined]
  const serverAdapter: ServerAdapter = {
    setQueues(given) {
      queues = given
      return serverAdapter
    },
    setApiRoutes(given) {
      routes = given
      return serverAdapter
    },
    setViewsPath: () => serverAdapter,
    setStaticPath: () => serverAdapter,
    setEntryRoute: () => serverAdapter,
    setErrorHandler: () => serverAdapter,
    setUIConfig: () => serverAdapter,
  }
  createBullBoard({ queues: adapters, serverAdapter, options: { validateResponses: true } })

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url!, 'http://board')
    for (const { method, route, handler } of routes)
      for (const each of [route].flat()) {
        const params = matched(each, pathname)
        if (!params || ![method].flat().includes(request.method!.toLowerCase() as 'get')) continue
        const query = Object.fromEntries(searchParams)
        const call = { queues: queues!, uiConfig: {}, query, params, body: (await bodyOf(request)) as object, headers: {} }
        return { status: 200, ...(await handler(call)) }
      }
    return { status: 404, body: {} }
  }
  const server = createServer((request, response) => {
    answer(request)
      .catch(({ statusCode = 500, message }) => ({ status: statusCode, body: { message } }))
      .then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
  return {
    async ask(method: string, path: string, body?: object): Promise<Answer> {
      const response = await fetch(base + path, { method, ...(body && { body: JSON.stringify(body) }) })
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    },
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}
