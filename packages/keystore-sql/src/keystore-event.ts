import type { KeyServiceEvent } from '@waxseal/core/keys'

/** What a key store tells its owner: never a key, a scope or a name of a person. */
export type KeystoreEvent =
  | KeyServiceEvent
  /** A key has more versions than it should: re-encrypt what is stored under the old ones, and destroy them. */
  | { readonly type: 'max_versions'; readonly kid: string; readonly versions: number; readonly max: number }
  /** A record outside a change, or a copy, could not be written. */
  | { readonly type: 'audit_failed' }
  /** Other processes could not be told, or this one not listen: caches go by their age. */
  | { readonly type: 'channel_failed' }
  /** Use counts could not be written; they are kept for the next time. */
  | { readonly type: 'uses_failed' }
