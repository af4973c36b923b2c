import type { AddJobFunction, AddJobsFunction, JobHelpers, ParsedCronItem, TaskList } from 'graphile-worker'
import * as worker from 'graphile-worker'

export type { AddJobFunction, AddJobsFunction, JobHelpers, ParsedCronItem, TaskList }

/** What of graphile-worker is called here; its versions differ in how they are loaded, not in these. */
export type Host = Pick<
  typeof worker,
  | 'run'
  | 'runOnce'
  | 'runTaskList'
  | 'runTaskListOnce'
  | 'makeWorkerUtils'
  | 'addJobAdhoc'
  | 'getTasks'
  | 'getCronItems'
  | 'parseCrontab'
  | 'WorkerPreset'
>

export const host: Host = worker
