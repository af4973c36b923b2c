import { host } from './host.js'
import { type SealedFunctions, sealedFunctions } from './run.js'

export type { JobEvent, PerJob, SealedJob, Surface } from '@waxseal/adapter-kit'
export * from 'graphile-worker'
export type { ContextOptions } from './context.js'
export { contextOf } from './context.js'
export { sealCronItems } from './cron.js'
export { openJob } from './reading.js'
export type { SealedFunctions } from './run.js'
export type { Sealed, SealOptions } from './seal-options.js'
export { sealTasks } from './tasks.js'

const functions: SealedFunctions = sealedFunctions(host)

export const run: SealedFunctions['run'] = functions.run
export const runOnce: SealedFunctions['runOnce'] = functions.runOnce
export const runTaskList: SealedFunctions['runTaskList'] = functions.runTaskList
export const runTaskListOnce: SealedFunctions['runTaskListOnce'] = functions.runTaskListOnce
export const makeWorkerUtils: SealedFunctions['makeWorkerUtils'] = functions.makeWorkerUtils
export const addJobAdhoc: SealedFunctions['addJobAdhoc'] = functions.addJobAdhoc
/** The former name of `addJobAdhoc`. */
export const quickAddJob: SealedFunctions['addJobAdhoc'] = functions.addJobAdhoc
