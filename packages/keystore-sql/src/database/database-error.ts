import { AuditError } from '@waxseal/audit'
import { WaxsealError } from '@waxseal/core'

/** What drivers call it when a transaction met another one: it may well succeed when it is tried again. */
const PASSING = new Set([
  ...['40001', '40P01', '55P03'],
  ...['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'],
  ...['SQLITE_BUSY', 'SQLITE_LOCKED'],
])
const DUPLICATE = new Set([
  '23505',
  'ER_DUP_ENTRY',
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  'SQLITE_CONSTRAINT',
])
const NO_TABLE = new Set(['42P01', '42703', 'ER_NO_SUCH_TABLE', 'ER_BAD_FIELD_ERROR'])
const DENIED = new Set([
  ...['42501', '28000', '28P01', '3D000'],
  ...['ER_ACCESS_DENIED_ERROR', 'ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR'],
  'SQLITE_READONLY',
])

/** Result codes of SQLite that Node's own driver gives as numbers; the low byte is the kind. */
const SQLITE: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  19: 'SQLITE_CONSTRAINT',
}

/** The driver's code, and nothing else of its error: that may hold statements with their values. */
function codeOf(error: unknown): string {
  const { code, errcode, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  if (typeof message === 'string' && message.startsWith('no such table')) return 'ER_NO_SUCH_TABLE'
  if (typeof errcode === 'number') return SQLITE[errcode & 0xff] ?? `SQLITE_${errcode}`
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'unknown'
}

/** An AuditError names the driver's code at the end of its message. */
const auditCode = (error: AuditError): string => /\(([A-Z0-9_]+)\)$/.exec(error.message)?.[1] ?? ''

/** Whether the same transaction may succeed in a moment. */
export const isPassing = (error: unknown): boolean =>
  AuditError.is(error) ? error.code === 'conflict' || PASSING.has(auditCode(error)) : PASSING.has(codeOf(error))

/** Whether somebody else has put it there already. */
export const isDuplicate = (error: unknown): boolean => DUPLICATE.has(codeOf(error))

/** Whatever a database throws, as an error of ours that repeats none of its values. */
export function fromDatabase(error: unknown): unknown {
  // A mistake in the program is none of the database's.
  if (WaxsealError.is(error) || AuditError.is(error) || error instanceof TypeError || error instanceof RangeError) return error
  const code = codeOf(error)
  const told = (what: string) => `the key store's database ${what} (${code})`
  if (isDuplicate(error)) return new WaxsealError('conflict', told('has that already'))
  if (NO_TABLE.has(code)) return new WaxsealError('config', told('has not the tables of this version: run migrateKeystore'))
  if (DENIED.has(code)) return new WaxsealError('access_denied', told('denies access'))
  return new WaxsealError('provider_unavailable', told('did not do it'))
}
