import { takeSeal } from '@waxseal/adapter-kit/names'
import type {
  AddJobFunction,
  Job,
  ParsedCronItem,
  Runner,
  RunnerOptions,
  RunOnceOptions,
  TaskList,
  WorkerPoolOptions,
  WorkerUtils,
  WorkerUtilsOptions,
} from 'graphile-worker'
import { sealCronItems } from './cron.js'
import { sealedFailJobs } from './failing.js'
import type { Host } from './host.js'
import { sealedAddJob, sealedAddJobs } from './jobs.js'
import type { Sealed, SealOptions } from './seal-options.js'
import { load } from './sealing.js'
import { settingsOf } from './settings.js'
import { sealTasks } from './tasks.js'

type Pool = Parameters<Host['runTaskList']>[2]
type PoolClient = Parameters<Host['runTaskListOnce']>[2]

/** graphile-worker's functions with `seal` among their options. */
export interface SealedFunctions {
  /**
   * graphile-worker's `run` with `seal` among its options: tasks get opened payloads, schedules and errors are sealed.
   *
   * @example
   * await run({ connectionString, taskList: { charge: async ({ card }) => charge(card) }, seal: { sealer, app: 'billing' } })
   */
  run(options: Sealed<RunnerOptions>, tasks?: TaskList, cronItems?: ParsedCronItem[]): Promise<Runner>
  /** graphile-worker's `runOnce`, likewise. */
  runOnce(options: Sealed<RunnerOptions & RunOnceOptions>, tasks?: TaskList): Promise<void>
  /** graphile-worker's `runTaskList`, likewise. */
  runTaskList(options: Sealed<WorkerPoolOptions>, tasks: TaskList, pool: Pool): ReturnType<Host['runTaskList']>
  /** graphile-worker's `runTaskListOnce`, likewise. */
  runTaskListOnce(options: Sealed<RunOnceOptions>, tasks: TaskList, client: PoolClient): ReturnType<Host['runTaskListOnce']>
  /**
   * graphile-worker's `makeWorkerUtils` with `seal` among its options: what `addJob` and `addJobs` are given is sealed.
   *
   * @example
   * const utils = await makeWorkerUtils({ connectionString, seal: { sealer, app: 'billing', policy: { fields: ['/card'] } } })
   * await utils.addJob('charge', { card: '4242424242424242', amount: 1999 })
   */
  makeWorkerUtils(options: Sealed<WorkerUtilsOptions>): Promise<WorkerUtils>
  /** graphile-worker's `addJobAdhoc`, likewise. */
  addJobAdhoc(options: Sealed<WorkerUtilsOptions>, ...job: Parameters<AddJobFunction>): Promise<Job>
}

/** Those of a graphile-worker of any supported version. */
export function sealedFunctions(host: Host): SealedFunctions {
  const sealed = (tasks: TaskList, seal: SealOptions, options: object) => sealTasks(tasks, seal, settingsOf(host, options).schema)

  async function sealedTasks(seal: SealOptions, options: RunnerOptions, given = options.taskList): Promise<TaskList> {
    await load(seal)()
    return sealed(given ?? (await host.getTasks(options, settingsOf(host, options).taskDirectory)).tasks, seal, options)
  }

  async function cronItemsOf(options: RunnerOptions, given = options.parsedCronItems): Promise<ParsedCronItem[]> {
    if (given) return given
    if (options.crontab !== undefined) return host.parseCrontab(options.crontab)
    return (await host.getCronItems(options, settingsOf(host, options).crontabFile)).items
  }

  return {
    async run(given: Sealed<RunnerOptions>, tasks?: TaskList, cronItems?: ParsedCronItem[]): Promise<Runner> {
      const { seal, options } = takeSeal<RunnerOptions, SealOptions>(given)
      if (!seal) return host.run(options, tasks, cronItems)
      const items = await sealCronItems(await cronItemsOf(options, cronItems), seal)
      const runner = await host.run(options, await sealedTasks(seal, options, tasks), items)
      return Object.assign(runner, { addJob: sealedAddJob(load(seal), runner.addJob) })
    },

    async runOnce(given: Sealed<RunnerOptions & RunOnceOptions>, tasks?: TaskList): Promise<void> {
      const { seal, options } = takeSeal<RunnerOptions & RunOnceOptions, SealOptions>(given)
      if (!seal) return host.runOnce(options, tasks)
      return host.runOnce(options, await sealedTasks(seal, options, tasks))
    },

    runTaskList(given: Sealed<WorkerPoolOptions>, tasks: TaskList, pool: Pool): ReturnType<Host['runTaskList']> {
      const { seal, options } = takeSeal<WorkerPoolOptions, SealOptions>(given)
      return host.runTaskList(options, seal ? sealed(tasks, seal, options) : tasks, pool)
    },

    runTaskListOnce(given: Sealed<RunOnceOptions>, tasks: TaskList, client: PoolClient): ReturnType<Host['runTaskListOnce']> {
      const { seal, options } = takeSeal<RunOnceOptions, SealOptions>(given)
      return host.runTaskListOnce(options, seal ? sealed(tasks, seal, options) : tasks, client)
    },

    async makeWorkerUtils(given: Sealed<WorkerUtilsOptions>): Promise<WorkerUtils> {
      const { seal, options } = takeSeal<WorkerUtilsOptions, SealOptions>(given)
      if (!seal) return host.makeWorkerUtils(options)
      const sealing = load(seal)
      await sealing()
      const utils = await host.makeWorkerUtils(options)
      return {
        ...utils,
        addJob: sealedAddJob(sealing, utils.addJob),
        addJobs: sealedAddJobs(sealing, utils.addJobs),
        permanentlyFailJobs: sealedFailJobs(sealing, settingsOf(host, options).schema, utils),
      }
    },

    async addJobAdhoc(given: Sealed<WorkerUtilsOptions>, ...args: Parameters<AddJobFunction>): Promise<Job> {
      const { seal, options } = takeSeal<WorkerUtilsOptions, SealOptions>(given)
      const addJob: AddJobFunction = (...job) => host.addJobAdhoc(options, ...job)
      return (seal ? sealedAddJob(load(seal), addJob) : addJob)(...args)
    },
  }
}
