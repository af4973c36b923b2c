import { readSecret } from '@waxseal/config'
import type { JobType } from 'bullmq'
import { optional } from '../optional.js'
import type { Source } from './source.js'

const PAGE = 200
const STATES: readonly JobType[] = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children', 'completed', 'failed']

/** The jobs of a queue of BullMQ: what they carry, how far they came, what came of them, and how they failed. */
export async function queueSource(reference: string, queueName: string): Promise<Source> {
  const { Queue } = await optional('bullmq', () => import('bullmq'))
  const queue = new Queue(queueName, {
    connection: { url: readSecret(reference, process.env), maxRetriesPerRequest: 1, connectTimeout: 10_000 },
    skipMetasUpdate: true,
  })
  queue.on('error', () => undefined)
  return {
    name: queueName,
    problems: [],
    async *records() {
      for (const state of STATES)
        for (let from = 0; ; from += PAGE) {
          const jobs = await queue.getJobs([state], from, from + PAGE - 1, true)
          for (const job of jobs)
            if (job) {
              const { name, data, progress, returnvalue, failedReason, stacktrace } = job
              yield { of: `${queueName}: ${name}`, value: { data, progress, returnvalue, failedReason, stacktrace } }
            }
          if (jobs.length < PAGE) break
        }
    },
    close: () => queue.close(),
  }
}
