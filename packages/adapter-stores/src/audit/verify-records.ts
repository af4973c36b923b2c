import type { AuditRecord, VerifyOptions } from '@waxseal/audit'
import { type Settled, WaxsealError } from '@waxseal/core'
import { codeOf } from '../opened.js'
import type { Values } from '../values.js'
import type { AuditRow, AuditStore } from './audit-store.js'
import type { RecordChain } from './record-chain.js'

export interface VerifyRecordsOptions extends Pick<VerifyOptions, 'checkpoints' | 'signal'> {
  /** Records from before this time, milliseconds since the epoch, may have been deleted: their retention is over. Default: none. */
  readonly keptSince?: number | undefined
}

export interface RecordFlaw {
  readonly reason: /** The chain itself is broken: `seq` is the number of its record. */
    | 'chain'
    /** What stands in clear is not what was written. */
    | 'changed'
    /** The payload is not what was written, or is no envelope of this record. */
    | 'payload'
    /** A record that should be there is not. */
    | 'missing'
    /** There are more records than were written; not told which. */
    | 'unrecorded'
  /** Id of the record. */
  readonly id?: string | undefined
  readonly seq?: number | undefined
}

/** What `verify` found: how many records are as they were written, how many of them could not be opened, how many are gone. */
export type RecordsVerdict =
  | { readonly ok: true; readonly records: number; readonly unopened: number; readonly gone: number }
  | { readonly ok: false; readonly flaw: RecordFlaw }

const PAGE = 500

/** Keys that are not at hand: nothing can be said of the payload. */
const NO_KEY = new Set(['key_destroyed', 'key_suspended', 'key_retired', 'key_not_found', 'access_denied'])

/** Whether a payload is what was written; undefined where there is no key to tell. */
async function payloadHolds(run: () => Promise<boolean>, outcome: Settled<unknown>): Promise<boolean | undefined> {
  try {
    if (outcome.status === 'rejected') throw outcome.reason
    return await run()
  } catch (error) {
    if (WaxsealError.is(error) && error.retryable) throw error
    return NO_KEY.has(codeOf(error)) ? undefined : false
  }
}

/** Compares every link of a chain with the record that it is of, and stops at the first flaw. */
export async function verifyRecords(
  store: AuditStore,
  values: Values,
  chain: RecordChain,
  { keptSince = Number.NEGATIVE_INFINITY, checkpoints, signal }: VerifyRecordsOptions,
): Promise<RecordsVerdict> {
  const flawed = (flaw: RecordFlaw): RecordsVerdict => Object.freeze({ ok: false, flaw: Object.freeze(flaw) })
  if (typeof keptSince !== 'number' || Number.isNaN(keptSince))
    throw new WaxsealError('config', 'keptSince is milliseconds since the epoch')
  const before = await store.count()
  const verdict = await chain.trail.verify({ checkpoints, signal })
  if (!verdict.ok) return flawed({ reason: 'chain', seq: verdict.flaw.seq })

  let [records, unopened, gone] = [0, 0, 0]
  for (let after = 0; ; ) {
    signal?.throwIfAborted()
    const links = await chain.trail.query({ operation: chain.operation, after, limit: PAGE })
    const rows = await rowsOf(store, links)
    const outcomes = await values.openMany([...rows.values()].map((row) => ({ key: row, value: row.value })))
    const outcomeOf = new Map([...rows.keys()].map((id, at) => [id, outcomes[at]!]))
    for (const link of links) {
      const id = link.subject!
      const row = rows.get(id)
      if (!row) {
        if (chain.timeOf(link) >= keptSince) return flawed({ reason: 'missing', id })
        gone++
        continue
      }
      if (!chain.isIntact(link, row)) return flawed({ reason: 'changed', id })
      const outcome = outcomeOf.get(id)!
      const opened = outcome.status === 'fulfilled' ? outcome.value : undefined
      const holds = await payloadHolds(() => chain.isPayload(link, row, opened, values.scopeOf(row)), outcome)
      if (holds === false) return flawed({ reason: 'payload', id })
      records++
      if (holds === undefined) unopened++
    }
    if (links.length < PAGE) break
    after = links.at(-1)!.seq
  }
  // Records come and go meanwhile: only what was too many before and is so still was never written.
  if (Math.min(before, await store.count()) > records) return flawed({ reason: 'unrecorded' })
  return Object.freeze({ ok: true, records, unopened, gone })
}

async function rowsOf(store: AuditStore, links: readonly AuditRecord[]): Promise<Map<string, AuditRow>> {
  const rows = links.length === 0 ? [] : await store.get(links.map(({ subject }) => subject!))
  return new Map(rows.map((row) => [row.id, row]))
}
