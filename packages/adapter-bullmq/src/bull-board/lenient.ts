import { isInClear } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import type { JobSealing } from '../job-sealing.js'
import { stateOf } from '../job-state.js'
import { isOurs } from '../revealed.js'

/** Bull Board answers with the status. */
const refused = () =>
  Object.assign(new WaxsealError('already_sealed', 'a job that does not open here can neither be edited nor added again'), {
    statusCode: 409,
  })

async function refuse(): Promise<never> {
  throw refused()
}

async function orStored<Value>(open: () => Promise<Value>, stored: Value): Promise<Value> {
  try {
    return await open()
  } catch {
    return stored
  }
}

/** Shows what does not open as it is stored, and seals nothing that is in that form. */
export function lenient(sealing: JobSealing): JobSealing {
  const { payloads } = sealing
  const unopened = new WeakSet<object>()

  /** As stored, and remembered: an object even where it is a text or a number. */
  function asStored(stored: unknown): unknown {
    const shown: object = Object(stored)
    unopened.add(shown)
    return shown
  }

  return {
    ...sealing,
    payloads: {
      ...payloads,
      openData: (job) => payloads.openData(job).catch(() => asStored(job.data)),
      openText: (job, surface, text) => orStored(() => payloads.openText(job, surface, text), text),
    },
    openFound: (job, surface, stored) => orStored(() => sealing.openFound(job, surface, stored), stored),

    async read(job) {
      const { returnvalue, progress, stacktrace, failedReason } = job
      try {
        await sealing.read(job)
      } catch {
        Object.assign(job, { returnvalue, progress, stacktrace, failedReason })
      }
      if (!stateOf(job)) Object.defineProperty(job, 'updateData', { value: refuse, configurable: true })
    },

    async sealNew(job, queue) {
      const { data } = job
      if (unopened.has(data as object) || (!isOurs(data) && !isInClear(data))) throw refused()
      return sealing.sealNew(job, queue)
    },
  }
}
