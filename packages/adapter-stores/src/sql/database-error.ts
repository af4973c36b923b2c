import { AuditError } from '@waxseal/audit'
import { WaxsealError } from '@waxseal/core'

const DUPLICATE = new Set(['23505', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT'])
const NO_TABLE = new Set(['42P01', '42703', 'SQLITE_NO_TABLE'])
const DENIED = new Set(['42501', '28000', '28P01', '3D000', 'SQLITE_READONLY'])

/** Result codes of SQLite that Node's own driver gives as numbers; the low byte is the kind. */
const SQLITE: Readonly<Record<number, string>> = { 5: 'SQLITE_BUSY', 8: 'SQLITE_READONLY', 19: 'SQLITE_CONSTRAINT' }

/** The driver's code, and nothing else of its error: that may hold statements with their values. */
function codeOf(error: unknown): string {
  const { code, errcode, message } = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>
  if (typeof message === 'string' && message.startsWith('no such table')) return 'SQLITE_NO_TABLE'
  if (typeof errcode === 'number') return SQLITE[errcode & 0xff] ?? `SQLITE_${errcode}`
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'unknown'
}

/** Whether somebody else has put it there already. */
export const isDuplicate = (error: unknown): boolean => DUPLICATE.has(codeOf(error))

/** Whether the same migration may succeed in a moment. */
export const isPassing = (error: unknown): boolean => ['SQLITE_BUSY', '40001', '40P01', '55P03'].includes(codeOf(error))

/** Whatever a database throws, as an error of ours that repeats none of its values. */
export function fromDatabase(error: unknown): unknown {
  // A mistake in the program is none of the database's, nor is what a chain refuses.
  if (WaxsealError.is(error) || AuditError.is(error) || error instanceof TypeError || error instanceof RangeError) return error
  const code = codeOf(error)
  const told = (what: string) => `the database of the store ${what} (${code})`
  if (DUPLICATE.has(code)) return new WaxsealError('conflict', told('has that already'))
  if (NO_TABLE.has(code)) return new WaxsealError('config', told('has not the tables of this version: run migrateStores'))
  if (DENIED.has(code)) return new WaxsealError('access_denied', told('denies access'))
  return new WaxsealError('provider_unavailable', told('did not do it'))
}
