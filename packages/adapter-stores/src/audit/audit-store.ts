import type { RetentionPolicy } from '@waxseal/core'
import type { EntryKey } from '../entry-key.js'
import type { PageOptions } from '../page.js'
import type { StoredValue } from '../stored-value.js'

/** What of a record stands in clear. */
export interface AuditFields extends EntryKey {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** As `executed` or `failed`. */
  readonly outcome: string
  /** Id of what it is about: an action, a chain. */
  readonly subject: string | null
}

/** A record as a store keeps it. */
export interface AuditRow extends AuditFields {
  /** A keyed hash of what records are compared by. */
  readonly fingerprint: string | null
  /** Of this record; null: that of the store. */
  readonly retention: RetentionPolicy | null
  readonly value: StoredValue
}

/** Which records are wanted; a member left out is any. */
export interface AuditRowFilter {
  readonly kind?: string | undefined
  readonly namespace?: string | undefined
  readonly tenant?: string | undefined
  readonly outcome?: string | undefined
  readonly subject?: string | undefined
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined
  /** Milliseconds since the epoch, exclusive. */
  readonly to?: number | undefined
  /** One of these. */
  readonly fingerprints?: readonly string[] | undefined
}

export interface AuditRowPage {
  readonly rows: readonly AuditRow[]
  /** Null where there is nothing behind. */
  readonly next: string | null
}

/**
 * Where audit records lie: what a host implements, and `sealedAuditStore` stands before. `auditStoreContract` of
 * `@waxseal/conformance` tests one.
 */
export interface AuditStore {
  /** 1 to 64 characters of [a-z0-9-]; bound to every value, so a stable alias. */
  readonly name: string
  /**
   * Keeps a record; `conflict` where its id is taken. `within` is awaited as a part of it, with the transaction where the store has
   * one: what it throws undoes the record.
   */
  append(row: AuditRow, within?: (transaction?: unknown) => Promise<void>): Promise<void>
  /** Records by time and id, a page at a time. */
  query(filter: AuditRowFilter, page?: PageOptions): Promise<AuditRowPage>
  /** Those of these ids that are there, in any order. At most 1,000 ids. */
  get(ids: readonly string[]): Promise<readonly AuditRow[]>
  count(): Promise<number>
}
