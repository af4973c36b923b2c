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

/** The one error of the audit trail. Its message names a field or a limit, never what an entry holds. */
export class AuditError extends Error {
  readonly code: AuditErrorCode

  constructor(code: AuditErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
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
