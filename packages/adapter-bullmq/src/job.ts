import type { SealedJob } from '@waxseal/adapter-kit'
import type { Dependencies, Host, HostJob, HostJobClass, JobOptions, NewJob } from './host.js'
import type { JobSealing } from './job-sealing.js'
import { inOrder, keepState, stateOf } from './job-state.js'
import { revealed } from './revealed.js'
import { sealingOf } from './sealings.js'
import { waitForOutcome } from './waiting.js'

/** A producer's job shows what the producer gave. */
export function shown(job: HostJob, data: unknown, info: SealedJob): HostJob {
  if (!stateOf(job)) keepState(job, { info, stacktrace: null })
  job.data = data
  return job
}

async function mapValues<In, Out>(values: Record<string, In>, map: (value: In) => Promise<Out>): Promise<Record<string, Out>> {
  return Object.fromEntries(await Promise.all(Object.entries(values).map(async ([key, value]) => [key, await map(value)])))
}

/** BullMQ's class of jobs, with every payload sealed that leaves a job and opened that comes to one. */
export function sealedJobClass({ Job: HostJob }: Host): HostJobClass {
  return class Job extends HostJob {
    static override async create(queue: object, name: string, data: unknown, opts?: JobOptions): Promise<HostJob> {
      const sealing = await sealingOf(queue)
      if (!sealing) return super.create(queue, name, data, opts)
      const sealed = await sealing.sealNew({ name, data, opts }, (queue as { name: string }).name)
      const job = await super.create(queue, name, sealed.data, sealed.opts)
      return shown(job, data, sealing.infoOf(job))
    }

    static override async createBulk(queue: object, jobs: readonly NewJob[]): Promise<HostJob[]> {
      const sealing = await sealingOf(queue)
      if (!sealing) return super.createBulk(queue, jobs)
      const sealed = await Promise.all(jobs.map((job) => sealing.sealNew(job, (queue as { name: string }).name)))
      const made = await super.createBulk(queue, sealed)
      return made.map((job, at) => shown(job, jobs[at]!.data, sealing.infoOf(job)))
    }

    static override async fromId(queue: object, id: string): Promise<HostJob | undefined> {
      const [sealing, job] = await Promise.all([sealingOf(queue), super.fromId(queue, id)])
      if (sealing && job) await sealing.read(job)
      return job
    }

    static override async addJobLog(queue: object, id: string, row: string, keepLogs?: number): Promise<number> {
      const job = sealingOf(queue) && (await super.fromId(queue, id))
      if (!job) return super.addJobLog(queue, id, row, keepLogs)
      const sealing = (await sealingOf(queue))!
      return super.addJobLog(queue, id, await sealing.payloads.sealText(sealing.infoOf(job), 'log', row), keepLogs)
    }

    override updateData(data: unknown): Promise<void> {
      return this.#writing(
        () => super.updateData(data),
        async (sealing) => {
          const { data: stored } = await sealing.sealNew({ name: this.name, data }, this.queueName)
          await super.updateData(stored)
          this.data = data
        },
      )
    }

    override updateProgress(progress: unknown): Promise<void> {
      return this.#writing(
        () => super.updateProgress(progress),
        async (sealing) => {
          await super.updateProgress(await sealing.sealValue(sealing.infoOf(this), 'progress', progress))
          this.progress = progress
        },
      )
    }

    override log(row: string): Promise<number> {
      return this.#writing(
        () => super.log(row),
        async (sealing) => super.log(await sealing.payloads.sealText(sealing.infoOf(this), 'log', row)),
      )
    }

    override clearLogs(keepLogs?: number): Promise<void> {
      return this.#writing(() => super.clearLogs(keepLogs))
    }

    override moveToDelayed(timestamp: number, token?: string): Promise<void> {
      return this.#writing(() => super.moveToDelayed(timestamp, token))
    }

    override moveToWait(token?: string): Promise<unknown> {
      return this.#writing(() => super.moveToWait(token))
    }

    override moveToWaitingChildren(token: string, options?: object): Promise<boolean> {
      return this.#writing(() => super.moveToWaitingChildren(token, options))
    }

    override moveToCompleted(value: unknown, token: string, fetchNext?: boolean): Promise<unknown> {
      return this.#writing(
        () => super.moveToCompleted(value, token, fetchNext),
        async (sealing) => {
          const stored = value === undefined ? undefined : await sealing.sealValue(sealing.infoOf(this), 'result', value)
          const next = await super.moveToCompleted(stored, token, fetchNext)
          this.returnvalue = revealed(this.returnvalue)
          return next
        },
      )
    }

    override moveToFailed(error: unknown, token: string, fetchNext?: boolean): Promise<unknown> {
      return this.#writing(
        () => super.moveToFailed(error, token, fetchNext),
        async (sealing) => {
          const failure = await sealing.failure(this, error)
          const state = stateOf(this)
          const shownTraces = this.stacktrace ?? []
          if (state) this.stacktrace = state.stacktrace
          const next = await super.moveToFailed(failure, token, fetchNext)
          const original = revealed(failure) as Error
          if (state) state.stacktrace = this.stacktrace
          this.stacktrace = [...shownTraces, String(original?.stack)]
          this.failedReason = String(original?.message)
          return next
        },
      )
    }

    /** Back-off strategies of the user's get the error that was thrown. */
    override shouldRetryJob(error: unknown): Promise<unknown> {
      const name = (error as { name?: unknown } | undefined)?.name
      return super.shouldRetryJob(name === 'UnrecoverableError' ? error : revealed(error))
    }

    override async getChildrenValues(): Promise<Record<string, unknown>> {
      const [sealing, values] = await Promise.all([this.#sealing(), super.getChildrenValues()])
      return sealing && values ? mapValues(values, (value) => this.#childResult(sealing, value)) : values
    }

    override async getIgnoredChildrenFailures(): Promise<Record<string, string>> {
      const [sealing, reasons] = await Promise.all([this.#sealing(), super.getIgnoredChildrenFailures()])
      return sealing && reasons ? mapValues(reasons, (text) => this.#childReason(sealing, text)) : reasons
    }

    override getFailedChildrenValues(): Promise<Record<string, string>> {
      return this.getIgnoredChildrenFailures()
    }

    override async getDependencies(options?: object): Promise<Dependencies> {
      const [sealing, found] = await Promise.all([this.#sealing(), super.getDependencies(options)])
      if (!sealing) return found
      const { processed, ignored } = found
      return {
        ...found,
        ...(processed ? { processed: await mapValues(processed, (value) => this.#childResult(sealing, value)) } : {}),
        ...(ignored ? { ignored: await mapValues(ignored, (text) => this.#childReason(sealing, text)) } : {}),
      }
    }

    override async waitUntilFinished(events: object, ttl?: number): Promise<unknown> {
      const sealing = await this.#sealing()
      if (!sealing) return super.waitUntilFinished(events, ttl)
      return waitForOutcome(sealing, sealing.infoOf(this), events, (raw) => super.waitUntilFinished(raw, ttl))
    }

    #sealing(): Promise<JobSealing> | undefined {
      return sealingOf(this.queue)
    }

    /** One write after the other; `sealed` where the write carries a payload. */
    async #writing<Result>(
      write: () => Promise<Result>,
      sealed: (sealing: JobSealing) => Promise<Result> = write,
    ): Promise<Result> {
      const sealing = this.#sealing()
      return sealing ? inOrder(this, async () => sealed(await sealing)) : write()
    }

    // A child that gave no result stands there as null.
    async #childResult(sealing: JobSealing, value: unknown): Promise<unknown> {
      return value === null ? null : sealing.openFound(sealing.infoOf(this), 'result', value)
    }

    #childReason(sealing: JobSealing, text: string): Promise<string> {
      return sealing.openFoundReason(sealing.infoOf(this), text)
    }
  }
}
