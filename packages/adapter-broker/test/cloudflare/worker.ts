import { createSealer } from '@waxseal/core'
import { envKeys } from '@waxseal/keys-env'
import { createBodies } from '../../src/index.js'

interface Env {
  readonly WAXSEAL_KEYS: string
  readonly ORDERS: { send(body: unknown, options: { contentType: 'text' | 'bytes' }): Promise<void> }
}

interface Message {
  readonly body: string | ArrayBuffer
  readonly attempts: number
  ack(): void
  retry(options?: { delaySeconds: number }): void
}

const seen: unknown[] = []
const bodiesOf = (env: Env) =>
  createBodies({ sealer: createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: env.WAXSEAL_KEYS } }) }), app: 'shop' })

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/seen') return Response.json(seen)
    if (pathname === '/clear') await env.ORDERS.send(await request.text(), { contentType: 'text' })
    else {
      const as = pathname === '/bytes' ? 'bytes' : 'string'
      const { body } = await bodiesOf(env).seal(await request.json(), { job: 'order', as })
      await env.ORDERS.send(body, { contentType: as === 'bytes' ? as : 'text' })
    }
    return Response.json({})
  },

  async queue({ messages }: { readonly messages: readonly Message[] }, env: Env): Promise<void> {
    const bodies = bodiesOf(env)
    for (const message of messages) {
      const opened = await bodies.tryOpen(message.body, { job: ['order', 'refund'] })
      if (opened.ok) {
        seen.push(opened)
        message.ack()
      } else message.retry()
    }
  },
}
