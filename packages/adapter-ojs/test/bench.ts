import { createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { openExecution, type SealOptions, sealEnqueue } from '../src/index.js'
import { Backend, Client, type ExecutionMiddleware, type Job, type JobContext, type JsonValue, OJSError, Worker } from './host.js'

export const window = () => ({ allowUntil: new Date(Date.now() + 3_600_000) })

export const nonRetryable = (text: string) => new OJSError(text, 'unreadable', { retryable: false })

/** A key provider in the shape of OJS's own, whose keys can change. */
export function ojsKeys(ids: readonly string[] = ['key-1']) {
  const held = new Map(ids.map((id) => [id, crypto.getRandomValues(new Uint8Array(32))]))
  return { held, getKey: async (id: string) => held.get(id), getCurrentKeyId: () => ids.at(-1)! }
}

export const aSealer = () => createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })

/** The two kinds of options under which nearly all must hold alike. */
export const kinds: [string, () => SealOptions][] = [
  ['the form of the specification', () => ({ keys: ojsKeys(), nonRetryable })],
  ["Waxseal's own", () => ({ sealer: aSealer(), app: 'billing', nonRetryable })],
]

export function bench(options: SealOptions, reads: SealOptions = options) {
  const backend = new Backend()
  const [client, worker] = [new Client(backend), new Worker(backend)]
  client.middlewares.push(sealEnqueue(options))
  worker.middlewares.push(openExecution(reads))
  return {
    backend,
    client,
    worker,
    enqueue: (type: string, args: JsonValue, more?: Partial<Job>) => client.enqueue(type, args, more),
    /** The contexts' jobs as handlers see them. */
    async handled(handler: (ctx: JobContext) => Promise<unknown> = async () => null): Promise<Job[]> {
      const seen: Job[] = []
      await worker.work(async (ctx) => {
        seen.push(structuredClone(ctx.job))
        return handler(ctx)
      })
      return seen
    },
    use: (middleware: ExecutionMiddleware) => worker.middlewares.push(middleware),
  }
}

/** What a call was refused with, or `none`. */
export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error) => (WaxsealError.is(error) ? error.code : `not ours: ${error}`),
  )
