import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { WaxsealError } from '@waxseal/core'
import type { HostQueue } from '../host.js'
import type { JobSealing } from '../job-sealing.js'
import { register, sealingOf } from '../sealings.js'
import { lenient } from './lenient.js'
import { summarised } from './summaries.js'
import { viewOf } from './view.js'

type AdapterOptions = NonNullable<ConstructorParameters<typeof BullMQAdapter>[1]>
type BoardQueue = ConstructorParameters<typeof BullMQAdapter>[0]
type Producer = Awaited<ReturnType<BullMQAdapter['getFlowProducer']>>
export type ProducerClass = new (options: object, backend?: () => unknown) => object

export interface SealedBullMQAdapterOptions extends AdapterOptions {
  /** Whether the board can change anything. What is written by it is sealed. Default: true, it can not. */
  readonly readOnlyMode?: boolean
  /** `false`: envelopes are shown as `{ sealed, key, bytes }` and nothing is opened; the board is then read-only. Default: true. */
  readonly decode?: boolean | undefined
}

/** Version 5 shares the client of a queue, version 6 its backend: neither has to be closed apart from the queue. */
interface Connected {
  readonly opts: object
  readonly client?: Promise<object>
  getBackend?(): unknown
}

/** Bull Board's adapter over a view of a sealed queue. */
export class SealedBullMQAdapter extends BullMQAdapter {
  readonly #queue: Connected
  readonly #sealing: Promise<JobSealing>
  readonly #FlowProducer: ProducerClass
  #producer: Promise<Producer> | undefined

  constructor(queue: object, { decode = true, ...options }: SealedBullMQAdapterOptions, FlowProducer: ProducerClass) {
    const own = sealingOf(queue)
    if (!own)
      throw new WaxsealError('config', 'a sealed board takes a queue of @waxseal/adapter-bullmq with seal among its options')
    const sealing = own.then(decode ? lenient : summarised)
    // Every read reports it.
    sealing.catch(() => {})
    super(viewOf(queue as HostQueue, sealing) as object as BoardQueue, {
      ...options,
      readOnlyMode: !decode || options.readOnlyMode !== false,
    })
    this.#queue = queue as Connected
    this.#sealing = sealing
    this.#FlowProducer = FlowProducer
  }

  override getFlowProducer(): Promise<Producer> {
    this.#producer ??= this.#newProducer()
    return this.#producer
  }

  async #newProducer(): Promise<Producer> {
    const queue = this.#queue
    const { opts } = queue
    const producer = queue.getBackend
      ? new this.#FlowProducer(opts, () => queue.getBackend!())
      : new this.#FlowProducer({ ...opts, connection: await queue.client })
    register(producer, this.#sealing)
    return producer as Producer
  }
}
