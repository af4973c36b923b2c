import { createBodies } from '@waxseal/adapter-broker'
import { createSealer, retention } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'
import { connect } from 'amqplib'

const connection = await connect(process.env.AMQP_URL ?? 'amqp://127.0.0.1')
const channel = await connection.createConfirmChannel()
await channel.assertQueue('orders.dead')
await channel.assertQueue('orders', { deadLetterExchange: '', deadLetterRoutingKey: 'orders.dead' })
const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })

// #region send
const bodies = createBodies({ sealer, app: 'shop', retention: retention.deleteAfter({ hours: 1 }) })
const { body, attributes, ttlMs } = await bodies.seal({ card: '4242 4242 4242 4242' }, { job: 'order', as: 'bytes' })
channel.sendToQueue('orders', Buffer.from(body), { headers: attributes, expiration: String(ttlMs), persistent: true })
await channel.waitForConfirms()
// #endregion

channel.sendToQueue('orders', Buffer.from('{"card":"in clear"}'))
await channel.waitForConfirms()

// #region receive
await channel.prefetch(1)
await channel.consume('orders', async (message) => {
  if (!message) return
  const opened = await bodies.tryOpen(message.content, { job: ['order'], attributes: message.properties.headers })
  // Into the dead letter queue, body and headers as they were, goes what never opens.
  if (!opened.ok) return channel.nack(message, false, opened.retry)
  console.log(opened.value) // { card: '4242 4242 4242 4242' }
  channel.ack(message)
})
// #endregion

let dead = await channel.get('orders.dead')
while (!dead) dead = await channel.get('orders.dead')
console.log(dead.content.toString()) // {"card":"in clear"}
channel.ack(dead)
await channel.deleteQueue('orders')
await channel.deleteQueue('orders.dead')
await connection.close()
