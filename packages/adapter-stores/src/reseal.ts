export { type InClearOptions, type InClearTargets, inClearTargets } from './reseal/in-clear.js'
export {
  auditReaperTarget,
  deadLetterReaperTarget,
  expiredStateTarget,
  type KeptOptions,
  stateReaperTarget,
} from './reseal/reaper-targets.js'
export type { StoreTables } from './reseal/tables.js'
export { type StoresResealOptions, type StoresResealTargets, storesResealTargets } from './reseal/targets.js'
