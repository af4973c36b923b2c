import { randomUUID } from 'node:crypto'
import type { Scanned } from '@waxseal/conformance/leak-probe'
import { Inngest, type InngestFunction, type Middleware } from 'inngest'
import { serve } from 'inngest/node'
import { advance, checkpoint, endsWait, newRun, type Op, type Run, type Surroundings, settleStep, type Wait } from './executor.js'
import { holds, type StoredEvent } from './matching.js'
import { createRecorder, jsonListener, listen, type Reply } from './recorder.js'

interface FunctionConfig {
  readonly id: string
  readonly triggers: readonly { readonly event?: string; readonly expression?: string; readonly cron?: string }[]
  readonly batchEvents?: { readonly maxSize: number }
}

const SILENT = { info() {}, warn() {}, error() {}, debug() {} }

/** An app that serves functions, as Inngest knows it. */
export interface App {
  readonly url: string
  readonly functions: readonly FunctionConfig[]
}

/** What of Inngest's servers functions need: event API, checkpoints, and an executor that speaks the SDK's protocol over HTTP. */
export interface InngestServer {
  readonly events: StoredEvent[]
  readonly pending: StoredEvent[]
  readonly runs: Run[]
  client(id: string, middleware?: Middleware.Class[], options?: { readonly fetch?: typeof fetch }): Inngest
  serve(client: Inngest, functions: InngestFunction.Any[]): Promise<App>
  /** Runs a function with an event that nobody sent. */
  begin(app: App, functionId: string, name: string, data: Record<string, unknown>): Promise<void>
  settle(app: App): Promise<void>
  /** All that Inngest has, and every request and response. */
  dump(): Iterable<Scanned>
  close(): Promise<void>
}

/** The SDK of one version. */
export interface Host {
  readonly Inngest: typeof Inngest
  readonly serve: typeof serve
}

export async function startInngest({ checkpointing = false, host = { Inngest, serve } as Host } = {}): Promise<InngestServer> {
  const recorder = createRecorder()
  const events: StoredEvent[] = []
  const pending: StoredEvent[] = []
  const runs: Run[] = []
  const waits: Wait[] = []
  const servers: { close(): Promise<void> }[] = []
  let registered: readonly FunctionConfig[] = []

  function receive(name: string, data: unknown, id: string = randomUUID()): void {
    if (events.some((event) => event.id === id)) return
    const event = { id, name, ts: Date.now(), data: data as Record<string, unknown> }
    events.push(event)
    pending.push(event)
  }

  function start(functionId: string, given: readonly StoredEvent[], ended?: (run: Run) => void): void {
    runs.push(
      newRun(functionId, given, (run) => {
        ended?.(run)
        const data = { function_id: functionId, run_id: run.id, event: given[0] }
        const { event: _, ...finished } = data
        if (run.state === 'failed') receive('inngest/function.failed', { ...data, error: run.output })
        receive('inngest/function.finished', {
          ...finished,
          ...(run.state === 'failed' ? { error: run.output } : { result: run.output }),
        })
      }),
    )
  }

  const around: Surroundings = {
    recorder,
    checkpointing,
    wait: (wait) => {
      if (!waits.some(({ run, step }) => run === wait.run && step === wait.step)) waits.push(wait)
    },
    invoke(functionId, data, ended) {
      const _inngest = { fn_id: functionId }
      start(functionId, [{ id: randomUUID(), name: 'inngest/function.invoked', ts: 0, data: { ...data, _inngest } }], ended)
    },
  }

  function answer(path: string, body: unknown): Reply {
    if (path.startsWith('/e/')) {
      const sent = [body].flat() as { name: string; data: unknown; id?: string }[]
      for (const { name, data, id } of sent) receive(name, data, id)
      return { body: { ids: sent.map(() => randomUUID()), status: 200 } }
    }
    if (path.startsWith('/fn/register')) {
      registered = (body as { functions: FunctionConfig[] }).functions
      return { body: { status: 200, skipped: false, modified: true } }
    }
    const [, id] = /^\/v1\/checkpoint\/([^/]+)\/async$/.exec(path) ?? []
    const run = runs.find((each) => each.id === id)
    if (!run) return { status: 404, body: {} }
    checkpoint(run, (body as { steps: Op[] }).steps, around)
    return { body: {} }
  }

  const api = await listen(jsonListener(recorder, answer))
  servers.push(api)

  function dispatch(app: App): void {
    const arrived = pending.splice(0)
    for (const event of arrived)
      for (const wait of waits.filter((each) => endsWait(each, event))) {
        waits.splice(waits.indexOf(wait), 1)
        settleStep(wait.run, wait.step, { type: 'data', data: event })
      }
    for (const { id, triggers, batchEvents } of app.functions) {
      // As Inngest does not begin a function for its own end.
      const mine = arrived.filter(
        (event) =>
          event.data.function_id !== id &&
          triggers.some((trigger) => trigger.event === event.name && holds(trigger.expression, { event })),
      )
      if (batchEvents && mine.length > 0) start(id, mine)
      else for (const event of mine) start(id, [event])
    }
  }

  async function settle(app: App): Promise<void> {
    for (let before = -1; before !== runs.length || pending.length > 0; ) {
      before = runs.length
      dispatch(app)
      // A run that waits makes no progress; one that ends may let another go on.
      for (let open = -1, now = 0; open !== now; ) {
        open = now
        for (const run of runs) if (run.state === 'waiting') await advance(run, app.url, around)
        now = runs.filter(({ state }) => state !== 'waiting').length + runs.length
      }
    }
  }

  return {
    events,
    pending,
    runs,
    client: (id, middleware = [], options = {}) =>
      new host.Inngest({ id, isDev: true, baseUrl: api.url, middleware, logger: SILENT as never, checkpointing, ...options }),
    async serve(client, functions) {
      const app = await listen(host.serve({ client, functions }))
      servers.push(app)
      const response = await fetch(`${app.url}/api/inngest`, { method: 'PUT' })
      if (!response.ok) throw new Error(`the functions are not registered: ${await response.text()}`)
      return { url: `${app.url}/api/inngest`, functions: registered }
    },
    async begin(app, functionId, name, data) {
      start(functionId, [{ id: randomUUID(), name, ts: Date.now(), data }])
      await settle(app)
    },
    settle,
    *dump() {
      yield* recorder.items
      yield { where: 'events', text: JSON.stringify(events) }
      yield { where: 'runs', text: JSON.stringify(runs) }
    },
    async close() {
      for (const server of servers) await server.close()
    },
  }
}
