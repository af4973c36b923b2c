import type * as bullmq from 'bullmq'
import { sealedClasses } from './classes.js'
import { host } from './host.js'
import type {
  Anything,
  FlowProducerConstructor,
  QueueConstructor,
  QueueEventsConstructor,
  QueueEventsProducerConstructor,
  WorkerConstructor,
} from './types.js'

export type { JobEvent, PerJob, SealedJob, Surface } from '@waxseal/adapter-kit'
export * from 'bullmq'
export type { ContextOptions } from './context.js'
export { contextOf } from './context.js'
export type { Sealed, SealOptions } from './seal-options.js'
export type {
  FlowProducerConstructor,
  QueueConstructor,
  QueueEventsConstructor,
  QueueEventsProducerConstructor,
  WorkerConstructor,
} from './types.js'

const classes = sealedClasses(host)

/** BullMQ's jobs; those of sealed queues and workers show what they hold, and seal what is written to them. */
export const Job = classes.Job as unknown as typeof bullmq.Job
export type Job<Data = Anything, Result = Anything, Name extends string = string> = bullmq.Job<Data, Result, Name>

/** BullMQ's queue with `seal` among its options. */
export const Queue = classes.Queue as unknown as QueueConstructor
export type Queue<Data = Anything, Result = Anything, Name extends string = string> = bullmq.Queue<Data, Result, Name>

/** BullMQ's worker with `seal` among its options. */
export const Worker = classes.Worker as unknown as WorkerConstructor
export type Worker<Data = Anything, Result = Anything, Name extends string = string> = bullmq.Worker<Data, Result, Name>

/** BullMQ's producer of flows with `seal` among its options. */
export const FlowProducer = classes.FlowProducer as unknown as FlowProducerConstructor
export type FlowProducer = bullmq.FlowProducer

/** BullMQ's events of a queue with `seal` among its options. */
export const QueueEvents = classes.QueueEvents as unknown as QueueEventsConstructor
export type QueueEvents = bullmq.QueueEvents

/** BullMQ's producer of custom events with `seal` among its options. */
export const QueueEventsProducer = classes.QueueEventsProducer as unknown as QueueEventsProducerConstructor
export type QueueEventsProducer = bullmq.QueueEventsProducer
