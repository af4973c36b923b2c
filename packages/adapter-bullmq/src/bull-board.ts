import type { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import type * as bullmq from 'bullmq'
import { type ProducerClass, SealedBullMQAdapter, type SealedBullMQAdapterOptions } from './bull-board/adapter.js'
import { FlowProducer } from './index.js'

export type { SealedBullMQAdapterOptions } from './bull-board/adapter.js'
export { type OpenDocuments, openedAnswer } from './bull-board/opened-answer.js'
export type { Summary } from './bull-board/summaries.js'

/**
 * Bull Board's adapter for a queue of this package. It shows jobs, logs, schedulers and flows opened, and what does not open as it is
 * stored; what a board writes is sealed by the queue. `config` for a queue without `seal`.
 *
 * @example
 * createBullBoard({ queues: [sealedBullMQAdapter(queue)], serverAdapter })
 */
export const sealedBullMQAdapter = (queue: Pick<bullmq.Queue, 'name'>, options: SealedBullMQAdapterOptions = {}): BullMQAdapter =>
  new SealedBullMQAdapter(queue, options, FlowProducer as unknown as ProducerClass)
