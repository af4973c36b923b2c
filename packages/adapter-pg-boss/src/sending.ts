import { isObject, memberOf, type StoredObject } from '@waxseal/adapter-kit'
import type { Db, HostMethod, HostMethods } from './host.js'
import type { Payloads } from './payloads.js'

/** The methods by which payloads enter pg-boss. */
export function sendingMethods(payloads: Payloads, host: HostMethods, getDb: () => Db, schema: string): HostMethods {
  async function sealed(queue: unknown, data: unknown, options: unknown): Promise<unknown> {
    payloads.types.checkDeadLetter(queue as string, memberOf(options, 'deadLetter'))
    return payloads.sealData(queue as string, data, options)
  }

  /** `method({ name, data, options })` or `method(name, data, options, …)`. */
  const send =
    (method: HostMethod): HostMethod =>
    async (first, data, options, ...rest) => {
      if (!isObject(first)) return method(first, await sealed(first, data, options), options, ...rest)
      return method({ ...first, data: await sealed(first.name, first.data, first.options) })
    }

  /** As `send`, but a payload that is left out leaves the stored one alone. */
  const edit =
    (method: HostMethod): HostMethod =>
    (...args) =>
      (isObject(args[0]) ? args[0].data : args[1]) === undefined ? method(...args) : send(method)(...args)

  const insertOne = async (queue: unknown, job: unknown): Promise<unknown> =>
    isObject(job) ? { ...job, data: await sealed(queue, job.data, job) } : job

  return {
    send: send(host.send!),
    sendAfter: send(host.sendAfter!),
    sendThrottled: send(host.sendThrottled!),
    sendDebounced: send(host.sendDebounced!),
    update: edit(host.update!),
    // An upsert without a payload may create a job, whose payload must not be in clear, not even null.
    upsert: send(host.upsert!),

    async insert(first, ...rest) {
      // Version 10: insert(jobs), each with its queue's name.
      if (Array.isArray(first))
        return host.insert!(await Promise.all(first.map((job) => insertOne(memberOf(job, 'name'), job))), ...rest)
      const [jobs, ...options] = rest
      if (!Array.isArray(jobs)) return host.insert!(first, jobs, ...options)
      return host.insert!(first, await Promise.all(jobs.map((job) => insertOne(first, job))), ...options)
    },

    async flow(jobs, ...rest) {
      if (!Array.isArray(jobs)) return host.flow!(jobs, ...rest)
      const sealedJobs = jobs.map(async (job: StoredObject) => ({ ...job, data: await sealed(job.name, job.data, job.options) }))
      return host.flow!(await Promise.all(sealedJobs), ...rest)
    },

    async schedule(queue, cron, data, options) {
      return host.schedule!(queue, cron, await sealed(queue, data, options), options)
    },

    async publish(event, data, options) {
      // As pg-boss does it: one job for each subscribed queue. Each is sealed for the queue that it goes to.
      const { rows } = await getDb().executeSql(`SELECT name FROM ${schema}.subscription WHERE event = $1`, [event])
      const sent = await Promise.allSettled(rows.map(({ name }) => send(host.send!)(name, data, options)))
      const reasons = sent.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
      const failures = reasons.filter((reason) => memberOf(reason, 'code') !== 'PGBOSS_QUEUE_NOT_FOUND')
      if (failures.length === 1) throw failures[0]
      if (failures.length > 0)
        throw new AggregateError(failures, `publish failed for ${failures.length} of ${rows.length} subscribed queues`)
    },
  }
}
