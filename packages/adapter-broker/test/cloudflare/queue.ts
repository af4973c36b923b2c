/** The broker behind a queue binding of workerd: it keeps what is sent, and delivers it when it is asked to. */
interface Env {
  readonly CONSUMER: { queue(name: string, messages: readonly object[]): Promise<Outcome> }
}

interface Outcome {
  readonly ackAll: boolean
  readonly explicitAcks: readonly string[]
}

interface Kept {
  readonly id: string
  readonly contentType: string
  readonly bytes: Uint8Array
  attempts: number
}

const MAX_RETRIES = 1
let ids = 0
let waiting: Kept[] = []
const dead: Kept[] = []

const bodyOf = ({ contentType, bytes }: Kept): unknown => {
  if (contentType === 'bytes') return bytes
  const text = new TextDecoder().decode(bytes)
  return contentType === 'json' ? JSON.parse(text) : text
}
const shown = ({ contentType, bytes }: Kept) => ({
  contentType,
  hex: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
})

async function deliver({ CONSUMER }: Env): Promise<void> {
  while (waiting.length > 0) {
    const batch = waiting
    for (const message of batch) message.attempts++
    const delivered = batch.map((message) => ({
      id: message.id,
      timestamp: new Date(),
      attempts: message.attempts,
      body: bodyOf(message),
    }))
    const { ackAll, explicitAcks } = await CONSUMER.queue('orders', delivered)
    const left = batch.filter(({ id }) => !ackAll && !explicitAcks.includes(id))
    dead.push(...left.filter(({ attempts }) => attempts > MAX_RETRIES))
    waiting = left.filter(({ attempts }) => attempts <= MAX_RETRIES)
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/message') {
      const contentType = request.headers.get('X-Msg-Fmt') ?? ''
      waiting.push({ id: `m${++ids}`, contentType, bytes: new Uint8Array(await request.arrayBuffer()), attempts: 0 })
      return Response.json({ metadata: { metrics: { backlogCount: waiting.length, backlogBytes: 0 } } })
    }
    if (pathname === '/deliver') await deliver(env)
    return Response.json({ waiting: waiting.map(shown), dead: dead.map(shown) })
  },
}
