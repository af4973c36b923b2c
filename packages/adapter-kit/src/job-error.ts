import { WaxsealError } from '@waxseal/core'
import { isObject, SCRUBBED, type StoredObject } from './stored.js'

// Letters only: no number, address or token fits.
const NAME = /^([A-Z][A-Za-z]{0,60})?(Error|Exception)$/
const CODE = /^[a-z_]{1,32}$/

const fits = (pattern: RegExp, value: unknown): value is string => typeof value === 'string' && pattern.test(value)

/** All of an error that is stored in clear: a class name and, of Waxseal's own errors, the code. */
export function scrubbed(error: unknown): StoredObject {
  const name = isObject(error) && fits(NAME, error.name) ? error.name : 'Error'
  const code = WaxsealError.is(error) && CODE.test(error.code) ? { code: error.code } : {}
  return { name, message: SCRUBBED, ...code }
}

/** Whether a stored error says nothing beyond what `scrubbed` lets through. */
export const isScrubbed = (stored: unknown): stored is StoredObject =>
  isObject(stored) &&
  stored.message === SCRUBBED &&
  fits(NAME, stored.name) &&
  (stored.code === undefined || fits(CODE, stored.code)) &&
  Object.keys(stored).every((name) => ['name', 'message', 'code'].includes(name))

/** What is thrown to a host in place of a job's error: whatever way the host takes to store or report it, it holds no more than `stored`. */
export class JobError extends Error {
  readonly #stored: StoredObject

  /** `message`: for hosts that keep the message alone. */
  constructor(stored: StoredObject, message: string = SCRUBBED) {
    super(message)
    this.#stored = stored
    // No frames: a stack begins with the message of whatever was thrown.
    this.stack = `${this.name}: ${SCRUBBED}`
  }

  override get name(): string {
    return 'JobError'
  }

  toJSON(): StoredObject {
    return this.#stored
  }
}

const RETRIED = ['config', 'closed', 'aborted', 'access_denied', 'key_suspended', 'sealing_disabled']

/**
 * True where trying again cannot help: the job itself is damaged, forged, in clear, or sealed under a key that this worker has not.
 * False for faults of this worker and of key services.
 */
export const isPoison = (error: unknown): boolean =>
  error instanceof RangeError || (WaxsealError.is(error) && !error.retryable && !RETRIED.includes(error.code))
