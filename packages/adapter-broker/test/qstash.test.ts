import { Client, Receiver } from '@upstash/qstash'
import { createDedupKey, createSealer, generateKey, staticKeys } from '@waxseal/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBodies } from '../src/index.js'
import { type HttpServer, serve } from './http.js'
import { type Qstash, startQstash } from './qstash.js'

const SIGNING_KEY = 'sig_1'
const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const bodies = createBodies({
  sealer: createSealer({ keys }),
  app: 'shop',
  dedup: createDedupKey({ keys, key: { kid: 'k1', version: 1 } }),
})
const receiver = new Receiver({ currentSigningKey: SIGNING_KEY, nextSigningKey: 'sig_2' })

let qstash: Qstash
let endpoint: HttpServer
const handled: unknown[] = []
const failures: unknown[] = []
let handle = (value: unknown): void => void handled.push(value)

/** The signature covers the sealed body: it is checked before anything is opened. */
async function verified(request: Request): Promise<string> {
  const body = await request.text()
  await receiver.verify({ body, signature: request.headers.get('Upstash-Signature') ?? '', url: request.url })
  return body
}

async function orders(request: Request): Promise<Response> {
  const body = await verified(request)
  const opened = await bodies.tryOpen(body, { job: ['order'], attributes: request.headers })
  const giveUp = { status: 489, headers: { 'Upstash-NonRetryable-Error': 'true' } }
  if (!opened.ok) return new Response(await bodies.sealError(opened.error, 'order'), opened.retry ? { status: 503 } : giveUp)
  try {
    handle(opened.value)
    return new Response('ok')
  } catch (error) {
    return new Response(await bodies.sealError(error, 'order', body), { status: 500 })
  }
}

async function failed(request: Request): Promise<Response> {
  const { body, sourceBody, retried } = JSON.parse(await verified(request))
  const source = Buffer.from(sourceBody, 'base64')
  const error = await bodies.openError(Buffer.from(body, 'base64').toString(), 'order', source)
  const opened = await bodies.tryOpen(source, { job: 'order' })
  failures.push({ value: opened.ok ? opened.value : undefined, error, retried })
  return new Response('ok')
}

beforeAll(async () => {
  qstash = await startQstash(SIGNING_KEY)
  endpoint = await serve((request) => (request.url.endsWith('/failed') ? failed(request) : orders(request)))
})
afterAll(async () => {
  await qstash?.stop()
  await endpoint?.stop()
})

const publish = async (value: unknown, change = (body: string) => body) => {
  const client = new Client({ baseUrl: qstash.url, token: 'any', enableTelemetry: false })
  const { body, attributes, dedupId } = await bodies.seal(value, { job: 'order' })
  const urls = { url: `${endpoint.url}/orders`, failureCallback: `${endpoint.url}/failed` }
  await client.publish({ ...urls, body: change(body), headers: attributes, deduplicationId: dedupId!, retries: 1 })
}

it('is handed over once, under a signature of what is sealed', async () => {
  await publish({ card: '4242' })
  await publish({ card: '4242' })
  expect(qstash.waiting).toHaveLength(1)
  expect(qstash.waiting[0]!.body.toString()).toMatch(/^{"\$sealed":"wax1\.[\w.~-]+","\$job":"order"}$/)
  await qstash.deliver()
  expect(handled).toEqual([{ card: '4242' }])
})

it('is refused where it was not QStash that sent it', async () => {
  const { body, attributes } = await bodies.seal({ card: '1881' }, { job: 'order' })
  const response = await fetch(`${endpoint.url}/orders`, { method: 'POST', body, headers: attributes })
  expect(response.status).toBe(500)
  expect(handled).toHaveLength(1)
})

it('is tried again where the handler fails, and its failure tells those with the key why', async () => {
  handle = (value) => {
    throw new RangeError(`no ${JSON.stringify(value)}`)
  }
  await publish({ card: '3782 822463 10005' })
  await qstash.deliver()
  const [failure] = failures.splice(0)
  expect(failure).toMatchObject({ value: { card: '3782 822463 10005' }, retried: 1 })
  expect(failure).toMatchObject({ error: { message: 'no {"card":"3782 822463 10005"}' } })
  expect(qstash.dead[0]?.body.toString()).not.toContain('3782 822463 10005')
})

it('is not tried again where it can never open', async () => {
  await publish({ card: '5555' }, (body) => body.replace(/.{9}","\$job/, 'AAAAAAAAA","$job'))
  await qstash.deliver()
  expect(failures).toMatchObject([{ value: undefined, retried: 0, error: { code: 'open_failed' } }])
})
