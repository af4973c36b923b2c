import { type HttpServer, serve } from './http.js'

/** A task as the REST API of Cloud Tasks takes it. */
export interface Task {
  readonly name?: string
  readonly httpRequest: { readonly url: string; readonly headers?: Record<string, string>; readonly body: string }
}

/** What Cloud Tasks is documented to do with HTTP targets, with an explicit dispatch. */
export interface CloudTasks extends HttpServer {
  readonly waiting: Task[]
  /** Sends every task that waits once; those that are not answered with success go on waiting. */
  dispatch(): Promise<void>
}

const error = (code: number, status: string) => Response.json({ error: { code, status } }, { status: code })

export async function startCloudTasks(): Promise<CloudTasks> {
  const waiting: Task[] = []
  // Names of tasks stay taken after the task is done.
  const names = new Set<string>()
  const server = await serve(async (request) => {
    if (!new URL(request.url).pathname.endsWith('/tasks')) return error(404, 'NOT_FOUND')
    const { task } = (await request.json()) as { task: Task }
    if (task.name !== undefined && names.has(task.name)) return error(409, 'ALREADY_EXISTS')
    if (task.name !== undefined) names.add(task.name)
    waiting.push(task)
    return Response.json(task)
  })
  return {
    ...server,
    waiting,
    async dispatch() {
      for (const task of waiting.splice(0)) {
        const { url, headers = {}, body } = task.httpRequest
        const told = { 'X-CloudTasks-TaskName': task.name?.split('/').at(-1) ?? '1', 'Content-Type': 'application/octet-stream' }
        const response = await fetch(url, {
          method: 'POST',
          headers: { ...told, ...headers },
          body: new Uint8Array(Buffer.from(body, 'base64')),
        })
        if (!response.ok) waiting.push(task)
      }
    },
  }
}
