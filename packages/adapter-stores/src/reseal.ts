export {
  auditReaperTarget,
  deadLetterReaperTarget,
  expiredStateTarget,
  type StoresResealOptions,
  type StoresResealTargets,
  stateReaperTarget,
  storesResealTargets,
} from './reseal/targets.js'
