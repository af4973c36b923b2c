import type { HostQueue, Scheduler } from '../host.js'
import type { JobSealing } from '../job-sealing.js'
import { register } from '../sealings.js'

interface Schedulers {
  getScheduler(id: string): Promise<Scheduler | undefined>
  getJobSchedulers(start?: number, end?: number, ascending?: boolean): Promise<(Scheduler | undefined)[]>
}

/** The queue with another sealing for whoever reads and writes by it; connections and listeners are the queue's own. */
export function viewOf(queue: HostQueue, sealing: Promise<JobSealing>): HostQueue {
  const schedulers = () => queue.jobScheduler as Promise<object> as Promise<Schedulers>

  async function shown(scheduler: Scheduler | undefined): Promise<Scheduler | undefined> {
    if (scheduler?.template?.data === undefined) return scheduler
    const { payloads, infoOfName } = await sealing
    const data = await payloads.openData(infoOfName(scheduler.name, queue.name, scheduler.template.data))
    return { ...scheduler, template: { ...scheduler.template, data } }
  }

  const view = Object.create(queue, {
    jobScheduler: { get: schedulers },
    getJobScheduler: { value: async (id: string) => shown(await (await schedulers()).getScheduler(id)) },
    getJobSchedulers: {
      value: async (...range: number[]) =>
        Promise.all((await (await schedulers()).getJobSchedulers(...(range as []))).map(shown)),
    },
  }) as HostQueue
  register(view, sealing)
  return view
}
