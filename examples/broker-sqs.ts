import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { createBodies } from '@waxseal/adapter-broker'
import { createDedupKey, createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

const sqs = new SQSClient({ region: 'us-east-1', ...(process.env.SQS_URL ? { endpoint: process.env.SQS_URL } : {}) })
const Attributes = { FifoQueue: 'true' }
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders.fifo', Attributes }))
const keys = envKeys({ env: { WAXSEAL_KEYS: generateKey() } })

// #region send
const dedup = createDedupKey({ keys, key: { kid: 'k1', version: 1 } })
const bodies = createBodies({ sealer: createSealer({ keys }), app: 'shop', dedup })

async function send(order: { id: number }): Promise<void> {
  const { body, attributes, dedupId } = await bodies.seal(order, { job: 'order' })
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )
  const fifo = { MessageGroupId: 'orders', MessageDeduplicationId: dedupId }
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes, ...fifo }))
}
for (const id of [1, 1, 2]) await send({ id })
// #endregion

// #region receive
const asked = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }
const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(asked))
for (const { Body = '', MessageAttributes, ReceiptHandle } of Messages) {
  const opened = await bodies.tryOpen(Body, { job: ['order'], attributes: MessageAttributes })
  if (opened.ok) {
    console.log(opened.value)
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  } else if (opened.retry) {
    const VisibilityTimeout = Math.ceil((opened.afterMs ?? 10_000) / 1000)
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }))
  }
  // Anything else is left to the redrive policy: after maxReceiveCount it is a dead letter.
}
// #endregion

await sqs.send(new DeleteQueueCommand({ QueueUrl }))

// { id: 1 }
// { id: 2 }
