/** Every reason for which the trail refuses. */
export type AuditErrorCode =
  /** An option or an entry does not fit. */
  | 'config'
  /** The sink could not write or read; the change that was to be recorded must not happen. */
  | 'sink_failed'
  /** Somebody else writes there: another process holds the file, or appended meanwhile. */
  | 'conflict'
  /** The last line of a file is not whole: a crash cut an append off. The message says how to mend it. */
  | 'torn'
  /** What is stored is not what was written. */
  | 'tampered'
  /** The sink cannot read back what it wrote. */
  | 'write_only'
  | 'closed'

const MARK = Symbol.for('waxseal.audit-error')

/**
 * The one error of the audit trail. Its message names a field or a limit, never what an entry holds, and ends in the code of the
 * driver's error where there was one, as `(23505)`. It has no cause.
 */
export class AuditError extends Error {
  readonly code: AuditErrorCode

  constructor(code: AuditErrorCode, message: string) {
    super(message)
    this.code = code
  }

  override get name(): string {
    return 'AuditError'
  }

  get [MARK](): true {
    return true
  }

  /** Tells an AuditError from anything else, also across duplicated copies of this package. */
  static is(value: unknown): value is AuditError {
    return typeof value === 'object' && value !== null && (value as { [MARK]?: unknown })[MARK] === true
  }
}

export function fail(code: AuditErrorCode, message: string): never {
  throw new AuditError(code, message)
}

/**
 * What a driver or a stream threw, as an AuditError. Only its code is kept: its message, its statement (`sql` of mysql2) and its
 * detail (PostgreSQL) may show what the entry holds.
 */
export function failure(error: unknown, code: AuditErrorCode, message: string): AuditError {
  if (AuditError.is(error)) return error
  const its = (error as { code?: unknown } | null | undefined)?.code
  return new AuditError(code, typeof its === 'string' && /^[A-Z0-9_]{1,48}$/.test(its) ? `${message} (${its})` : message)
}
