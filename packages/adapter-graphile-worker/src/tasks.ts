import { keepJob, returnJob } from './attempts.js'
import { elementOf } from './elements.js'
import { host, type JobHelpers, type TaskList } from './host.js'
import { sealedAddJob, sealedAddJobs } from './jobs.js'
import type { SealOptions } from './seal-options.js'
import { load, type Sealing } from './sealing.js'
import { settingsOf } from './settings.js'

type AnyTask = (payload: unknown, helpers: JobHelpers) => unknown

function sealedTask(sealing: Sealing, identifier: string, task: AnyTask, schema: string): AnyTask {
  async function opened(stored: unknown, helpers: JobHelpers): Promise<unknown> {
    const { openPayload, refusal } = await sealing()
    try {
      return await openPayload(identifier, stored)
    } catch (error) {
      const { failure, poison } = refusal(error)
      await (poison ? keepJob : returnJob)(helpers, schema)
      throw failure
    }
  }

  return async (stored, helpers) => {
    const payload = await opened(stored, helpers)
    const { failure } = await sealing()
    const fail = async (error: unknown, at = 0) => {
      throw await failure(identifier, elementOf(stored, at), error)
    }
    const sealedHelpers = {
      ...helpers,
      addJob: sealedAddJob(sealing, helpers.addJob),
      addJobs: sealedAddJobs(sealing, helpers.addJobs),
      job: { ...helpers.job, payload },
    }
    try {
      const result = await task(payload, sealedHelpers)
      // Of a list: a promise for each element, and those that fail are tried again.
      return Array.isArray(result) ? result.map((each, at) => Promise.resolve(each).catch((error) => fail(error, at))) : result
    } catch (error) {
      return fail(error)
    }
  }
}

/**
 * Tasks that get opened payloads, and whose errors are sealed. `schema` is graphile-worker's, where it is not the default.
 *
 * @example
 * await run({ connectionString, taskList: sealTasks({ charge: async ({ card }) => charge(card) }, { sealer, app: 'billing' }) })
 */
export function sealTasks(tasks: TaskList, seal: SealOptions, schema: string = settingsOf(host, {}).schema): TaskList {
  const sealing = load(seal)
  return Object.fromEntries(
    Object.entries(tasks).map(([identifier, task]) => [identifier, sealedTask(sealing, identifier, task as AnyTask, schema)]),
  ) as TaskList
}
