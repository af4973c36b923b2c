import { GENESIS } from '../chain.js'
import { fits, type StoredRecord } from '../record.js'
import type { AuditSink } from '../sink.js'

/** Keeps records in this process's memory: for tests. */
export function memorySink(): AuditSink & { readonly records: StoredRecord[] } {
  const records: StoredRecord[] = []
  const headOf = (stream: string) => {
    const last = records.findLast((row) => row.stream === stream)
    return last ? { seq: last.seq, hash: last.hash } : { seq: 0, hash: GENESIS }
  }
  return {
    kind: 'sink',
    records,
    async append(stream, make) {
      const record = make(headOf(stream))
      records.push(record)
      return record
    },
    read: async (stream, filter, { after, limit }) =>
      records
        .filter((row) => row.stream === stream && (after === undefined || row.seq > after) && fits(row, filter))
        .slice(0, limit),
    head: async (stream) => headOf(stream),
  }
}
