import type { SealedJob } from '@waxseal/adapter-kit'
import type { Dependencies, Host, HostJob, HostJobClass, JobOptions, NewJob } from './host.js'
import { done, inOrder } from './in-order.js'
import { queueOfKey } from './job-key.js'
import type { JobSealing } from './job-sealing.js'
import { keepState, stateOf } from './job-state.js'
import { revealed } from './revealed.js'
import { sealingOf } from './sealings.js'
import { waitForOutcome } from './waiting.js'

/** A producer's job shows what the producer gave. */
export function shown(job: HostJob, data: unknown, info: SealedJob): HostJob {
  if (!stateOf(job)) keepState(job, { info, stacktrace: null })
  job.data = data
  return job
}

async function mapValues<In, Out>(
  values: Record<string, In>,
  map: (value: In, key: string) => Promise<Out>,
): Promise<Record<string, Out>> {
  return Object.fromEntries(await Promise.all(Object.entries(values).map(async ([key, value]) => [key, await map(value, key)])))
}

/** BullMQ's class of jobs, with every payload sealed that leaves a job and opened that comes to one. */
export function sealedJobClass({ Job: HostJob }: Host): HostJobClass {
  return class Job extends HostJob {
    static override async create(queue: object, name: string, data: unknown, opts?: JobOptions): Promise<HostJob> {
      const sealing = await sealingOf(queue)
      if (!sealing) return super.create(queue, name, data, opts)
      const sealed = await sealing.sealNew({ name, data, opts }, (queue as { name: string }).name)
      const job = await super.create(queue, name, sealed.data, sealed.opts)
      return shown(job, revealed(data), sealing.infoOf(job))
    }

    static override async createBulk(queue: object, jobs: readonly NewJob[]): Promise<HostJob[]> {
      const sealing = await sealingOf(queue)
      if (!sealing) return super.createBulk(queue, jobs)
      const sealed = await Promise.all(jobs.map((job) => sealing.sealNew(job, (queue as { name: string }).name)))
      const made = await super.createBulk(queue, sealed)
      return made.map((job, at) => shown(job, revealed(jobs[at]!.data), sealing.infoOf(job)))
    }

    static override async fromId(queue: object, id: string): Promise<HostJob | undefined> {
      const [sealing, job] = await Promise.all([sealingOf(queue), super.fromId(queue, id)])
      if (sealing && job) await sealing.read(job)
      return job
    }

    static override async addJobLog(queue: object, id: string, row: string, keepLogs?: number): Promise<number> {
      const sealing = await sealingOf(queue)
      if (!sealing) return super.addJobLog(queue, id, row, keepLogs)
      const job = await super.fromId(queue, id)
      // Of one that is not there nothing is written; but the row goes to Redis all the same.
      const info = job ? sealing.infoOf(job) : { name: '', queue: (queue as { name: string }).name }
      return super.addJobLog(queue, id, await sealing.sealLog(info, row), keepLogs)
    }

    override updateData(data: unknown): Promise<void> {
      if (stateOf(this)) this.data = data
      return this.#writing(
        () => super.updateData(data),
        async (sealing) => {
          const { data: stored } = await sealing.sealNew({ name: this.name, data }, this.queueName)
          await this.#showing('data', () => super.updateData(stored))
          const state = stateOf(this)
          if (state) keepState(this, { ...state, info: sealing.infoOfName(this.name, this.queueName, stored) })
        },
      )
    }

    override updateProgress(progress: unknown): Promise<void> {
      if (stateOf(this)) this.progress = progress
      return this.#writing(
        () => super.updateProgress(progress),
        async (sealing) => {
          const stored = await sealing.sealValue(sealing.infoOf(this), 'progress', progress)
          await this.#showing('progress', () => super.updateProgress(stored))
        },
      )
    }

    override log(row: string): Promise<number> {
      return this.#writing(
        () => super.log(row),
        async (sealing) => super.log(await sealing.sealLog(sealing.infoOf(this), row)),
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
          const stored = await sealing.sealValue(sealing.infoOf(this), 'result', value)
          try {
            return await super.moveToCompleted(stored, token, fetchNext)
          } finally {
            this.returnvalue = revealed(this.returnvalue)
          }
        },
      )
    }

    /** Not among the writes in order: back-off strategies of the user's may write, and are waited for. */
    override async moveToFailed(error: unknown, token: string, fetchNext?: boolean): Promise<unknown> {
      const sealing = await this.#sealing()
      if (!sealing) return super.moveToFailed(error, token, fetchNext)
      await done(this)
      const failure = await sealing.failure(this, error)
      const [state, before] = [stateOf(this), this.stacktrace]
      if (state) this.stacktrace = state.stacktrace
      try {
        return await super.moveToFailed(failure, token, fetchNext)
      } finally {
        const original = revealed(failure) as Error
        this.failedReason = original.message
        if (state) {
          const stored = this.stacktrace ?? []
          keepState(this, { ...stateOf(this)!, stacktrace: stored })
          const all = [...(before ?? []), String(original.stack)]
          this.stacktrace = all.slice(all.length - stored.length)
        }
      }
    }

    /** Back-off strategies of the user's get the error that was thrown. */
    override shouldRetryJob(error: unknown): Promise<unknown> {
      const name = (error as { name?: unknown } | undefined)?.name
      return super.shouldRetryJob(name === 'UnrecoverableError' ? error : revealed(error))
    }

    override async getChildrenValues(): Promise<Record<string, unknown>> {
      const [sealing, values] = await Promise.all([this.#sealing(), super.getChildrenValues()])
      return sealing && values ? this.#openResults(sealing, values) : values
    }

    override async getIgnoredChildrenFailures(): Promise<Record<string, string>> {
      const [sealing, reasons] = await Promise.all([this.#sealing(), super.getIgnoredChildrenFailures()])
      return sealing && reasons ? this.#openReasons(sealing, reasons) : reasons
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
        ...(processed ? { processed: await this.#openResults(sealing, processed) } : {}),
        ...(ignored ? { ignored: await this.#openReasons(sealing, ignored) } : {}),
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
    #writing<Result>(write: () => Promise<Result>, sealed?: (sealing: JobSealing) => Promise<Result>): Promise<Result> {
      const sealing = this.#sealing()
      if (!sealing) return write()
      return inOrder(this, sealed ? async () => sealed(await sealing) : write)
    }

    /** BullMQ shows what it stores; a job that is opened goes on showing what that stands for. */
    #showing(member: 'data' | 'progress', store: () => Promise<void>): Promise<void> {
      const shown = this[member]
      const stored = store()
      if (stateOf(this)) this[member] = shown
      return stored
    }

    #openResults(sealing: JobSealing, values: Record<string, unknown>): Promise<Record<string, unknown>> {
      return mapValues(values, (value, key) => sealing.openFound(this.#childInfo(sealing, key), 'result', value))
    }

    /** Of children nothing but the key is known; settings are told the parent's data. */
    #childInfo(sealing: JobSealing, key: string): SealedJob {
      return { ...sealing.infoOf(this), queue: queueOfKey(key, this.queueName, this.queueQualifiedName) }
    }

    #openReasons(sealing: JobSealing, reasons: Record<string, string>): Promise<Record<string, string>> {
      return mapValues(reasons, (text, key) => sealing.openFoundReason(this.#childInfo(sealing, key), text))
    }
  }
}
