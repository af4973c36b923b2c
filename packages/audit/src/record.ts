import { fail } from './audit-error.js'
import type { AuditFilter } from './sink.js'

/** What happened, as the caller tells it. Ids and codes only: never a key, a token, a plaintext or a whole wrapped key. */
export interface AuditEntry {
  /** Id of who did it: a user, a service account, a job. 1 to 255 characters; an id, not a name or an address. */
  readonly actor: string
  /** What was done, as `key.rotate`: words of a-z, 0-9, `_` and `-` with dots between them. */
  readonly operation: string
  /** Id of the key or object that it was done to. 1 to 512 characters. */
  readonly subject?: string | undefined
  /** Version of the key or object: an integer from 0 on. */
  readonly version?: number | undefined
  /** As `tenant:acme`. 1 to 255 characters. */
  readonly scope?: string | undefined
  /** `ok`, or the code of what went wrong. 1 to 64 characters. Default `ok`. */
  readonly outcome?: string | undefined
  /** The request's id at a service, to find it in the service's own log. 1 to 255 characters. */
  readonly requestId?: string | undefined
  /** What else is worth knowing: at most 32 numbers, booleans, nulls and texts of at most 8,192 characters. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>> | undefined
}

/** An entry with its place in the trail. */
export interface AuditRecord {
  readonly stream: string
  /** 1, 2, 3 and so on, without a gap. */
  readonly seq: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly actor: string
  readonly operation: string
  readonly subject: string | null
  readonly version: number | null
  readonly scope: string | null
  readonly outcome: string
  readonly requestId: string | null
  readonly details: Readonly<Record<string, string | number | boolean | null>>
}

/** A record as it is stored: the very text that the hash covers, and the columns to search by. */
export interface StoredRecord extends Omit<AuditRecord, 'details'> {
  /** Id of the audit key. */
  readonly keyId: string
  /** Canonical text: all of the record. */
  readonly text: string
  /** 64 hexadecimal digits. */
  readonly previous: string
  readonly hash: string
}

const MAX_TEXT = 255
const MAX_SUBJECT = 512
const MAX_DETAILS = 32
const MAX_DETAILS_TEXT = 8192
const VERSION = 'waxseal/v1/audit'

/** The columns beside the text; the text says the same. */
const COLUMNS = ['stream', 'seq', 'at', 'actor', 'operation', 'subject', 'version', 'scope', 'outcome', 'requestId'] as const

/** Checks an entry and gives it its place; `config` names the member that does not fit and repeats none of it. */
export function recordOf(entry: AuditEntry, stream: string, seq: number, at: number): AuditRecord {
  if (typeof entry !== 'object' || entry === null) fail('config', 'an entry is an object')
  const { actor, operation, subject, version, scope, outcome = 'ok', requestId, details = {} } = entry
  if (typeof operation !== 'string' || !/^[a-z0-9_-]{1,64}(\.[a-z0-9_-]{1,64}){0,7}$/.test(operation))
    fail('config', 'operation is words of a-z, 0-9, _ and - with dots between them')
  const record: AuditRecord = {
    stream,
    seq,
    at: integer('the time', at),
    actor: text('actor', actor, MAX_TEXT) ?? fail('config', 'actor says who did it'),
    operation,
    subject: text('subject', subject, MAX_SUBJECT),
    version: version === undefined ? null : integer('version', version),
    scope: text('scope', scope, MAX_TEXT),
    outcome: text('outcome', outcome, 64) ?? 'ok',
    requestId: text('requestId', requestId, MAX_TEXT),
    details: checkedDetails(details),
  }
  return Object.freeze(record)
}

/** A text that every database stores as it is. */
const storable = (value: unknown, limit: number): value is string =>
  typeof value === 'string' && value.length <= limit && value.isWellFormed() && !value.includes('\0')

/** An id or a code: what ends a line or commands a terminal has no place in one. */
function text(name: string, value: unknown, limit: number): string | null {
  if (value === undefined) return null
  if (!storable(value, limit) || value === '' || /[\p{Cc}\u2028\u2029]/u.test(value))
    return fail('config', `${name} is a text of 1 to ${limit} characters, without control characters`)
  return value
}

const integer = (name: string, value: unknown): number =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : fail('config', `${name} is an integer from 0 on`)

/** An object as `{}` makes it: of a Map, a list or an instance nothing would be recorded. */
const isPlain = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function checkedDetails(details: AuditRecord['details']): AuditRecord['details'] {
  if (!isPlain(details)) fail('config', 'details is a plain object')
  const names = Object.keys(details)
  if (names.length > MAX_DETAILS) fail('config', `details has at most ${MAX_DETAILS} members`)
  const out: Record<string, string | number | boolean | null> = {}
  for (const name of names.sort()) {
    const value = details[name]
    if (!/^[A-Za-z][\w.-]{0,63}$/.test(name)) fail('config', 'the names in details are letters, digits, _, . and -')
    const fitting = value === null || typeof value === 'boolean' || Number.isFinite(value) || storable(value, MAX_DETAILS_TEXT)
    if (!fitting)
      fail('config', `details.${name} is a number, a boolean, null or a text of at most ${MAX_DETAILS_TEXT} characters`)
    // JSON knows no -0.
    out[name] = value === 0 ? 0 : (value as string)
  }
  return Object.freeze(out)
}

/** The text that is hashed and stored: a JSON array in this order, details with sorted names. */
export const canonicalText = (record: AuditRecord, keyId: string): string =>
  JSON.stringify([
    VERSION,
    keyId,
    record.stream,
    record.seq,
    record.at,
    record.actor,
    record.operation,
    record.subject,
    record.version,
    record.scope,
    record.outcome,
    record.requestId,
    record.details,
  ])

/** The record of a canonical text; undefined for any other text. */
export function parseText(stored: string): { readonly record: AuditRecord; readonly keyId: string } | undefined {
  let list: unknown
  try {
    list = JSON.parse(stored)
  } catch {
    return undefined
  }
  if (!Array.isArray(list) || list.length !== 13 || list[0] !== VERSION) return undefined
  const [, keyId, stream, seq, at, actor, operation, subject, version, scope, outcome, requestId, details] = list
  const record = { stream, seq, at, actor, operation, subject, version, scope, outcome, requestId, details } as AuditRecord
  return typeof keyId === 'string' && canonicalText(record, keyId) === stored ? { record, keyId } : undefined
}

/** Whether the columns of a stored record say what its text says. Its hash is another matter. */
export function isIntact(stored: StoredRecord): boolean {
  const parsed = parseText(stored.text)
  return (
    parsed !== undefined && parsed.keyId === stored.keyId && COLUMNS.every((column) => parsed.record[column] === stored[column])
  )
}

/** Whether a record is one of those that are wanted. */
export const fits = (row: StoredRecord, { subject, actor, operation, scope, from, to }: AuditFilter): boolean =>
  (subject === undefined || row.subject === subject) &&
  (scope === undefined || row.scope === scope) &&
  (actor === undefined || row.actor === actor) &&
  (operation === undefined || row.operation === operation) &&
  (from === undefined || row.at >= from) &&
  (to === undefined || row.at < to)
