import { GENESIS } from '../chain.js'
import { fits, type StoredRecord } from '../record.js'
import type { AuditSink } from '../sink.js'

/** Keeps records in this process's memory: for tests. */
export function memorySink(): AuditSink & { readonly records: StoredRecord[] } {
  const records: StoredRecord[] = []
  const of = (stream: string) => records.filter((row) => row.stream === stream)
  return {
    kind: 'sink',
    records,
    async append(stream, make) {
      const last = of(stream).at(-1)
      const record = make(last ? { seq: last.seq, hash: last.hash } : { seq: 0, hash: GENESIS })
      records.push(record)
      return record
    },
    read: async (stream, filter, { after, limit }) =>
      of(stream)
        .filter((row) => (after === undefined || row.seq > after) && fits(row, filter))
        .slice(0, limit),
    async head(stream) {
      const last = of(stream).at(-1)
      return last ? { seq: last.seq, hash: last.hash } : { seq: 0, hash: GENESIS }
    },
  }
}
