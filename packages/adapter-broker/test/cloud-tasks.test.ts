import { createDedupKey, createSealer, generateKey, staticKeys, WaxsealError } from '@waxseal/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBodies } from '../src/index.js'
import { type CloudTasks, startCloudTasks, type Task } from './cloud-tasks.js'
import { type HttpServer, serve } from './http.js'

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const sealer = createSealer({ keys })
let down = false
const open: typeof sealer.open = ((...args: Parameters<typeof sealer.open>) =>
  down ? Promise.reject(new WaxsealError('provider_unavailable', 'down')) : sealer.open(...args)) as typeof sealer.open
const bodies = createBodies({
  sealer: { ...sealer, open },
  app: 'shop',
  dedup: createDedupKey({ keys, key: { kid: 'k1', version: 1 } }),
})

let tasks: CloudTasks
let worker: HttpServer
const handled: unknown[] = []
const refused: unknown[] = []

beforeAll(async () => {
  tasks = await startCloudTasks()
  worker = await serve(async (request) => {
    const opened = await bodies.tryOpen(await request.arrayBuffer(), { job: ['order', 'größe'], attributes: request.headers })
    if (!opened.ok && opened.retry) return new Response(null, { status: 503 })
    // Cloud Tasks has no dead letters: what never opens is answered with success, and put away by the worker.
    if (opened.ok) handled.push(opened.value)
    else refused.push((opened.error as WaxsealError).code)
    return new Response(null, { status: 204 })
  })
})
afterAll(async () => {
  await tasks?.stop()
  await worker?.stop()
})

const card = '4242 4242 4242 4242'
const QUEUE = 'projects/p/locations/l/queues/orders'

async function create(value: unknown, job: string, as: 'string' | 'bytes', change = (body: Buffer) => body): Promise<number> {
  const { body, attributes, dedupId } = await bodies.seal(value, { job, as })
  const httpRequest = { url: worker.url, headers: attributes, body: change(Buffer.from(body)).toString('base64') }
  const task: Task = { name: `${QUEUE}/tasks/${dedupId}`, httpRequest }
  return (await fetch(`${tasks.url}/v2/${QUEUE}/tasks`, { method: 'POST', body: JSON.stringify({ task }) })).status
}

it.each(['string', 'bytes'] as const)('carries bodies of %s, once', async (as) => {
  handled.length = 0
  expect(await create({ card, as }, 'größe', as)).toBe(200)
  expect(await create({ card, as }, 'größe', as)).toBe(409)
  const [{ httpRequest }] = tasks.waiting as [Task]
  expect(Buffer.from(httpRequest.body, 'base64').toString('latin1')).not.toContain(card)
  await tasks.dispatch()
  expect(handled).toEqual([{ card, as }])
  expect(tasks.waiting).toEqual([])
})

it('keeps a task while keys are out of reach, and lets it go when it can never open', async () => {
  handled.length = 0
  await create({ n: 1 }, 'order', 'bytes')
  await create({ n: 2 }, 'order', 'bytes', (body) => body.subarray(0, -1))
  down = true
  await tasks.dispatch()
  expect(tasks.waiting).toHaveLength(2)
  down = false
  await tasks.dispatch()
  expect(tasks.waiting).toEqual([])
  expect([handled, refused]).toEqual([[{ n: 1 }], ['open_failed']])
})
