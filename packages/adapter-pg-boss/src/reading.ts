import { isObject, memberOf } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import type { HostJob, HostMethods } from './host.js'
import { openJob, openJobs } from './opening.js'
import type { Payloads } from './payloads.js'
import type { SendOptions } from './send-options.js'
import type { Settling } from './settle.js'

/** The methods by which payloads leave pg-boss. */
export function readingMethods(payloads: Payloads, sendOptions: SendOptions, settling: Settling, host: HostMethods): HostMethods {
  const openSchedule = async (schedule: unknown): Promise<unknown> =>
    isObject(schedule) ? { ...schedule, data: await payloads.openData(schedule.name as string, schedule.data) } : schedule

  /** Filters by content reach the database in clear, and find nothing there. */
  const checkFilter = (options: unknown): void => {
    if (memberOf(options, 'data') !== undefined)
      throw new WaxsealError('config', 'sealed jobs cannot be found by their data: give them an id or a singletonKey')
  }

  return {
    async fetch(queue, ...rest) {
      const jobs = (await host.fetch!(queue, ...rest)) as HostJob[]
      const tx = memberOf(rest[0], 'db')
      const { opened, refused, deferred } = await openJobs(payloads, queue as string, jobs)
      if (refused.length > 0) await settling.refuse(queue as string, refused, tx)
      await settling.defer(queue as string, deferred, tx)
      // Nobody got any: the caller should know why, as from a fetch that failed.
      if (opened.length === 0 && deferred[0]) throw deferred[0].error
      return opened
    },

    async getJobById(queue, ...rest) {
      const job = (await host.getJobById!(queue, ...rest)) as HostJob | null
      return job && openJob(payloads, queue as string, job)
    },

    async findJobs(queue, options) {
      checkFilter(options)
      const key = await sendOptions.key(queue as string, undefined, memberOf(options, 'key'))
      const jobs = (await host.findJobs!(queue, key === undefined ? options : { ...(options as object), key })) as HostJob[]
      return Promise.all(jobs.map((job) => openJob(payloads, queue as string, job)))
    },

    async redrive(queue, options) {
      checkFilter(options)
      return host.redrive!(queue, options)
    },

    async previewRedrive(queue, options) {
      checkFilter(options)
      return host.previewRedrive!(queue, options)
    },

    async getSchedules(...args) {
      const schedules = (await host.getSchedules!(...args)) as unknown[]
      return Promise.all(schedules.map(openSchedule))
    },

    async getSchedule(...args) {
      return openSchedule(await host.getSchedule!(...args))
    },
  }
}
