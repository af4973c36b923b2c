import { AckPolicy, jetstreamManager } from '@nats-io/jetstream'
import { connect, headers } from '@nats-io/transport-node'
import { createBodies } from '@waxseal/adapter-broker'
import { createDedupKey, createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

const connection = await connect({ servers: process.env.NATS_URL ?? '127.0.0.1:4222' })
const manager = await jetstreamManager(connection)
await manager.streams.add({ name: 'ORDERS', subjects: ['orders.*'] })
await manager.consumers.add('ORDERS', { durable_name: 'worker', ack_policy: AckPolicy.Explicit })
const jetstream = manager.jetstream()
const keys = envKeys({ env: { WAXSEAL_KEYS: generateKey() } })

// #region send
const dedup = createDedupKey({ keys, key: { kid: 'k1', version: 1 } })
const bodies = createBodies({ sealer: createSealer({ keys }), app: 'shop', dedup })

for (const order of [{ id: 1 }, { id: 1 }, { id: 2 }]) {
  const { body, attributes, dedupId } = await bodies.seal(order, { job: 'order.created', as: 'bytes' })
  const beside = headers()
  for (const [name, value] of Object.entries(attributes)) beside.set(name, value)
  const { duplicate } = await jetstream.publish('orders.created', body, { headers: beside, msgID: dedupId! })
  console.log(order.id, duplicate)
}
// #endregion

// #region receive
const consumer = await jetstream.consumers.get('ORDERS', 'worker')
for await (const message of await consumer.fetch({ max_messages: 2 })) {
  const opened = await bodies.tryOpen(message.data, { job: ['order.created'], attributes: message.headers })
  if (opened.ok) {
    console.log(opened.value)
    message.ack()
  } else if (opened.retry) message.nak(opened.afterMs)
  else message.term('it does not open')
}
// #endregion

await manager.streams.delete('ORDERS')
await connection.close()

// 1 false
// 1 true
// 2 false
// { id: 1 }
// { id: 2 }
