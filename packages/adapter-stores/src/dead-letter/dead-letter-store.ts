import type { EntryKey } from '../entry-key.js'
import type { PageOptions } from '../page.js'
import type { StoredValue } from '../stored-value.js'

/** What of a dead letter stands in clear. */
export interface DeadLetterFields extends EntryKey {
  /** When it was put there, milliseconds since the epoch. */
  readonly at: number
  /** How often it was tried. */
  readonly attempts: number
}

/** A dead letter as a store keeps it. */
export interface DeadLetterRow extends DeadLetterFields {
  readonly value: StoredValue
}

export interface DeadLetterPage {
  readonly rows: readonly DeadLetterRow[]
  /** Null where there is nothing behind. */
  readonly next: string | null
}

/**
 * Where dead letters lie: what a host implements, and `sealedDeadLetterSink` stands before. `deadLetterStoreContract` of
 * `@waxseal/conformance` tests one.
 */
export interface DeadLetterStore {
  /** 1 to 64 characters of [a-z0-9-]; bound to every value, so a stable alias. */
  readonly name: string
  /** Keeps one; `conflict` where its id is taken. */
  push(row: DeadLetterRow): Promise<void>
  /** By time and id, a page at a time; they stay. */
  read(page?: PageOptions): Promise<DeadLetterPage>
  /** Removes those of these ids, and gives the ids that this very call removed. At most 1,000 ids. */
  remove(ids: readonly string[]): Promise<readonly string[]>
  count(): Promise<number>
}
