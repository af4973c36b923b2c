import { type Bodies, createBodies } from '@waxseal/adapter-broker'
import { createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

interface Env {
  WAXSEAL_KEYS: string
  ORDERS: { send(body: unknown, options: { contentType: 'bytes' }): Promise<void> }
}
interface Message {
  body: ArrayBuffer
  ack(): void
  retry(options?: { delaySeconds: number }): void
}

// #region worker
let bodies: Bodies | undefined
const bodiesOf = ({ WAXSEAL_KEYS }: Env): Bodies => {
  bodies ??= createBodies({ sealer: createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS } }) }), app: 'shop' })
  return bodies
}

const worker = {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { body } = await bodiesOf(env).seal(await request.json(), { job: 'order', as: 'bytes' })
    await env.ORDERS.send(body, { contentType: 'bytes' })
    return new Response(null, { status: 202 })
  },

  async queue(batch: { messages: readonly Message[] }, env: Env): Promise<void> {
    for (const message of batch.messages) {
      const opened = await bodiesOf(env).tryOpen(message.body, { job: ['order', 'refund'] })
      if (!opened.ok) message.retry({ delaySeconds: Math.ceil((opened.afterMs ?? 30_000) / 1000) })
      else {
        console.log(opened.job, opened.value) // order { card: '4242' }
        message.ack()
      }
    }
  },
}
// #endregion

// What the runtime does: a module would say `export default worker`.
const sent: Uint8Array[] = []
const env = { WAXSEAL_KEYS: generateKey(), ORDERS: { send: async (body: unknown) => void sent.push(body as Uint8Array) } }
await worker.fetch(new Request('https://shop.example/', { method: 'POST', body: '{"card":"4242"}' }), env)
const messages = sent.map((body) => ({ body: new Uint8Array(body).buffer, ack() {}, retry() {} }))
await worker.queue({ messages }, env)
