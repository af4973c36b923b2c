import type { Extended, Host, HostJob, HostJobClass } from './host.js'
import type { JobSealing } from './job-sealing.js'
import { stateOf } from './job-state.js'
import { revealed } from './revealed.js'
import { register, sealingOf, takeSeal } from './sealings.js'

const DEFER_MS = 1000
const MAX_DEFER_MS = 60_000

/** When a job that cannot be opened now is worth another try. */
function laterBy(error: unknown, job: HostJob): number {
  const wait = Math.min(DEFER_MS * 2 ** Math.min(job.attemptsStarted - 1, 16), MAX_DEFER_MS)
  return Math.max((error as { retryAfterMs?: number } | null)?.retryAfterMs ?? 0, wait)
}

/** BullMQ's worker whose processor gets opened jobs, and whose results and errors are sealed. */
export function sealedWorkerClass({ Worker: HostWorker, DelayedError }: Host, Job: HostJobClass): Extended<Host['Worker']> {
  return class Worker extends HostWorker {
    constructor(name: string, processor: unknown, given?: object, ...rest: unknown[]) {
      const { sealing, options } = takeSeal(given)
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
      const sealing = await sealingOf(this)
      if (!sealing) return super.callProcessJob(job, token, signal)
      await this.#open(sealing, job, token)
      try {
        const result = await super.callProcessJob(job, token, signal)
        await stateOf(job)?.written
        return result === undefined ? undefined : await sealing.sealValue(sealing.infoOf(job), 'result', result)
      } catch (error) {
        await stateOf(job)?.written
        const { isControl } = await import('./failures.js')
        throw isControl(error) ? error : await sealing.failure(job, error)
      }
    }

    override async getNextJob(token: string, options?: object): Promise<HostJob | undefined> {
      const [sealing, job] = await Promise.all([sealingOf(this), super.getNextJob(token, options)])
      if (!sealing || !job) return job
      try {
        await sealing.open(job)
      } catch (error) {
        const refusal = sealing.refusal(job, error)
        if (refusal) await job.moveToFailed(refusal, token)
        else await job.moveToDelayed(Date.now() + laterBy(error, job), token)
        throw error
      }
      return job
    }

    async #open(sealing: JobSealing, job: HostJob, token: string): Promise<void> {
      try {
        await sealing.open(job)
      } catch (error) {
        const refusal = sealing.refusal(job, error)
        if (refusal) throw refusal
        // The job waits for the key service without using up its attempts.
        await job.moveToDelayed(Date.now() + laterBy(error, job), token)
        throw new DelayedError()
      }
    }
  }
}
