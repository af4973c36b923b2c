import type { Extended, Host, HostJob, HostJobClass } from './host.js'
import { done } from './in-order.js'
import type { JobSealing } from './job-sealing.js'
import { revealed, standFor } from './revealed.js'
import { register, sealingOf, takeSealing } from './sealings.js'

const DEFER_MS = 1000
const MAX_DEFER_MS = 60_000

/** When a job that cannot be opened now is worth another try. */
function laterBy(error: unknown, job: HostJob): number {
  // What Redis says may be no number, or less than none.
  const tries = Math.max(Math.min(job.attemptsStarted - 1, 16), 0) || 0
  const wait = Math.min(DEFER_MS * 2 ** tries, MAX_DEFER_MS)
  return Math.max((error as { retryAfterMs?: number } | null)?.retryAfterMs ?? 0, wait)
}

/** BullMQ's worker whose processor gets opened jobs, and whose results and errors are sealed. */
export function sealedWorkerClass(host: Host, Job: HostJobClass): Extended<Host['Worker']> {
  const { Worker: HostWorker, DelayedError } = host
  return class Worker extends HostWorker {
    constructor(name: string, processor: unknown, given?: object, ...rest: unknown[]) {
      const { sealing, options } = takeSealing(given)
      super(name, processor, options, ...rest)
      register(this, sealing)
    }

    get Job(): HostJobClass {
      return Job
    }

    /** Listeners in this process get what the processor returned or threw. */
    override emit(event: string, ...args: unknown[]): boolean {
      return super.emit(event, ...args.map(revealed))
    }

    override async callProcessJob(job: HostJob, token: string, signal?: AbortSignal): Promise<unknown> {
      const loading = sealingOf(this)
      if (!loading) return super.callProcessJob(job, token, signal)
      const sealing = await this.#open(loading, job, token)
      try {
        const result = await super.callProcessJob(job, token, signal)
        await done(job)
        return await sealing.sealValue(sealing.infoOf(job), 'result', result)
      } catch (error) {
        await done(job)
        throw await sealing.thrown(job, error, host)
      }
    }

    override async getNextJob(token: string, options?: object): Promise<HostJob | undefined> {
      const job = await super.getNextJob(token, options)
      const loading = sealingOf(this)
      if (!loading || !job) return job
      try {
        await this.#open(loading, job, token)
      } catch (error) {
        if (!(error instanceof DelayedError)) await job.moveToFailed(error, token)
        throw revealed(error)
      }
      return job
    }

    /** Throws what BullMQ fails the job for, or where the job waits for its key, what tells BullMQ so. */
    async #open(loading: Promise<JobSealing>, job: HostJob, token: string): Promise<JobSealing> {
      let sealing: JobSealing | undefined
      try {
        await done(job)
        sealing = await loading
        await sealing.open(job)
        return sealing
      } catch (error) {
        const refusal = sealing?.refusal(job, error)
        if (refusal) throw refusal
        // Without using up its attempts.
        await job.moveToDelayed(Date.now() + laterBy(error, job), token)
        throw standFor(new DelayedError(), error)
      }
    }
  }
}
