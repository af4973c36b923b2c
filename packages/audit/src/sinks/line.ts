import type { StoredRecord } from '../record.js'

const MEMBERS: (keyof StoredRecord)[] = [
  'stream',
  'seq',
  'at',
  'actor',
  'operation',
  'subject',
  'version',
  'scope',
  'outcome',
  'requestId',
  'keyId',
  'text',
  'previous',
  'hash',
]

// JSON escapes the control characters up to U+001F; these too end a line for some readers, or command a terminal.
const UNSAFE = /[\u007f-\u009f\u2028\u2029]/g

/** A record as one line of JSON, without its end. */
export const lineOf = (record: StoredRecord): string =>
  JSON.stringify(record, MEMBERS).replace(UNSAFE, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

const BROKEN = { at: -1, actor: '', operation: '', subject: null, version: null, scope: null, outcome: '', requestId: null }

/**
 * The record of a line. One that differs by a single byte from what `lineOf` makes, a member more or a space, becomes a record that no
 * check lets pass, in the place where it stands: other readers of the file see what this one would not.
 */
export function recordOfLine(line: Uint8Array, stream: string, seq: number): StoredRecord {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
    const record = JSON.parse(text) as StoredRecord
    const texts = [record.stream, record.text, record.previous, record.hash]
    if (Number.isSafeInteger(record.seq) && texts.every((value) => typeof value === 'string') && lineOf(record) === text)
      return record
  } catch {}
  return { stream, seq, ...BROKEN, keyId: '', text: '', previous: '', hash: '' }
}
