import type { SealedJob, Surface } from '@waxseal/adapter-kit'
import type { Listener } from './listener.js'
import type { RunSealing } from './run-sealing.js'

/** What one request knows of the run that it carries on. */
export interface Run {
  /** Whose results and errors are sealed: the function, with the data of its event as they are stored. */
  job: SealedJob
  listener: Listener
  attempt: number
  /** Steps whose event was opened before the function began. */
  readonly opened: Set<string>
  /** Rejects when something within the function does not open. */
  readonly refused: Promise<never>
  /**
   * Ends the request. The handler that waits for the value waits for ever: it must neither see nor catch this, and Inngest takes no
   * rejection from a step that it has stored.
   */
  refuse(seal: RunSealing, error: unknown, surface: Surface): Promise<never>
}

export function createRun(listener: Listener, job: SealedJob, attempt: number): Run {
  let reject: (error: Error) => void
  const refused = new Promise<never>((_, rejectIt) => {
    reject = rejectIt
  })
  refused.catch(() => {})
  const run: Run = {
    job,
    listener,
    attempt,
    opened: new Set(),
    refused,
    refuse(seal, error, surface) {
      reject(seal.refusal(error, surface, run.attempt))
      return new Promise<never>(() => {})
    },
  }
  return run
}
