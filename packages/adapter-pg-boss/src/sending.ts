import { isObject, memberOf, type StoredObject } from '@waxseal/adapter-kit'
import type { Db, HostMethod, HostMethods } from './host.js'
import type { Payloads } from './payloads.js'
import type { SendOptions } from './send-options.js'

/** The methods by which payloads enter pg-boss. */
export function sendingMethods(
  payloads: Payloads,
  sendOptions: SendOptions,
  host: HostMethods,
  getDb: () => Db,
  schema: string,
): HostMethods {
  const sealed = async (queue: unknown, data: unknown, options: unknown): Promise<[data: unknown, options: unknown]> => {
    payloads.types.checkDeadLetter(queue as string, memberOf(options, 'deadLetter'))
    return Promise.all([payloads.sealData(queue as string, data, options), sendOptions.of(queue as string, data, options)])
  }

  /** `method({ name, data, options })` or `method(name, data, options, …)`. */
  const send =
    (method: HostMethod): HostMethod =>
    async (first, data, options, ...rest) => {
      if (!isObject(first)) return method(first, ...(await sealed(first, data, options)), ...rest)
      const [sealedData, itsOptions] = await sealed(first.name, first.data, first.options)
      return method({ ...first, data: sealedData, ...(itsOptions === undefined ? {} : { options: itsOptions }) })
    }

  /** `method(name, data, options, seconds, key)`. */
  const limited =
    (method: HostMethod): HostMethod =>
    async (queue, data, options, seconds, key) =>
      send(method)(queue, data, options, seconds, await sendOptions.key(queue as string, data, key))

  /** As `send`, but a payload that is left out leaves the stored one alone. */
  const edit =
    (method: HostMethod): HostMethod =>
    async (first, data, options, ...rest) => {
      if ((isObject(first) ? first.data : data) !== undefined) return send(method)(first, data, options, ...rest)
      if (!isObject(first)) return method(first, data, await sendOptions.ofEdit(first as string, options), ...rest)
      return method({ ...first, options: await sendOptions.ofEdit(first.name as string, first.options) })
    }

  async function insertOne(queue: unknown, job: unknown): Promise<unknown> {
    if (!isObject(job)) return job
    const [data, options] = await sealed(queue, job.data, job)
    return { ...(options as StoredObject), data }
  }

  return {
    send: send(host.send!),
    sendAfter: send(host.sendAfter!),
    sendThrottled: limited(host.sendThrottled!),
    sendDebounced: limited(host.sendDebounced!),
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
      const sealedJobs = jobs.map(async (job: StoredObject) => {
        const [data, options] = await sealed(job.name, job.data, job.options)
        return { ...job, data, ...(options === undefined ? {} : { options }) }
      })
      return host.flow!(await Promise.all(sealedJobs), ...rest)
    },

    async schedule(queue, cron, data, options) {
      return host.schedule!(queue, cron, ...(await sealed(queue, data, options)))
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
