import type { SealedJob } from '@waxseal/adapter-kit'
import type { DependencyPage, Extended, Host, HostJob, HostJobClass, HostQueue, JobOptions, NewJob, Scheduler } from './host.js'
import { shown } from './job.js'
import { queueOfKey } from './job-key.js'
import type { JobSealing } from './job-sealing.js'
import { revealed } from './revealed.js'
import { register, sealingOf, takeSealing } from './sealings.js'

async function dedupIdOf(queue: HostQueue, id: string): Promise<string> {
  const sealing = await sealingOf(queue)
  return sealing ? sealing.dedupId(queue.name, id) : id
}

async function openScheduler(queue: HostQueue, scheduler: Scheduler | undefined): Promise<Scheduler | undefined> {
  const sealing = await sealingOf(queue)
  const stored = scheduler?.template?.data
  if (!sealing || scheduler === undefined || stored === undefined) return scheduler
  const info = sealing.infoOfName(scheduler.name, queue.name, stored)
  const data = await sealing.readPart('data', sealing.payloads.openData(info), stored)
  return { ...scheduler, template: { ...scheduler.template, data } }
}

/** BullMQ's queue whose jobs, schedulers, progress and logs are sealed. */
export function sealedQueueClass({ Queue: HostQueue, Job: StoredJob }: Host, Job: HostJobClass): Extended<Host['Queue']> {
  /** What settings are told of a stored job; of one that is gone, its queue alone. */
  async function infoById(queue: HostQueue, sealing: JobSealing, id: string): Promise<SealedJob> {
    const job = await StoredJob.fromId(queue, id)
    return job ? sealing.infoOf(job) : { name: '', queue: queue.name }
  }

  /** What makes jobs on its own makes them by the class that seals. */
  async function making(queue: HostQueue, loading: Promise<object>): Promise<object> {
    const maker = await loading
    const sealing = sealingOf(queue)
    if (sealing) {
      register(maker, sealing)
      Object.defineProperty(maker, 'Job', { value: Job, configurable: true })
    }
    return maker
  }

  return class Queue extends HostQueue {
    constructor(name: string, given?: object, ...rest: unknown[]) {
      const { sealing, options } = takeSealing(given)
      super(name, options, ...rest)
      register(this, sealing)
    }

    get Job(): HostJobClass {
      return Job
    }

    override get jobScheduler(): Promise<object> {
      return making(this, super.jobScheduler)
    }

    override get repeat(): Promise<object> {
      return making(this, super.repeat!)
    }

    override emit(event: string, ...args: unknown[]): boolean {
      return super.emit(event, ...args.map(revealed))
    }

    /** Here and not by the class of jobs alone: BullMQ 5 makes ids of repeated jobs from their data. */
    override async add(name: string, data: unknown, opts?: JobOptions): Promise<HostJob> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.add(name, data, opts)
      const sealed = await sealing.sealNew({ name, data, opts }, this.name)
      const job = await super.add(name, sealed.data, sealed.opts)
      return job && shown(job, data, sealing.infoOfName(name, this.name, sealed.data))
    }

    override async upsertJobScheduler(id: string, repeat: object, template?: Partial<NewJob>): Promise<HostJob | undefined> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.upsertJobScheduler(id, repeat, template)
      const { name = id, data = {}, opts } = template ?? {}
      const sealed = await sealing.sealNew({ name, data, opts }, this.name)
      const job = await super.upsertJobScheduler(id, repeat, sealed)
      return job && shown(job, data, sealing.infoOfName(name, this.name, sealed.data))
    }

    override async getJobScheduler(id: string): Promise<Scheduler | undefined> {
      return openScheduler(this, await super.getJobScheduler(id))
    }

    override async getJobSchedulers(start?: number, end?: number, ascending?: boolean): Promise<(Scheduler | undefined)[]> {
      const schedulers = await super.getJobSchedulers(start, end, ascending)
      return Promise.all(schedulers.map((scheduler) => openScheduler(this, scheduler)))
    }

    override async getJobs(...args: never[]): Promise<(HostJob | undefined)[]> {
      const [sealing, jobs] = await Promise.all([sealingOf(this), super.getJobs(...args)])
      if (sealing) await Promise.all(jobs.map((job) => job && sealing.read(job)))
      return jobs
    }

    override async getJobLogs(id: string, ...range: never[]): Promise<{ logs: string[]; count: number }> {
      const [sealing, found] = await Promise.all([sealingOf(this), super.getJobLogs(id, ...range)])
      if (!sealing || found.logs.length === 0) return found
      const info = await infoById(this, sealing, id)
      const open = (row: string) => sealing.readPart('log', sealing.payloads.openText(info, 'log', row), row)
      return { ...found, logs: await Promise.all(found.logs.map(open)) }
    }

    override async addJobLog(id: string, row: string, keepLogs?: number): Promise<number> {
      return sealingOf(this) ? Job.addJobLog(this, id, row, keepLogs) : super.addJobLog(id, row, keepLogs)
    }

    override async updateJobProgress(id: string, progress: unknown): Promise<void> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.updateJobProgress(id, progress)
      return super.updateJobProgress(id, await sealing.sealValue(await infoById(this, sealing, id), 'progress', progress))
    }

    override async getDependencies(parentId: string, ...rest: unknown[]): Promise<DependencyPage> {
      const [sealing, page] = await Promise.all([sealingOf(this), super.getDependencies(parentId, ...rest)])
      if (!sealing) return page
      const parent = await infoById(this, sealing, parentId)
      const open = async ({ v, err, ...item }: DependencyPage['items'][number]) => {
        const info = { ...parent, queue: queueOfKey(item.id, this.name, this.qualifiedName) }
        return {
          ...item,
          ...(v === undefined ? {} : { v: await sealing.readPart('result', sealing.openFound(info, 'result', v), v) }),
          ...(err === undefined ? {} : { err: await sealing.openFoundReason(info, err) }),
        }
      }
      return { ...page, items: await Promise.all(page.items.map(open)) }
    }

    override async getDeduplicationJobId(id: string): Promise<string | null> {
      return super.getDeduplicationJobId(await dedupIdOf(this, id))
    }

    override async removeDeduplicationKey(id: string): Promise<number> {
      return super.removeDeduplicationKey(await dedupIdOf(this, id))
    }

    override async getDebounceJobId(id: string): Promise<string | null> {
      return super.getDebounceJobId(await dedupIdOf(this, id))
    }

    override async removeDebounceKey(id: string): Promise<number> {
      return super.removeDebounceKey(await dedupIdOf(this, id))
    }
  }
}
