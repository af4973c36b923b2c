import type { AuditTrail } from '@waxseal/audit'
import type { KeyProvider } from '@waxseal/core'
import type { StoredKeysOptions } from '@waxseal/core/keys'
import type { Kysely } from 'kysely'
import type { KeyChannel } from './channel/channel.js'
import type { AnyDatabase, SqlDialect } from './database/database.js'
import type { KeySettings } from './key-settings.js'
import type { KeystoreEvent } from './keystore-event.js'
import type { KeystoreTrail } from './trail/journal.js'

export interface KeystoreOptions extends Omit<StoredKeysOptions, 'onEvent'> {
  readonly db: Kysely<AnyDatabase>
  readonly dialect: SqlDialect
  /** What wraps the store's wrapping key: a key service, or `rootKeyProvider`. The first wraps, all unwrap. */
  readonly wrap: KeyProvider | readonly KeyProvider[]
  /** The trail of every change: `sqlSink` over the same database, so that both come together. Its key is kept elsewhere. */
  readonly audit: KeystoreTrail | 'none'
  /** A copy of every record, where a restored backup of the database does not reach. */
  readonly mirror?: AuditTrail<never> | undefined
  /** Name of the key that seals. Default `default`. */
  readonly name?: string | undefined
  /** Settings for a key of a scope that has none of that name yet, made at its first seal; null where there is to be none. Default: none. */
  readonly onNewScope?: ((scope: string, name: string) => KeySettings | null) | undefined
  /** In the trail for what a process does by itself, as making the key of a new scope. Default `keystore`. */
  readonly actor?: string | undefined
  /** Tells all processes of changes at once: `postgresChannel`, or one of your own. */
  readonly channel?: KeyChannel | undefined
  /** No key older than this, in milliseconds, is used without asking. Default 5 minutes, at most 24 hours; the same in every process. */
  readonly maxAgeMs?: number | undefined
  /** Use counts are written no more often than this, in milliseconds. Default 60,000; `false`: not counted. */
  readonly flushUsesMs?: number | false | undefined
  readonly onEvent?: ((event: KeystoreEvent) => void) | undefined
  /** Milliseconds since the epoch. Default: the database's clock for what is stored, Date.now for caches. */
  readonly now?: (() => number) | undefined
  /** Draws the jitter of rotations: at least 0, below 1. Default Math.random. */
  readonly random?: (() => number) | undefined
}
