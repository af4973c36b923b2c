import type { QueuedJob, StoredJob } from './backends/backend.js'
import { FAILURE_TYPE } from './deliberate-failure.js'
import type { Handled } from './demo.js'
import type { Sample } from './side-by-side.js'

const SHOWN = 3
/** Of the shipped types, those that show most. */
const PREFERRED = ['payment.charge', 'kyc.check', 'ticket.triage']
// Terminals lay these out in their own way, which moves the borders of a table.
const UNEVEN = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Devanagari}\p{Extended_Pictographic}]/u
const MAX_BYTES = 4096

/** One job each of a few types: those of the shipped data, or the first of the user's. */
export function chooseSamples(
  jobs: readonly QueuedJob[],
  stored: ReadonlyMap<string, StoredJob>,
  handled: ReadonlyMap<string, Handled>,
): Sample[] {
  const byType = Map.groupBy(jobs, ({ type }) => type)
  byType.delete(FAILURE_TYPE)
  const types = [...PREFERRED.filter((type) => byType.has(type)), ...byType.keys()]
  return [...new Set(types)].slice(0, SHOWN).flatMap((type) => {
    const list = byType.get(type) ?? []
    const job = list.find(({ data }) => isEven(JSON.stringify(data))) ?? list[0]!
    const row = stored.get(job.id)
    const { data: seen, result: returned } = handled.get(job.id) ?? {}
    return row ? [{ type, sent: job.data, stored: row.data, seen, result: { stored: row.output, returned } }] : []
  })
}

const isEven = (text: string): boolean => text.length <= MAX_BYTES && !UNEVEN.test(text)
