import { queueAdapterContract } from '@waxseal/conformance/contracts'
import { createCanaries, scan } from '@waxseal/conformance/leak-probe'
import { createSealer, generateKey, retention, staticKeys } from '@waxseal/core'
import { type DaemonService, rabbitmqMissing, startRabbitmq } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createBodies } from '../src/index.js'
import { benchOn } from './broker.js'
import { filesIn } from './files.js'
import { rabbitmqBroker } from './rabbitmq.js'

const missing = rabbitmqMissing()
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const seal = { sealer, app: 'shop' }

describeIf(!missing, missing ?? '')('RabbitMQ', () => {
  let server: DaemonService
  let connection: ChannelModel
  let channel: ConfirmChannel
  beforeAll(async () => {
    server = await startRabbitmq()
    connection = await connect(`amqp://127.0.0.1:${server.port}`)
    channel = await connection.createConfirmChannel()
  })
  afterAll(async () => {
    await connection?.close()
    await server?.stop()
  })

  for (const as of ['string', 'bytes'] as const)
    queueAdapterContract({
      describe,
      it,
      harness: {
        name: `bodies of ${as}`,
        create: async () => benchOn(await rabbitmqBroker(channel, server.data), as),
      },
    })

  it('has what it is sent in clear in its files', async () => {
    const canaries = createCanaries()
    const broker = await rabbitmqBroker(channel, server.data)
    await broker.put('work', { type: 'pay', body: Buffer.from(JSON.stringify(canaries.ascii.value)) })
    const { hits } = await scan(filesIn(server.data), [canaries.ascii])
    expect(hits).not.toEqual([])
    await broker.close()
  })

  it('carries the body and the headers into a dead letter as they were', async () => {
    const bodies = createBodies(seal)
    await channel.assertQueue('dead')
    await channel.assertQueue('orders', { deadLetterExchange: '', deadLetterRoutingKey: 'dead' })
    const { body, attributes } = await bodies.seal({ card: '4242' }, { job: 'größe', as: 'bytes' })
    channel.sendToQueue('orders', Buffer.from(body), { headers: attributes })
    await channel.waitForConfirms()
    const taken = await channel.get('orders')
    channel.nack(taken || expect.fail(), false, false)
    const dead = (await vi.waitUntil(() => channel.get('dead'))) || expect.fail()
    expect(dead.content.equals(body)).toBe(true)
    expect(dead.properties.headers).toMatchObject(attributes)
    const opened = await bodies.tryOpen(dead.content, { job: ['größe'], attributes: dead.properties.headers })
    expect(opened).toEqual({ ok: true, value: { card: '4242' }, job: 'größe' })
    channel.ack(dead)
  })

  it('drops a message when its time to live has passed', async () => {
    const bodies = createBodies({ ...seal, retention: retention.deleteAfter({ ms: 1 }) })
    await channel.assertQueue('short')
    const { body, ttlMs } = await bodies.seal({ n: 1 }, { job: 'a' })
    channel.sendToQueue('short', Buffer.from(body), { expiration: String(ttlMs) })
    await channel.waitForConfirms()
    await vi.waitUntil(async () => (await channel.checkQueue('short')).messageCount === 0)
    expect(await channel.get('short')).toBe(false)
  })
})
