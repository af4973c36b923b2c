import { sealedFlowProducerClass } from './flow-producer.js'
import type { Host } from './host.js'
import { sealedJobClass } from './job.js'
import { sealedQueueClass } from './queue.js'
import { sealedQueueEventsClass } from './queue-events.js'
import { sealedQueueEventsProducerClass } from './queue-events-producer.js'
import { sealedWorkerClass } from './worker.js'

/** Subclasses of those of a BullMQ of any supported version. */
export function sealedClasses(host: Host) {
  const Job = sealedJobClass(host)
  return {
    Job,
    Queue: sealedQueueClass(host, Job),
    Worker: sealedWorkerClass(host, Job),
    FlowProducer: sealedFlowProducerClass(host, Job),
    QueueEvents: sealedQueueEventsClass(host),
    QueueEventsProducer: sealedQueueEventsProducerClass(host),
  }
}
