import type { DependencyPage, Extended, Host, HostJob, HostJobClass, JobOptions, NewJob, Scheduler } from './host.js'
import { shown } from './job.js'
import { revealed } from './revealed.js'
import { register, sealingOf, takeSeal } from './sealings.js'

/** BullMQ's queue whose jobs, schedulers, progress and logs are sealed. */
export function sealedQueueClass({ Queue: HostQueue, Job: StoredJob }: Host, Job: HostJobClass): Extended<Host['Queue']> {
  return class Queue extends HostQueue {
    constructor(name: string, given?: object, ...rest: unknown[]) {
      const { sealing, options } = takeSeal(given)
      super(name, options, ...rest)
      register(this, sealing)
    }

    get Job(): HostJobClass {
      return Job
    }

    override get jobScheduler(): Promise<object> {
      const sealing = sealingOf(this)
      if (!sealing) return super.jobScheduler
      return super.jobScheduler.then((scheduler) => {
        // It makes jobs of its own.
        register(scheduler, sealing)
        Object.defineProperty(scheduler, 'Job', { value: Job, configurable: true })
        return scheduler
      })
    }

    override emit(event: string, ...args: unknown[]): boolean {
      return super.emit(event, ...args.map(revealed))
    }

    override async add(name: string, data: unknown, opts?: JobOptions): Promise<HostJob> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.add(name, data, opts)
      const sealed = await sealing.sealNew({ name, data, opts }, this.name)
      const job = await super.add(name, sealed.data, sealed.opts)
      return job && shown(job, data, sealing.infoOfName(name, this.name, sealed.data))
    }

    override async addBulk(jobs: readonly NewJob[]): Promise<HostJob[]> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.addBulk(jobs)
      const sealed = await Promise.all(jobs.map((job) => sealing.sealNew(job, this.name)))
      const made = await super.addBulk(sealed)
      return made.map((job, at) => shown(job, jobs[at]!.data, sealing.infoOfName(job.name, this.name, sealed[at]!.data)))
    }

    override async upsertJobScheduler(id: string, repeat: object, template: Partial<NewJob> = {}): Promise<HostJob | undefined> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.upsertJobScheduler(id, repeat, template)
      const name = template.name ?? id
      const sealed = await sealing.sealNew({ name, data: template.data ?? {}, opts: template.opts }, this.name)
      const job = await super.upsertJobScheduler(id, repeat, sealed)
      return job && shown(job, template.data ?? {}, sealing.infoOfName(name, this.name, sealed.data))
    }

    override async getJobScheduler(id: string): Promise<Scheduler | undefined> {
      return this.#openScheduler(await super.getJobScheduler(id))
    }

    override async getJobSchedulers(start?: number, end?: number, ascending?: boolean): Promise<(Scheduler | undefined)[]> {
      const schedulers = await super.getJobSchedulers(start, end, ascending)
      return Promise.all(schedulers.map((scheduler) => this.#openScheduler(scheduler)))
    }

    override async getJobs(...args: never[]): Promise<(HostJob | undefined)[]> {
      const [sealing, jobs] = await Promise.all([sealingOf(this), super.getJobs(...args)])
      if (sealing) await Promise.all(jobs.map((job) => job && sealing.read(job)))
      return jobs
    }

    override async getJobLogs(id: string, ...range: never[]): Promise<{ logs: string[]; count: number }> {
      const sealing = await sealingOf(this)
      const found = await super.getJobLogs(id, ...range)
      const job = sealing && found.logs.length > 0 && (await StoredJob.fromId(this, id))
      if (!job) return found
      const info = sealing.infoOf(job)
      return { ...found, logs: await Promise.all(found.logs.map((row) => sealing.payloads.openText(info, 'log', row))) }
    }

    override async addJobLog(id: string, row: string, keepLogs?: number): Promise<number> {
      return sealingOf(this) ? Job.addJobLog(this, id, row, keepLogs) : super.addJobLog(id, row, keepLogs)
    }

    override async updateJobProgress(id: string, progress: unknown): Promise<void> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.updateJobProgress(id, progress)
      const job = await StoredJob.fromId(this, id)
      const info = job ? sealing.infoOf(job) : sealing.infoOfName('', this.name)
      return super.updateJobProgress(id, await sealing.sealValue(info, 'progress', progress))
    }

    override async getDependencies(...args: unknown[]): Promise<DependencyPage> {
      const [sealing, page] = await Promise.all([sealingOf(this), super.getDependencies(...args)])
      if (!sealing) return page
      const info = sealing.infoOfName('', this.name)
      const open = async ({ v, err, ...item }: DependencyPage['items'][number]) => ({
        ...item,
        ...(v === undefined ? {} : { v: v === null ? null : await sealing.openFound(info, 'result', v) }),
        ...(err === undefined ? {} : { err: await sealing.openFoundReason(info, err) }),
      })
      return { ...page, items: await Promise.all(page.items.map(open)) }
    }

    override async getDeduplicationJobId(id: string): Promise<string | null> {
      return super.getDeduplicationJobId(await this.#dedupId(id))
    }

    override async removeDeduplicationKey(id: string): Promise<number> {
      return super.removeDeduplicationKey(await this.#dedupId(id))
    }

    override async getDebounceJobId(id: string): Promise<string | null> {
      return super.getDebounceJobId(await this.#dedupId(id))
    }

    override async removeDebounceKey(id: string): Promise<number> {
      return super.removeDebounceKey(await this.#dedupId(id))
    }

    async #dedupId(id: string): Promise<string> {
      const sealing = await sealingOf(this)
      return sealing ? sealing.dedupId(this.name, id) : id
    }

    async #openScheduler(scheduler: Scheduler | undefined): Promise<Scheduler | undefined> {
      const sealing = await sealingOf(this)
      if (!sealing || scheduler?.template?.data === undefined) return scheduler
      const info = sealing.infoOfName(scheduler.name, this.name, scheduler.template.data)
      return { ...scheduler, template: { ...scheduler.template, data: await sealing.payloads.openData(info) } }
    }
  }
}
