import type { ContractSeal, Handler, QueueBench, QueueUnderTest } from '@waxseal/conformance/contracts'
import { type BodySealOptions, createBodies } from '../src/index.js'

interface Message {
  readonly type: string
  body: string | Uint8Array
  attributes: Readonly<Record<string, string>>
  deliveries: number
  state: 'waiting' | 'done' | 'failed'
  reply?: string | Uint8Array
  reason?: string
}

const text = (body: string | Uint8Array) => (typeof body === 'string' ? body : new TextDecoder('latin1').decode(body))
const bytes = (latin1: string) => Uint8Array.from(latin1, (char) => char.charCodeAt(0))

/** A broker in memory: what is not acknowledged is delivered again, twice at most, and is then a dead letter. */
export function memoryBroker(as: 'text' | 'bytes'): QueueBench {
  const messages: Message[] = []
  const put = (type: string, { body, attributes }: Pick<Message, 'body' | 'attributes'>) =>
    void messages.push({ type, body, attributes, deliveries: 0, state: 'waiting' })

  const plain: QueueUnderTest = {
    ways: { send: async (type, data) => put(type, { body: encoded(JSON.stringify(data)), attributes: {} }) },
    work: async (handler) => {
      for (const message of messages)
        if (message.state === 'waiting') {
          await handler({ type: message.type, data: JSON.parse(decoded(message.body)) })
          message.state = 'done'
        }
    },
    outcomes: async () => messages.map(({ type, state }) => ({ type, state })),
  }
  const encoded = (body: string) => (as === 'bytes' ? new TextEncoder().encode(body) : body)
  const decoded = (body: string | Uint8Array) => (typeof body === 'string' ? body : new TextDecoder().decode(body))

  function sealed(seal: ContractSeal): QueueUnderTest {
    const bodies = createBodies(seal as BodySealOptions)
    async function deliver(message: Message, handler: Handler): Promise<void> {
      const { type, body, attributes } = message
      message.deliveries++
      const opened = await bodies.tryOpen(body, { job: type, attributes })
      if (!opened.ok) {
        if (opened.retry && message.deliveries < 2) return
        message.state = 'failed'
        message.reason = await bodies.sealError(opened.error, type)
        return
      }
      try {
        const result = await handler({ type, data: opened.value })
        message.reply = (await bodies.seal(result, { job: type, surface: 'result', as, inReplyTo: body })).body
        message.state = 'done'
      } catch (error) {
        message.reason = await bodies.sealError(error, type, body)
        if (message.deliveries > 1) message.state = 'failed'
      }
    }
    return {
      ways: { send: async (type, data) => put(type, await bodies.seal(data, { job: type, as })) },
      async work(handler) {
        for (let open = messages; open.length > 0; open = messages.filter(({ state }) => state === 'waiting'))
          for (const message of open) if (message.state === 'waiting') await deliver(message, handler)
      },
      outcomes: () =>
        Promise.all(
          messages.map(async ({ type, state, reply, reason, body }) => ({
            type,
            state,
            ...(reply === undefined
              ? {}
              : { result: await bodies.open(reply, { job: type, surface: 'result', inReplyTo: body }) }),
            ...(reason === undefined ? {} : { error: await bodies.openError(reason, type, body) }),
          })),
        ),
    }
  }

  const waiting = () => messages.filter(({ state }) => state === 'waiting')
  return {
    adapter: (seal) => (seal ? sealed(seal) : plain),
    host: () => plain,
    stored: async () => waiting().map(({ body }) => text(body)),
    async alter(change) {
      for (const message of waiting()) {
        const changed = change(text(message.body), message.type)
        message.body = typeof message.body === 'string' ? changed : bytes(changed)
      }
    },
    *dump() {
      for (const { type, body, attributes, reply, reason } of messages) {
        yield { where: `body of ${type}`, text: text(body) }
        yield { where: `attributes of ${type}`, text: JSON.stringify({ attributes, reason }) }
        if (reply !== undefined) yield { where: `reply to ${type}`, text: text(reply) }
      }
    },
  }
}
