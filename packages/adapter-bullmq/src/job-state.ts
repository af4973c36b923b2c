import type { SealedJob } from '@waxseal/adapter-kit'
import type { HostJob } from './host.js'

/** What a job object does not show once it is opened. */
export interface JobState {
  /** The job as settings are told of it: with its data as stored. */
  readonly info: SealedJob
  /** As stored: BullMQ writes the whole list again with each failure. */
  readonly stacktrace: string[] | null
}

const states = new WeakMap<HostJob, JobState>()

/** Of a job that is opened; undefined of one that shows what is stored. */
export const stateOf = (job: HostJob): JobState | undefined => states.get(job)

export function keepState(job: HostJob, state: JobState): void {
  states.set(job, state)
}
