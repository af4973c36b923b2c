/** Every reason for which this package refuses. */
export type PiiErrorCode =
  /** An option, a type or a pointer does not fit. */
  | 'config'
  /** A value or a document is not of the shape that the call needs. */
  | 'malformed'
  /** A value or a document is over a limit. */
  | 'too_large'
  /** Something stands already where the call would write. */
  | 'conflict'

const MARK = Symbol.for('waxseal.pii-error')

/** The one error of this package. Its message names an option, a limit or a pointer, never a value. It has no cause. */
export class PiiError extends Error {
  readonly code: PiiErrorCode

  constructor(code: PiiErrorCode, message: string) {
    super(message)
    this.code = code
  }

  override get name(): string {
    return 'PiiError'
  }

  get [MARK](): true {
    return true
  }

  /** Tells a PiiError from anything else, also across duplicated copies of this package. */
  static is(value: unknown): value is PiiError {
    return typeof value === 'object' && value !== null && (value as { [MARK]?: unknown })[MARK] === true
  }
}

export function fail(code: PiiErrorCode, message: string): never {
  throw new PiiError(code, message)
}
