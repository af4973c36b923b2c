import type { StoredRecord } from '../record.js'

/** A record as one line of JSON, without its end. */
export const lineOf = (record: StoredRecord): string => JSON.stringify(record)

const BROKEN = { at: -1, actor: '', operation: '', subject: null, version: null, scope: null, outcome: '', requestId: null }

/** The record of a line. A line that holds none becomes a record that no check lets pass, in the place where it stands. */
export function recordOfLine(line: string, stream: string, seq: number): StoredRecord {
  try {
    const record = JSON.parse(line) as StoredRecord
    if (typeof record === 'object' && record !== null && typeof record.text === 'string') return record
  } catch {}
  return { stream, seq, ...BROKEN, keyId: '', text: '', previous: '', hash: '' }
}
