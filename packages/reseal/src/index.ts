export { type Checkpoint, type CheckpointStore, fileCheckpoints } from './checkpoint.js'
export type { KeepReason } from './disposal.js'
export type { JobResult, ResealJob } from './job.js'
export type { KeyRef } from './key-ref.js'
export type { KeyUse } from './key-use.js'
export type { ResealProgress } from './progress.js'
export {
  createReaper,
  type Kept,
  type Reaper,
  type ReaperAudit,
  type ReaperOptions,
  type ReaperReport,
  type ReaperTargetReport,
} from './reaper.js'
export type * from './reaper-target.js'
export type { RenewalMode, ResealSealer } from './renewal.js'
export { type ResealReport, type Stopped, sumOfReports } from './report.js'
export { createReseal, type Reseal, type ResealOptions, type RunOptions } from './reseal.js'
export type { KeyStanding, KeyVersion, RefusalReason, RetirableKeys, RetireOptions, RetireVerdict } from './retirement.js'
export type { RetryOptions } from './retry.js'
export type { Skipped, SkipReason, TargetReport } from './tally.js'
export type * from './target.js'
export { yearsAfter } from './years-after.js'
