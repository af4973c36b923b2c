import type { HostJob } from './host.js'
import { isPoison } from './job-error.js'
import type { Payloads } from './payloads.js'
import type { Refused } from './settle.js'

/** Jobs as their handler sees them, and those that it must not see. */
export interface OpenedJobs {
  readonly opened: readonly HostJob[]
  readonly refused: readonly Refused[]
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

/** Opens jobs that were taken from a queue. Throws where trying again may help: then all of them are to be tried again. */
export async function openJobs(payloads: Payloads, queue: string, jobs: readonly HostJob[]): Promise<OpenedJobs> {
  const settled = await Promise.allSettled(jobs.map((job) => openJob(payloads, queue, job)))
  const opened: HostJob[] = []
  const refused: Refused[] = []
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') opened.push(result.value)
    else if (isPoison(result.reason)) refused.push({ job: jobs[index]!, error: result.reason })
    else throw result.reason
  }
  return { opened, refused }
}
