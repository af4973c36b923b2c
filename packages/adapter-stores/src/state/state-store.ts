import type { EntryKey } from '../entry-key.js'
import type { PageOptions } from '../page.js'
import type { StoredValue } from '../stored-value.js'

export interface StateEntry<Value> {
  readonly value: Value
  /** Another one with every write; compared as it is. */
  readonly version: string
  /** Milliseconds since the epoch; null: never. */
  readonly expiresAt: number | null
}

/** An entry without its value. */
export interface StateHead extends EntryKey {
  readonly version: string
  readonly expiresAt: number | null
}

export interface WriteOptions {
  /** For how many milliseconds the entry lives. Default: until it is deleted. */
  readonly ttlMs?: number | undefined
}

export interface StateFilter {
  readonly kind: string
  readonly namespace?: string | undefined
  readonly tenant?: string | undefined
}

export interface StatePage {
  readonly entries: readonly StateHead[]
  /** Null where there is nothing behind. */
  readonly next: string | null
}

/**
 * Where state lies: what a host implements, and `sealedStateStore` stands before. An entry past its time is not there, in any method.
 * `stateStoreContract` of `@waxseal/conformance` tests one.
 */
export interface StateStore {
  /** 1 to 64 characters of [a-z0-9-]; bound to every value, so a stable alias. */
  readonly name: string
  get(key: EntryKey): Promise<StateEntry<StoredValue> | null>
  /** Writes, whatever was there, and gives the version. */
  set(key: EntryKey, value: StoredValue, options?: WriteOptions): Promise<string>
  /** Writes where the version is still this one (null: where there is no entry) and gives the new one; else null. */
  compareAndSwap(key: EntryKey, expected: string | null, value: StoredValue, options?: WriteOptions): Promise<string | null>
  /**
   * Adds to a number in clear, in one step, and gives the sum; an entry that is not there is 0, and lives as `options` say from then
   * on. `conflict` where something else stands there.
   */
  increment(key: EntryKey, by: number, options?: WriteOptions): Promise<number>
  /** Deletes, with `version` only where it is still this one, and tells whether it did. */
  delete(key: EntryKey, version?: string): Promise<boolean>
  /** Entries of a kind by namespace, tenant and id, without their values. */
  list(filter: StateFilter, page?: PageOptions): Promise<StatePage>
}
