import type { HostJob } from './host.js'
import type { Payloads } from './payloads.js'
import type { Refused } from './settle.js'

/** Jobs as their handler sees them, and those that it must not see: for good, or until they are tried again. */
export interface OpenedJobs {
  readonly opened: readonly HostJob[]
  readonly refused: readonly Refused[]
  readonly deferred: readonly Refused[]
}

/** A job with its payload opened and, where pg-boss gave them, its output and that of the job which a dead letter copies. */
export async function openJob(payloads: Payloads, queue: string, job: HostJob): Promise<HostJob> {
  const opened: { -readonly [Member in keyof HostJob]: HostJob[Member] } = {
    ...job,
    data: await payloads.openData(queue, job.data),
  }
  if (Object.hasOwn(job, 'output')) opened.output = await payloads.openOutput(queue, job, job.output, job.state === 'completed')
  if (Object.hasOwn(job, 'sourceOutput')) opened.sourceOutput = await payloads.openOutput(queue, job, job.sourceOutput, false)
  return opened
}

/** Opens jobs that were taken from a queue, each for itself: one that does not open holds up no other. */
export async function openJobs(payloads: Payloads, queue: string, jobs: readonly HostJob[]): Promise<OpenedJobs> {
  const settled = await Promise.allSettled(jobs.map((job) => openJob(payloads, queue, job)))
  const opened: HostJob[] = []
  const refused: Refused[] = []
  const deferred: Refused[] = []
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') opened.push(result.value)
    else {
      const poison = payloads.refuse('data', result.reason)
      ;(poison ? refused : deferred).push({ job: jobs[index]!, error: result.reason })
    }
  }
  return { opened, refused, deferred }
}
