import type { AuditEntry } from '@waxseal/audit'
import type { KeyChannel } from '../channel/channel.js'
import type { Change, Database } from '../database/database.js'
import type { KeystoreEvent } from '../keystore-event.js'
import type { Journal } from './journal.js'

/** One change of keys: a transaction, its records, and the kids that caches must forget. */
export interface Step {
  readonly tx: Change
  /** By the clock of the database. */
  now(): Promise<number>
  record(entry: AuditEntry): Promise<void>
  touched(kid: string): void
}

/** Runs a change: all of it with its records, or nothing; then whoever keeps a copy is told. */
export type Changes = <T>(run: (step: Step) => Promise<T>) => Promise<T>

export interface ChangesOptions {
  readonly database: Database
  readonly journal: Journal
  readonly channel: KeyChannel | undefined
  readonly forget: (kids: readonly string[]) => void
  readonly tell: (event: KeystoreEvent) => void
}

export function createChanges({ database, journal, channel, forget, tell }: ChangesOptions): Changes {
  return async (run) => {
    let kids = new Set<string>()
    const done = await database.change(async (tx) => {
      kids = new Set()
      const result = await run({
        tx,
        now: () => database.now(tx),
        async record(entry) {
          await journal.write(tx, entry)
        },
        touched: (kid) => void kids.add(kid),
      })
      if (channel?.transactional && kids.size > 0) await channel.publish([...kids], tx)
      return result
    })
    if (kids.size > 0) {
      forget([...kids])
      // The change stands: caches elsewhere go by their age if nobody can be told.
      if (channel && !channel.transactional)
        await (async () => channel.publish([...kids]))().catch(() => tell({ type: 'channel_failed' }))
    }
    await journal.follow()
    return done
  }
}
