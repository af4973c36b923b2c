import { readSecret } from '@waxseal/config'
import type { Job, JobType } from 'bullmq'
import { optional } from '../optional.js'
import type { Source, SourceRecord } from './source.js'

const PAGE = 200
const STATES: readonly JobType[] = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children', 'completed', 'failed']

/** Lines of the log of one job, from the first on. */
const MAX_LOG_LINES = 1000

/** The jobs of a queue of BullMQ: what they carry and are told, how far they came, what came of them, and how they failed. */
export async function queueSource(reference: string, queueName: string, prefix: string | undefined): Promise<Source> {
  const { Queue } = await optional('bullmq', () => import('bullmq'))
  const queue = new Queue(queueName, {
    connection: { url: readSecret(reference, process.env), maxRetriesPerRequest: 1, connectTimeout: 10_000 },
    skipMetasUpdate: true,
    ...(prefix !== undefined && { prefix }),
  })
  queue.on('error', () => undefined)

  async function recordOf({ id, name, data, opts, progress, returnvalue, failedReason, stacktrace }: Job): Promise<SourceRecord> {
    const { logs } = await queue.getJobLogs(id!, 0, MAX_LOG_LINES - 1)
    return { of: `${queueName}: ${name}`, value: { data, opts, progress, returnvalue, failedReason, stacktrace, logs } }
  }

  return {
    name: queueName,
    problems: [],
    async *records() {
      for (const state of STATES)
        for (let from = 0; ; from += PAGE) {
          const jobs = await queue.getJobs([state], from, from + PAGE - 1, true)
          // What was removed meanwhile is not there any more.
          yield* await Promise.all(jobs.filter((job) => job).map(recordOf))
          if (jobs.length < PAGE) break
        }
    },
    close: () => queue.close(),
  }
}
