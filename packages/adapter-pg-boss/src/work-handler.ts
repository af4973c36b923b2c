import { WaxsealError } from '@waxseal/core'
import type { JobResult } from 'pg-boss'
import type { JobSeal } from './job-seal.js'

/** As much of a host's job as is needed here. */
export interface HostJob {
  readonly id: string
  data: unknown
  output?: unknown
  readonly state?: string
}

type Handler = (jobs: never[], ...rest: never[]) => Promise<unknown>

/** What a job's `output` column holds: a result once it is completed, a failure before (retries, dead letters). */
const surfaceOf = (job: HostJob) => (job.state === 'completed' ? 'output' : 'error')

export async function openJob<J extends HostJob>(seal: JobSeal, queue: string, job: J): Promise<J> {
  job.data = await seal.openData(queue, job.data)
  if (job.output !== undefined && job.output !== null) job.output = await seal.openOutput(queue, job.output, surfaceOf(job))
  return job
}

/**
 * The handler that the host gets: opens every job, hands on those that opened, seals what comes back. A job that cannot be opened
 * never reaches the user's handler: where the fault may pass (a key service that is down) it is retried like any failure, otherwise
 * it fails at once and for good, and is kept.
 */
export function sealedHandler(seal: JobSeal, queue: string, handler: Handler, perJobResults: boolean): (jobs: HostJob[]) => Promise<JobResult[]> {
  return async (jobs) => {
    const results = new Map<string, JobResult>()
    const failed = async (job: HostJob, status: 'failed' | 'deadletter', failure: unknown) => {
      results.set(job.id, { id: job.id, status, output: await seal.sealFailure(queue, failure) })
    }
    const opened: HostJob[] = []
    await Promise.all(
      jobs.map(async (job) => {
        try {
          await openJob(seal, queue, job)
        } catch (error) {
          return failed(job, WaxsealError.is(error) && error.retryable ? 'failed' : 'deadletter', error)
        }
        opened.push(job)
      }),
    )
    if (opened.length > 0) {
      // In the order in which the host gave them.
      const batch = jobs.filter((job) => opened.includes(job))
      try {
        const returned = await handler(batch as never[])
        const outputs = perJobResults ? (returned as JobResult[]) : batch.map(({ id }): JobResult => ({ id, status: 'completed', output: batch.length === 1 ? returned : undefined }))
        await Promise.all(outputs.map(async (result) => results.set(result.id, await sealResult(seal, queue, result))))
      } catch (error) {
        await Promise.all(batch.map((job) => failed(job, 'failed', error)))
      }
    }
    return [...results.values()]
  }
}

async function sealResult(seal: JobSeal, queue: string, { id, status, output }: JobResult): Promise<JobResult> {
  if (output === undefined || output === null) return { id, status }
  return { id, status, output: status === 'completed' ? await seal.sealOutput(queue, output) : await seal.sealFailure(queue, output) }
}

/** The handler of a transactional worker: one outcome for the whole batch. */
export function sealedTransaction(seal: JobSeal, queue: string, handler: Handler): (jobs: HostJob[], tx: unknown) => Promise<unknown> {
  return async (jobs, tx) => {
    try {
      for (const job of jobs) await openJob(seal, queue, job)
      const output = await handler(jobs as never[], tx as never)
      return jobs.length === 1 && output !== undefined && output !== null ? await seal.sealOutput(queue, output) : undefined
    } catch (error) {
      throw await seal.sealFailure(queue, error)
    }
  }
}
