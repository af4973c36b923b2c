import { AckPolicy, type JetStreamManager, RetentionPolicy, type StoredMsg } from '@nats-io/jetstream'
import { headers, type MsgHdrs } from '@nats-io/transport-node'
import { type Broker, listed, type Message } from './broker.js'
import { filesIn } from './files.js'

/** Headers of NATS with these attributes. */
export function headersOf(attributes: Readonly<Record<string, string>> = {}): MsgHdrs {
  const found = headers()
  for (const [name, value] of Object.entries(attributes)) found.set(name, value)
  return found
}

const messageOf = ({ subject, data, header }: StoredMsg): Message => ({
  type: subject.split('.').at(-1)!,
  body: data,
  attributes: Object.fromEntries([...header].map(([name, [value]]) => [name, value!])),
  reason: header.get('reason'),
})

let ids = 0

/** Streams of JetStream, on disk. */
export async function natsBroker(manager: JetStreamManager, data: string): Promise<Broker> {
  const run = ++ids
  const names = { work: `work${run}`, replies: `replies${run}`, dead: `dead${run}` }
  for (const name of Object.values(names))
    await manager.streams.add({ name, subjects: [`${name}.*`], retention: RetentionPolicy.Workqueue })
  await manager.consumers.add(names.work, { durable_name: 'worker', ack_policy: AckPolicy.Explicit })
  const jetstream = manager.jetstream()
  const consumer = await jetstream.consumers.get(names.work, 'worker')

  const broker: Omit<Broker, 'dump'> = {
    put: (queue, { type, body, attributes, reason }) =>
      jetstream.publish(`${names[queue]}.${type}`, body, {
        headers: headersOf({ ...attributes, ...(reason === undefined ? {} : { reason }) }),
      }),
    async take() {
      const { state } = await manager.streams.info(names.work)
      if (state.messages === 0) return undefined
      const message = await consumer.next()
      if (!message) return undefined
      return {
        id: `${names.work} ${message.seq}`,
        type: message.subject.split('.').at(-1)!,
        body: message.data,
        attributes: message.headers ?? {},
        ack: () => message.ackAck(),
        again: async () => message.nak(),
      }
    },
    async list(queue) {
      const { state } = await manager.streams.info(names[queue])
      const found: Message[] = []
      for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
        const message = await manager.streams.getMessage(names[queue], { seq })
        if (message) found.push(messageOf(message))
      }
      return found
    },
    clear: () => manager.streams.purge(names.work),
    close: () => Promise.all(Object.values(names).map((name) => manager.streams.delete(name))),
  }
  return {
    ...broker,
    async *dump() {
      yield* listed(broker)
      yield* filesIn(data)
    },
  }
}
