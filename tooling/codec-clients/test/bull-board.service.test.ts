import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { HonoAdapter } from '@bull-board/hono'
import { type ServerType, serve } from '@hono/node-server'
import { serveStatic } from '@hono/node-server/serve-static'
import { Queue, Worker } from '@waxseal/adapter-bullmq'
import { type OpenDocuments, openedAnswer } from '@waxseal/adapter-bullmq/bull-board'
import { describeHits, redisKeys, scan } from '@waxseal/conformance/leak-probe'
import { chromiumMissing, redisMissing, startRedis } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import * as bullmq from 'bullmq'
import { Hono } from 'hono'
import { Redis } from 'ioredis'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type CodecHost, codecHost, sealer, TOKENS } from './codec-host.js'
import { CARD, needles, SECRET } from './needles.js'
import { picture, realPages, textOf } from './pages.js'

const missing = redisMissing() ?? chromiumMissing()
const NAME = 'payments'
const seal = { sealer, app: 'shop' }

describeIf(!missing, missing ?? '')('Bull Board, whose process holds no key', () => {
  const newPage = realPages()
  const stops: (() => unknown)[] = []
  let redis: Redis
  let codec: CodecHost
  let url: string

  /** As the README has it: what is opened is what the codec server opens for whoever is signed in. */
  const openFor =
    (authorization: string): OpenDocuments =>
    async (documents) => {
      const response = await fetch(`${codec.url}/open`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ document: documents }),
      })
      return response.ok ? ((await response.json()) as { document: unknown[] }).document : documents
    }

  beforeAll(async () => {
    const service = await startRedis()
    const connection = { host: '127.0.0.1', port: service.port, maxRetriesPerRequest: null }
    redis = new Redis(connection)
    codec = await codecHost()
    const queue = new Queue(NAME, { connection, seal })
    const process = async (job: bullmq.Job) => {
      await job.updateProgress({ step: SECRET })
      await job.log(`said ${SECRET}`)
      if (job.name === 'declined') throw new Error(`declined ${SECRET}`)
      return { receipt: SECRET }
    }
    const worker = new Worker(NAME, process, { connection, seal })
    await queue.add('charge', { card: CARD, note: SECRET }, { jobId: 'charge' })
    await queue.add('declined', { card: CARD, note: SECRET }, { jobId: 'declined' })
    await vi.waitFor(async () => expect(await queue.getJobCounts()).toMatchObject({ completed: 1, failed: 1 }), 20_000)
    await worker.close()
    await queue.close()

    const plain = new bullmq.Queue(NAME, { connection })
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
    const board: ServerType = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 })
    if (!board.listening) await once(board, 'listening')
    url = `http://127.0.0.1:${(board.address() as AddressInfo).port}`
    stops.push(
      () => board.close(),
      () => plain.close(),
      codec.close,
      () => redis.disconnect(),
      service.stop,
    )
  })
  beforeEach(() => codec.use({}))
  afterAll(async () => {
    for (const stop of stops) await stop()
  })

  async function shownTo(token: string | undefined, path: string): Promise<Page> {
    const page = await newPage()
    // What a proxy in front does, where people sign in.
    if (token) await page.setExtraHTTPHeaders({ authorization: `Bearer ${token}` })
    await page.goto(`${url}/queue/${NAME}${path}`)
    return page
  }

  const tab = (page: Page, name: string) =>
    page
      .getByRole('tab', { name })
      .or(page.getByRole('button', { name, exact: true }))
      .first()

  it('shows ciphertext to who is not signed in, and to whom the policy gives nothing', async () => {
    for (const token of [undefined, 'guessed', TOKENS.eve]) {
      const page = await shownTo(token, '/charge?status=completed')
      await page.getByText('wax1.c256').first().waitFor()
      const text = await textOf(page)
      for (const hidden of [SECRET, CARD]) expect(text).not.toContain(hidden)
    }
  })

  it('shows data, result, progress, logs and errors to whom the policy gives them', async () => {
    const page = await shownTo(TOKENS.ann, '/charge?status=completed')
    await page.getByText(CARD).first().waitFor()
    await tab(page, 'Logs').click()
    await page.getByText(`said ${SECRET}`).first().waitFor()
    const failed = await shownTo(TOKENS.ann, '/declined?status=failed')
    await tab(failed, 'Error').click()
    await failed.getByText(`declined ${SECRET}`).first().waitFor()
    expect(await textOf(failed)).not.toContain('wax1.')
    const record = (await codec.records()).at(-1)
    expect(record).toMatchObject({ actor: 'ann', operation: 'codec.open', outcome: 'ok' })
  })

  it('shows masks to whom it gives no more', async () => {
    const page = await shownTo(TOKENS.bob, '/charge?status=completed')
    await page.getByText('•••• 1111').first().waitFor()
    await picture(page, 'bull-board-masked')
    const text = await textOf(page)
    for (const hidden of [SECRET, CARD, 'wax1.']) expect(text).not.toContain(hidden)
  })

  it('shows ciphertext while the codec server refuses', async () => {
    codec.use({ limits: { maxPayloads: 1 } })
    const page = await shownTo(TOKENS.ann, '/declined?status=failed')
    await page.getByText('wax1.c256').first().waitFor()
    expect(await textOf(page)).not.toContain(CARD)
  })

  it('writes nothing: what was opened never comes to Redis', async () => {
    const ann = { authorization: `Bearer ${TOKENS.ann}`, 'content-type': 'application/json' }
    const writes: [string, string, object][] = [
      ['PATCH', `/api/queues/${NAME}/charge/update-data`, { jobData: { card: CARD, note: SECRET } }],
      ['POST', `/api/queues/${NAME}/add`, { name: 'again', data: { note: SECRET }, options: {} }],
      ['PUT', `/api/queues/${NAME}/declined/retry`, {}],
    ]
    for (const [method, path, body] of writes) {
      const response = await fetch(url + path, { method, headers: ann, body: JSON.stringify(body) })
      expect([path, response.status]).toEqual([path, 405])
    }
    const command = (name: string, ...args: string[]) => redis.call(name, ...args)
    const report = await scan(redisKeys(command), needles)
    expect(describeHits(report.hits)).toBe('')
    expect(report.items).toBeGreaterThan(5)
  })
})
