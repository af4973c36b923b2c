import type { SealedJob } from '@waxseal/adapter-kit'
import type { JobSealing } from './job-sealing.js'
import { sealedEventsOf } from './queue-events.js'

/** What becomes of a job, opened: BullMQ's own wait hears events as they are stored, or looks the outcome up. */
export async function waitForOutcome(
  sealing: JobSealing,
  job: SealedJob,
  events: object,
  wait: (events: object) => Promise<unknown>,
): Promise<unknown> {
  let stored: unknown
  try {
    stored = await wait(sealedEventsOf(events))
  } catch (error) {
    throw new Error(await sealing.openReason(job, (error as Error).message))
  }
  return stored === null || stored === undefined ? stored : sealing.payloads.openValue(job, 'result', stored)
}
