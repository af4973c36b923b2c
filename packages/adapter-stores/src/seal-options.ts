import type { MaybePromise, MigrationWindow, Sealer, WaxsealErrorCode } from '@waxseal/core'
import type { EntryKey, Owner } from './entry-key.js'

/** What a sealed store tells of its work: never values, names, contexts or scopes. */
export interface StoreEvent {
  /** `refused`: an entry that does not open and never will. `deferred`: one that may open later. */
  readonly event: 'refused' | 'deferred'
  /** The name of the store. */
  readonly store: string
  /** Of the error behind it, where it is one of Waxseal's own. */
  readonly code?: WaxsealErrorCode | undefined
}

/** How the values of a store are sealed. */
export interface StoreSealOptions {
  /** Seals and opens; a store never closes it. One that is open-only reads. */
  readonly sealer: Sealer
  /** The application, a stable alias: the first pair of every context. */
  readonly app: string
  /** Whose key. */
  readonly scope?: string | ((owner: Owner) => string | undefined) | undefined
  /**
   * What of a value is stored at all, as `redactFields(['password'])`. It runs before anything is sealed, stored or signed. What it
   * throws fails the call (`config`), and nothing is stored.
   */
  readonly redact?: ((value: unknown, key: EntryKey) => MaybePromise<unknown>) | undefined
  /** `plaintext` stores in clear, for the first step of a roll-out. Default: sealed. */
  readonly write?: 'sealed' | 'plaintext' | undefined
  /**
   * By kind: until when entries in clear are still read, as JSON or in a layout that one of the sealer's `legacy` readers detects.
   * Any other text is refused.
   */
  readonly plaintext?: Readonly<Record<string, MigrationWindow>> | ((key: EntryKey) => MigrationWindow | undefined) | undefined
  /** Carry the context in clear, for dashboards and the codec server. Default: true. */
  readonly storeContext?: boolean | undefined
  /** Called for entries that do not open. What it throws changes nothing. */
  readonly onEvent?: ((event: StoreEvent) => void) | undefined
}
