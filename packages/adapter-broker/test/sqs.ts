import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  type MessageAttributeValue,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  type Message as SqsMessage,
} from '@aws-sdk/client-sqs'
import { type Broker, listed, type Message, type QueueName } from './broker.js'

/** Attributes in the form of SQS. */
export const sqsAttributes = (attributes: Readonly<Record<string, string>> = {}): Record<string, MessageAttributeValue> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]))

export async function receive(sqs: SQSClient, QueueUrl: string, VisibilityTimeout = 60): Promise<SqsMessage[]> {
  const all = { MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All' as const] }
  return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout, ...all }))).Messages ?? []
}

const messageOf = ({ Body = '', MessageAttributes = {} }: SqsMessage): Message => ({
  type: MessageAttributes.type?.StringValue ?? '',
  body: Body,
  attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue])),
  reason: MessageAttributes.reason?.StringValue,
})

let ids = 0

/** Standard queues of SQS. */
export async function sqsBroker(sqs: SQSClient): Promise<Broker> {
  const run = ++ids
  const create = async (QueueName: string) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl!
  const urls: Record<QueueName, string> = {
    work: await create(`work${run}`),
    replies: await create(`replies${run}`),
    dead: await create(`dead${run}`),
  }
  const held: SqsMessage[] = []

  const broker: Omit<Broker, 'dump'> = {
    put: (queue, { type, body, attributes, reason }) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: urls[queue],
          MessageBody: body as string,
          MessageAttributes: sqsAttributes({ ...attributes, type, ...(reason === undefined ? {} : { reason }) }),
        }),
      ),
    async take() {
      if (held.length === 0) held.push(...(await receive(sqs, urls.work)))
      const message = held.shift()
      if (!message) return undefined
      const { ReceiptHandle } = message
      const { type, body } = messageOf(message)
      return {
        id: message.MessageId!,
        type,
        body,
        attributes: message.MessageAttributes ?? {},
        ack: () => sqs.send(new DeleteMessageCommand({ QueueUrl: urls.work, ReceiptHandle })),
        again: () => sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: urls.work, ReceiptHandle, VisibilityTimeout: 0 })),
      }
    },
    async list(queue) {
      const found = new Map<string, Message>()
      for (let size = -1; size < found.size; ) {
        size = found.size
        const messages = await receive(sqs, urls[queue], 0)
        for (const message of messages) found.set(message.MessageId!, messageOf(message))
      }
      return [...found.values()]
    },
    clear: () => sqs.send(new PurgeQueueCommand({ QueueUrl: urls.work })),
    close: () => Promise.all(Object.values(urls).map((QueueUrl) => sqs.send(new DeleteQueueCommand({ QueueUrl })))),
  }
  return { ...broker, dump: () => listed(broker) }
}
