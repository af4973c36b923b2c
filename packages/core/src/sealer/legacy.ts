import type { MaybePromise } from '../flow.js'

/** Reads one layout of another system, for a sealer that is migrating from it. */
export interface LegacyReader {
  /** The layout's name, for reports: `fernet`, `acteon`. */
  readonly name: string
  /** Whether a ciphertext opens under one key alone. Where it does not, who holds two keys can make one that opens under both. */
  readonly commits: boolean
  /** Whether a value is in this layout, by its shape alone; a damaged one should still be detected. Takes anything, throws nothing. */
  detects(value: unknown): boolean
  /**
   * The value in a value that was detected. What cannot be opened throws a WaxsealError: wrong key and tampering are `open_failed`.
   * Any other error becomes that as well, without its text, which might quote data.
   */
  open(value: unknown, call: LegacyCall): MaybePromise<unknown>
}

export interface LegacyCall {
  /** Whose value it should be: the scope of the call that opens. A reader with keys of several tenants takes that one's alone. */
  readonly scope?: string | undefined
  readonly signal?: AbortSignal | undefined
}
