import type { MaybePromise } from '@waxseal/core'
import type { Transaction } from 'kysely'
import type { AnyDatabase } from '../database/database.js'

/** Tells every process that keys have changed, so that cached copies go at once and not by their age. */
export interface KeyChannel {
  /** Whether `publish` takes part in the transaction of the change. */
  readonly transactional?: boolean | undefined
  publish(kids: readonly string[], tx?: Transaction<AnyDatabase>): MaybePromise<void>
  /** Calls back with kids, or with 'all' where some may have been missed; gives what ends it. */
  subscribe(changed: (kids: readonly string[] | 'all') => void): MaybePromise<() => MaybePromise<void>>
}
