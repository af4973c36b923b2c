import { isObject, JOB, SEALED } from '@waxseal/adapter-kit'
import type { JobSealing } from '../job-sealing.js'

/** What anyone can tell of an envelope. */
export interface Summary {
  /** The cipher, as it stands in the envelope: `c256` or `c20`. */
  readonly sealed: string
  /** Key and version. */
  readonly key: string
  /** Length of the envelope. */
  readonly bytes: number
}

// Spec section 8.
const ENVELOPE = /^wax1\.(c\d+)(?:w|x|wx)?\.([^\s"]+?~\d+)\./
const ENVELOPES = /wax1\.[^\s"\\]+/g

function summaryOf(text: string): Summary | undefined {
  const [, sealed, key] = ENVELOPE.exec(text) ?? []
  return sealed && key ? { sealed, key, bytes: text.length } : undefined
}

/** A stored value with a summary in the place of each envelope. */
function summary(value: unknown): unknown {
  if (typeof value === 'string') return summaryOf(value) ?? value
  if (Array.isArray(value)) return value.map(summary)
  if (!isObject(value)) return value
  const { [JOB]: _, ...members } = value
  if (typeof members[SEALED] === 'string') return summary(members[SEALED])
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, summary(member)]))
}

const line = (text: string): string =>
  text.replace(ENVELOPES, (envelope) => {
    const found = summaryOf(envelope)
    return found ? `(${found.sealed}, ${found.key}, ${found.bytes} bytes)` : envelope
  })

/** Opens nothing. */
export function summarised(sealing: JobSealing): JobSealing {
  return {
    ...sealing,
    payloads: {
      ...sealing.payloads,
      openData: async ({ data }) => summary(data),
      openText: async (_job, _surface, text) => line(text),
    },
    openFound: async (_job, _surface, stored) => summary(stored),
    openReason: async (_job, text) => line(text),
    openFoundReason: async (_job, text) => line(text),

    async read(job) {
      job.data = summary(job.data)
      job.returnvalue = summary(job.returnvalue)
      job.progress = summary(job.progress)
      if (typeof job.failedReason === 'string') job.failedReason = line(job.failedReason)
      if (job.stacktrace) job.stacktrace = job.stacktrace.map(line)
    },
  }
}
