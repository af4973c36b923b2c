import type * as bullmq from 'bullmq'
import type { Sealed } from './seal-options.js'

/** The default of BullMQ's own type parameters. */
export type Anything = bullmq.Job['data']
/** BullMQ's last argument: in version 6 what makes a backend other than Redis. */
type Backend = unknown

export interface QueueConstructor {
  /**
   * A queue whose jobs are sealed before they leave this process. A `seal` that does not fit makes every call throw `config`.
   *
   * @example
   * const queue = new Queue('payments', { connection, seal: { sealer, app: 'billing', policy: { fields: ['/card'] } } })
   * await queue.add('charge', { card: '4242424242424242', amount: 1999 })
   */
  new <Data = Anything, Result = Anything, Name extends string = string>(
    name: string,
    options?: Sealed<bullmq.QueueOptions>,
    backend?: Backend,
  ): bullmq.Queue<Data, Result, Name>
}

export interface WorkerConstructor {
  /**
   * A worker whose processor gets opened jobs, and whose results, progress, logs and errors are sealed.
   *
   * @example
   * new Worker('payments', async (job) => charge(job.data.card), { connection, seal: { sealer, app: 'billing' } })
   */
  new <Data = Anything, Result = Anything, Name extends string = string>(
    name: string,
    processor?: string | URL | null | bullmq.Processor<Data, Result, Name>,
    options?: Sealed<bullmq.WorkerOptions>,
    backend?: Backend,
  ): bullmq.Worker<Data, Result, Name>
}

export interface FlowProducerConstructor {
  /** A producer of flows whose jobs are sealed, each for its queue. */
  new (options?: Sealed<bullmq.QueueBaseOptions & Pick<bullmq.QueueOptions, 'prefix'>>, backend?: Backend): bullmq.FlowProducer
}

export interface QueueEventsConstructor {
  /** Events of a queue, in their order, with results, reasons and progress opened. */
  new (name: string, options?: Sealed<bullmq.QueueEventsOptions>, backend?: Backend): bullmq.QueueEvents
}

export interface QueueEventsProducerConstructor {
  /** A producer of custom events, of which all but the name is sealed. */
  new (name: string, options?: Sealed<bullmq.QueueOptions>, backend?: Backend): bullmq.QueueEventsProducer
}
