import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
  type Message as SqsMessage,
} from '@aws-sdk/client-sqs'
import { queueAdapterContract } from '@waxseal/conformance/contracts'
import { createDedupKey, createSealer, generateKey, staticKeys } from '@waxseal/core'
import { motoMissing, type Service, startMoto } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { Consumer } from 'sqs-consumer'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createBodies } from '../src/index.js'
import { benchOn } from './broker.js'
import { receive, sqsAttributes, sqsBroker } from './sqs.js'

const missing = motoMissing()
const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const sealer = createSealer({ keys })
const seal = { sealer, app: 'shop' }

describeIf(!missing, missing ?? '')('SQS of moto', () => {
  let moto: Service
  let sqs: SQSClient
  beforeAll(async () => {
    moto = await startMoto()
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }
    sqs = new SQSClient({ endpoint: moto.url, region: 'us-east-1', credentials })
  })
  afterAll(async () => {
    sqs?.destroy()
    await moto?.stop()
  })
  const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl!
  const arnOf = async (QueueUrl: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))).Attributes!.QueueArn!

  queueAdapterContract({ describe, it, harness: { name: 'bodies', create: async () => benchOn(await sqsBroker(sqs), 'string') } })

  it('tells equal messages of a FIFO queue by the key for deduplication, where contents never are equal', async () => {
    const dedup = createDedupKey({ keys, key: { kid: 'k1', version: 1 } })
    const bodies = createBodies({ ...seal, dedup })
    const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
    const [byKey, byContent] = [await create('key.fifo', fifo), await create('content.fifo', fifo)]
    for (const n of [1, 1, 2]) {
      const { body, attributes, dedupId } = await bodies.seal({ n }, { job: 'order' })
      const message = { MessageBody: body, MessageAttributes: sqsAttributes(attributes), MessageGroupId: 'all' }
      await sqs.send(new SendMessageCommand({ ...message, QueueUrl: byKey, MessageDeduplicationId: dedupId }))
      await sqs.send(new SendMessageCommand({ ...message, QueueUrl: byContent }))
    }
    expect(await receive(sqs, byContent)).toHaveLength(3)
    const received = await receive(sqs, byKey)
    const values = received.map(({ Body, MessageAttributes }) =>
      bodies.open(Body!, { job: ['order'], attributes: MessageAttributes }),
    )
    expect(await Promise.all(values)).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('moves what nobody acknowledges to the dead letter queue as it was', async () => {
    const bodies = createBodies(seal)
    const dead = await create('redriven')
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await arnOf(dead), maxReceiveCount: 1 })
    const queue = await create('driven', { RedrivePolicy })
    const { body, attributes } = await bodies.seal({ card: '4242' }, { job: 'order' })
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: body, MessageAttributes: sqsAttributes(attributes) }))
    expect(await receive(sqs, queue, 0)).toHaveLength(1)
    expect(await receive(sqs, queue, 0)).toHaveLength(0)
    const [message] = await receive(sqs, dead)
    expect(message!.Body).toBe(body)
    expect(await bodies.open(message!.Body!, { job: ['order'], attributes: message!.MessageAttributes })).toEqual({
      card: '4242',
    })
  })

  it('is opened by a handler of sqs-consumer, which is given the sealed message in its events', async () => {
    const bodies = createBodies(seal)
    const queueUrl = await create('consumed')
    const { body, attributes } = await bodies.seal({ card: '4242' }, { job: 'order' })
    await sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, MessageAttributes: sqsAttributes(attributes) }),
    )
    const [values, done]: [unknown[], SqsMessage[]] = [[], []]
    const consumer = Consumer.create({
      queueUrl,
      sqs,
      waitTimeSeconds: 0,
      messageAttributeNames: ['All'],
      async handleMessage(message) {
        const opened = await bodies.tryOpen(message.Body!, { job: ['order'], attributes: message.MessageAttributes })
        if (opened.ok) values.push(opened.value)
        return opened.ok ? message : undefined
      },
    })
    consumer.on('message_processed', (message) => done.push(message))
    consumer.start()
    await vi.waitUntil(() => done.length > 0)
    consumer.stop()
    expect(values).toEqual([{ card: '4242' }])
    expect(done[0]!.Body).toBe(body)
    expect(await receive(sqs, queueUrl, 0)).toEqual([])
  })
})
