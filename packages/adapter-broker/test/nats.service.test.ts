import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { queueAdapterContract } from '@waxseal/conformance/contracts'
import { createCanaries, scan } from '@waxseal/conformance/leak-probe'
import { createDedupKey, createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import { type DaemonService, natsMissing, startNats } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createBodies } from '../src/index.js'
import { benchOn } from './broker.js'
import { filesIn } from './files.js'
import { headersOf, natsBroker } from './nats.js'

const missing = natsMissing()
const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const sealer = createSealer({ keys })

describeIf(!missing, missing ?? '')('NATS', () => {
  let server: DaemonService
  let connection: NatsConnection
  let manager: JetStreamManager
  beforeAll(async () => {
    server = await startNats()
    connection = await connect({ servers: `127.0.0.1:${server.port}` })
    manager = await jetstreamManager(connection)
    // With its last stream the server takes away the folder of all streams, and the next one may come in between.
    await manager.streams.add({ name: 'kept', subjects: ['kept'] })
  })
  afterAll(async () => {
    await connection?.close()
    await server?.stop()
  })

  for (const as of ['string', 'bytes'] as const)
    queueAdapterContract({
      describe,
      it,
      harness: { name: `bodies of ${as}`, create: async () => benchOn(await natsBroker(manager, server.data), as) },
    })

  it('has what it is sent in clear in its files', async () => {
    const { ascii } = createCanaries()
    const broker = await natsBroker(manager, server.data)
    await broker.put('work', { type: 'pay', body: JSON.stringify(ascii.value) })
    expect((await scan(filesIn(server.data), [ascii])).hits).not.toEqual([])
    await broker.close()
  })

  it('drops an equal message by the key for deduplication', async () => {
    const dedup = createDedupKey({ keys, key: { kid: 'k1', version: 1 } })
    const bodies = createBodies({ sealer, app: 'shop', dedup })
    await manager.streams.add({ name: 'orders', subjects: ['orders'] })
    for (const value of [{ n: 1 }, { n: 1 }, { n: 2 }]) {
      const { body, attributes, dedupId } = await bodies.seal(value, { job: 'order', as: 'bytes' })
      await manager.jetstream().publish('orders', body, { msgID: dedupId!, headers: headersOf(attributes) })
    }
    expect((await manager.streams.info('orders')).state.messages).toBe(2)
  })

  it('drops a message when its time to live has passed', async () => {
    const bodies = createBodies({ sealer, app: 'shop', retention: retention.deleteAfter({ ms: 500 }) })
    await manager.streams.add({ name: 'short', subjects: ['short'], allow_msg_ttl: true })
    const { body, ttlMs } = await bodies.seal({ n: 1 }, { job: 'order', as: 'bytes' })
    await manager.jetstream().publish('short', body, { ttl: `${Math.ceil(ttlMs! / 1000)}s` })
    const left = async () => (await manager.streams.info('short')).state
    await vi.waitUntil(async () => (await left()).messages === 0, { timeout: 20_000 })
    expect(await left()).toMatchObject({ messages: 0, last_seq: 1 })
  })

  it('carries a job type that no header could', async () => {
    const bodies = createBodies({ sealer, app: 'shop' })
    const subscription = connection.subscribe('ask', { max: 1 })
    const answer = connection.request('ask', ...(await asked(bodies, ' 値段\r\n')))
    for await (const message of subscription) {
      const opened = await bodies.tryOpen(message.data, { job: ['other', ' 値段\r\n'], attributes: message.headers })
      expect(opened).toEqual({ ok: true, value: { of: 'tea' }, job: ' 値段\r\n' })
      const { body } = await bodies.seal(4, { job: ' 値段\r\n', surface: 'result', as: 'bytes', inReplyTo: message.data })
      message.respond(body)
    }
    expect(await bodies.open((await answer).data, { job: ' 値段\r\n', surface: 'result' })).toBe(4)
  })
})

async function asked(bodies: ReturnType<typeof createBodies>, job: string) {
  const { body, attributes } = await bodies.seal({ of: 'tea' }, { job, as: 'bytes' })
  return [body, { headers: headersOf(attributes), timeout: 5000 }] as const
}
