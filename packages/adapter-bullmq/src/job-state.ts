import type { SealedJob } from '@waxseal/adapter-kit'
import type { HostJob } from './host.js'

/** What a job object does not show once it is opened. */
export interface JobState {
  /** The job as settings are told of it: with its data as stored. */
  readonly info: SealedJob
  /** As stored: BullMQ writes the whole list again with each failure. */
  stacktrace: string[] | null
  /** Ends when everything that was written so far is stored. */
  written: Promise<unknown>
}

const states = new WeakMap<HostJob, JobState>()

export const stateOf = (job: HostJob): JobState | undefined => states.get(job)

export function keepState(job: HostJob, stored: Pick<JobState, 'info' | 'stacktrace'>): void {
  states.set(job, { ...stored, written: Promise.resolve() })
}

/** Writes one after the other, in the order of the calls: sealing takes a while, and a later write must not come first. */
export function inOrder<Result>(job: HostJob, write: () => Promise<Result>): Promise<Result> {
  const state = states.get(job)
  if (!state) return write()
  const done = state.written.then(write)
  state.written = done.catch(() => {})
  return done
}
