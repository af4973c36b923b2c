export type { JobResult, ResealJob } from './engine/job.js'
export type { RenewalMode, ResealSealer } from './engine/renewal.js'
export { createReseal, type Reseal, type ResealOptions, type RunOptions } from './engine/reseal.js'
export type * from './engine/target.js'
export type { KeepReason } from './reaper/disposal.js'
export {
  createReaper,
  type Kept,
  type Reaper,
  type ReaperAudit,
  type ReaperOptions,
  type ReaperReport,
  type ReaperTargetReport,
} from './reaper/reaper.js'
export type * from './reaper/reaper-target.js'
export { yearsAfter } from './reaper/years-after.js'
export type { KeyRef } from './retirement/key-ref.js'
export type { KeyUse } from './retirement/key-use.js'
export type {
  KeyStanding,
  KeyVersion,
  RefusalReason,
  RetirableKeys,
  RetireOptions,
  RetireVerdict,
} from './retirement/retirement.js'
export { type Checkpoint, type CheckpointStore, fileCheckpoints } from './run/checkpoint.js'
export type { ResealProgress } from './run/progress.js'
export { type ResealReport, type Stopped, sumOfReports } from './run/report.js'
export type { RetryOptions } from './run/retry.js'
export type { Skipped, SkipReason, TargetReport } from './run/tally.js'
