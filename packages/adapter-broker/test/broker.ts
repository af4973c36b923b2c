import type { ContractSeal, Handler, Outcome, QueueBench, QueueUnderTest } from '@waxseal/conformance/contracts'
import type { Scanned } from '@waxseal/conformance/leak-probe'
import { type Attributes, type BodySealOptions, createBodies } from '../src/index.js'
import { armoured, bodyOf, textOf } from './armour.js'

export type QueueName = 'work' | 'replies' | 'dead'

export interface Message {
  readonly type: string
  readonly body: string | Uint8Array
  readonly attributes?: Readonly<Record<string, string>>
  /** Of dead letters. */
  readonly reason?: string | undefined
}

/** A message that was taken from `work`, its attributes in the shape of the broker's client. */
export interface Delivery {
  readonly id: string
  readonly type: string
  readonly body: string | Uint8Array
  readonly attributes: Attributes
  ack(): Promise<unknown>
  /** Delivers it again, at once. */
  again(): Promise<unknown>
}

/** Three queues of a broker. */
export interface Broker {
  put(queue: QueueName, message: Message): Promise<unknown>
  take(): Promise<Delivery | undefined>
  list(queue: QueueName): Promise<readonly Message[]>
  /** Empties `work`. */
  clear(): Promise<unknown>
  /** All that can be read of it. */
  dump(): AsyncIterable<Scanned>
  close(): Promise<unknown>
}

const TRIES = 2

/** A producer, a consumer and a reader who seal, or who do not, on a broker; the consumer replies, and puts away what fails. */
export function benchOn(broker: Broker, as: 'string' | 'bytes'): QueueBench {
  const tries = new Map<string, number>()
  // As a broker compares ids, and as it is told how long to keep what is sent.
  const ids = new Set<string | undefined>()
  const times: (number | undefined)[] = []

  async function workWith(handle: (delivery: Delivery, last: boolean) => Promise<'ack' | 'again'>): Promise<void> {
    for (let delivery = await broker.take(); delivery; delivery = await broker.take()) {
      const count = (tries.get(delivery.id) ?? 0) + 1
      tries.set(delivery.id, count)
      await delivery[await handle(delivery, count >= TRIES)]()
    }
  }
  const outcomes = async (
    result: (reply: Message) => Promise<unknown>,
    error: (dead: Message) => Promise<unknown>,
  ): Promise<Outcome[]> => [
    ...(await broker.list('work')).map(({ type }) => ({ type, state: 'waiting' as const })),
    ...(await Promise.all(
      (
        await broker.list('replies')
      ).map(async (each) => ({
        type: each.type,
        state: 'done' as const,
        result: await result(each),
      })),
    )),
    ...(await Promise.all(
      (
        await broker.list('dead')
      ).map(async (each) => ({
        type: each.type,
        state: 'failed' as const,
        error: await error(each),
      })),
    )),
  ]

  const host: QueueUnderTest = {
    ways: { send: (type, data) => broker.put('work', { type, body: bodyOf(JSON.stringify(data), as) }) },
    work: (handler) =>
      workWith(async ({ type, body }) => {
        const result = await handler({ type, data: JSON.parse(textOf(body)) })
        await broker.put('replies', { type, body: bodyOf(JSON.stringify(result), as) })
        return 'ack'
      }),
    outcomes: () =>
      outcomes(
        async () => undefined,
        async ({ reason }) => reason,
      ),
  }

  function sealed(seal: ContractSeal): QueueUnderTest {
    const bodies = createBodies(seal as BodySealOptions)
    const putAway = async ({ type, body }: Delivery, error: unknown) => {
      await broker.put('dead', { type, body, reason: await bodies.sealError(error, type, body) })
      return 'ack' as const
    }
    const send = async (type: string, data: object, dedupBy?: string) => {
      const { dedupId, ttlMs, ...message } = await bodies.seal(data, { job: type, as, dedupBy })
      if (dedupBy !== undefined && ids.has(dedupId)) return
      ids.add(dedupId)
      times.push(ttlMs)
      await broker.put('work', { type, ...message })
    }
    return {
      ways: { send: (type, data) => send(type, data) },
      sendOnce: send,
      work: (handler: Handler) =>
        workWith(async (delivery, last) => {
          const { type, body, attributes } = delivery
          const opened = await bodies.tryOpen(body, { job: type, attributes })
          if (!opened.ok) return opened.retry && !last ? 'again' : putAway(delivery, opened.error)
          let result: unknown
          try {
            result = await handler({ type, data: opened.value })
          } catch (error) {
            return last ? putAway(delivery, error) : 'again'
          }
          const reply = await bodies.seal(result, { job: type, surface: 'result', as, inReplyTo: body })
          await broker.put('replies', { type, ...reply })
          return 'ack'
        }),
      outcomes: () =>
        outcomes(
          ({ type, body }) => bodies.open(body, { job: type, surface: 'result' }),
          ({ type, body, reason }) => bodies.openError(reason ?? '', type, body),
        ),
    }
  }

  return {
    adapter: (seal) => (seal ? sealed(seal) : host),
    host: () => host,
    stored: async () => (await broker.list('work')).map(({ body }) => armoured(body)),
    async alter(change) {
      const waiting = await broker.list('work')
      await broker.clear()
      for (const { body, ...rest } of waiting)
        await broker.put('work', { ...rest, body: bodyOf(change(armoured(body), rest.type), as) })
    },
    keptMs: async () => times,
    dump: () => broker.dump(),
    close: async () => void (await broker.close()),
  }
}

/** What the queues hold, as a reader of the broker sees it. */
export async function* listed(broker: Pick<Broker, 'list'>): AsyncGenerator<Scanned> {
  for (const queue of ['work', 'replies', 'dead'] as const)
    for (const { body, ...rest } of await broker.list(queue)) {
      yield { where: `body in ${queue}`, ...(typeof body === 'string' ? { text: body } : { bytes: body }) }
      yield { where: `beside a body in ${queue}`, text: JSON.stringify(rest) }
    }
}
