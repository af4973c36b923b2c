import { createHash, randomBytes } from 'node:crypto'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { HonoAdapter } from '@bull-board/hono'
import { serveStatic } from '@hono/node-server/serve-static'
import { Queue } from '@waxseal/adapter-bullmq'
import { type OpenDocuments, openedAnswer } from '@waxseal/adapter-bullmq/bull-board'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createCodecServer, tokenAuthentication } from '@waxseal/codec-server'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createDetector } from '@waxseal/pii'
import * as bullmq from 'bullmq'
import { Hono } from 'hono'

const connection = { url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' }
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const queue = new Queue('payments', { connection, seal: { sealer, app: 'shop' } })
await queue.add('charge', { card: '4111 1111 1111 1111', amount: 30 })

const [annsToken, bobsToken] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const codec = createCodecServer({
  sealer,
  auth: tokenAuthentication([
    { id: 'ann', sha256: sha256(annsToken), groups: ['fraud'] },
    { id: 'bob', sha256: sha256(bobsToken), groups: ['support'] },
  ]),
  policy: [
    { who: ['group:fraud'], give: 'clear', where: { context: { app: 'shop' } } },
    { who: ['group:support'], give: 'masked', where: { context: { app: 'shop' } } },
  ],
  trail: createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: randomBytes(32) } }),
  detector: createDetector(),
})
const codecServer = 'https://codec.example.com'
const fetch = (url: string, init: RequestInit) => codec.fetch(new Request(url, init))

// #region board
/** What the codec server opens for whoever signed in. */
const openFor =
  (authorization: string): OpenDocuments =>
  async (documents) => {
    const response = await fetch(`${codecServer}/open`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ document: documents }),
    })
    if (!response.ok) return documents
    return ((await response.json()) as { document: unknown[] }).document
  }

const plain = new bullmq.Queue('payments', { connection })
const serverAdapter = new HonoAdapter(serveStatic)
createBullBoard({ queues: [new BullMQAdapter(plain, { readOnlyMode: true })], serverAdapter })

const app = new Hono()
app.use('/api/*', async (context, next) => {
  await next()
  if (context.req.method !== 'GET' || !context.res.ok) return
  const open = openFor(context.req.header('authorization') ?? '')
  context.res = Response.json(await openedAnswer(await context.res.json(), open))
})
app.route('/', serverAdapter.registerPlugin())
// #endregion

const shownTo = async (token: string) => {
  const headers = { authorization: `Bearer ${token}` }
  const response = await app.request('/api/queues?activeQueue=payments&status=latest', { headers })
  const { queues } = (await response.json()) as { queues: { jobs: { data: { $sealed?: unknown } }[] }[] }
  return queues[0]?.jobs[0]?.data
}
console.log(await shownTo(annsToken)) // { card: '4111 1111 1111 1111', amount: 30 }
console.log(await shownTo(bobsToken)) // { card: '•••• 1111', amount: '••••••••' }
console.log(Object.keys((await shownTo('guessed')) ?? {})) // [ '$sealed', '$job' ]

await queue.obliterate({ force: true })
await queue.close()
await plain.close()
