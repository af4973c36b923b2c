import type { KeyCall } from '@waxseal/core'
import type { Database } from './database/database.js'
import type { KeystoreEvent } from './keystore-event.js'
import type { Progress } from './progress.js'
import type { Scopes } from './scopes.js'
import type { Changes } from './trail/changes.js'
import type { Wrapping } from './wrapping.js'

/** What every operation of one key store stands on. */
export interface Ground {
  readonly database: Database
  readonly changes: Changes
  readonly wrapping: Wrapping
  readonly scopes: Scopes
  readonly progress: Progress
  /** How long a cached copy may go on sealing after its version was retired, in milliseconds. */
  readonly cacheAgeMs: number
  /** At least 0, below 1. */
  readonly random: () => number
  readonly call: () => KeyCall
  readonly tell: (event: KeystoreEvent) => void
}

/** Which key: a name, in a scope or without one. */
export interface KeyChoice {
  readonly scope?: string | undefined
}

/** Who does it, to which key. */
export interface KeyCommand extends KeyChoice {
  /** Id of who does it, for the audit trail. */
  readonly actor: string
}
