import { type Broker, listed, type Message, type QueueName } from './broker.js'

/** A broker in memory, whose client gives attributes as they were sent. */
export function memoryBroker(): Broker {
  const queues: Record<QueueName, (Message & { id: string })[]> = { work: [], replies: [], dead: [] }
  let ids = 0
  const broker: Omit<Broker, 'dump'> = {
    put: async (queue, message) => queues[queue].push({ ...message, id: `${++ids}` }),
    async take() {
      const message = queues.work.shift()
      if (!message) return undefined
      const { attributes = {} } = message
      return { ...message, attributes, ack: async () => {}, again: async () => queues.work.unshift(message) }
    },
    list: async (queue) => queues[queue],
    clear: async () => {
      queues.work = []
    },
    close: async () => {},
  }
  return { ...broker, dump: () => listed(broker) }
}
