import type { ConfirmChannel, GetMessage } from 'amqplib'
import { type Broker, listed, type Message, type QueueName } from './broker.js'
import { filesIn } from './files.js'

const messageOf = ({ content, properties }: GetMessage): Message => ({
  type: properties.type as string,
  body: content,
  attributes: properties.headers as Record<string, string>,
  reason: properties.headers?.reason as string,
})

let ids = 0

/** Durable queues of RabbitMQ, whose messages are on disk once they are confirmed. */
export async function rabbitmqBroker(channel: ConfirmChannel, data: string): Promise<Broker> {
  const run = ++ids
  const queues = { work: `work${run}`, replies: `replies${run}`, dead: `dead${run}` }
  for (const queue of Object.values(queues)) await channel.assertQueue(queue)

  const broker: Omit<Broker, 'dump'> = {
    async put(queue, { type, body, attributes, reason }) {
      const headers = { ...attributes, ...(reason === undefined ? {} : { reason }) }
      const messageId = `${++ids}`
      channel.sendToQueue(queues[queue], Buffer.from(body as Uint8Array), { type, headers, messageId, persistent: true })
      await channel.waitForConfirms()
    },
    async take() {
      const message = await channel.get(queues.work)
      if (!message) return undefined
      const { type, body, attributes = {} } = messageOf(message)
      const id = message.properties.messageId as string
      return {
        id,
        type,
        body,
        attributes,
        ack: async () => channel.ack(message),
        again: async () => channel.nack(message, false, true),
      }
    },
    async list(queue: QueueName) {
      const found: GetMessage[] = []
      for (let each = await channel.get(queues[queue]); each; each = await channel.get(queues[queue])) found.push(each)
      for (const each of found.toReversed()) channel.nack(each, false, true)
      return found.map(messageOf)
    },
    clear: () => channel.purgeQueue(queues.work),
    close: () => Promise.all(Object.values(queues).map((queue) => channel.deleteQueue(queue))),
  }
  return {
    ...broker,
    async *dump() {
      yield* listed(broker)
      yield* filesIn(data)
    },
  }
}
