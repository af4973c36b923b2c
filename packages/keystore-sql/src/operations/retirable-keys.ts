import { numberOf, numberOrNull, type VersionState } from '../database/tables.js'
import type { Ground } from '../ground.js'
import { actorOf } from '../trail/journal.js'
import { changeState } from './change-state.js'
import type { VersionChoice } from './destroy-due.js'

export interface RetirableCommand {
  /** Id of who does it, for the audit trail. */
  readonly actor: string
  /** How long the destruction can be called off, in milliseconds, as of `destroy`. */
  readonly afterMs?: number | undefined
}

/** How a version stands. */
export interface VersionStanding {
  readonly state: VersionState
  /** Since when it has not sealed. */
  readonly retiredAt: Date | null
}

/** Keys by kid and version, for `retireWhenUnused` of `@waxseal/reseal`. */
export interface RetirableKeys {
  /** As it is in the database; null for a version that is not there. */
  stateOf(version: VersionChoice): Promise<VersionStanding | null>
  /** Schedules destruction; what is scheduled already stays so. */
  retire(version: VersionChoice): Promise<void>
}

export function retirableKeys(ground: Ground, command: RetirableCommand): RetirableKeys {
  const actor = actorOf(command)
  const { database } = ground
  const find = ({ kid, version }: VersionChoice) =>
    database.read(async (db) => ({
      key: await db
        .selectFrom('waxseal_keys')
        .selectAll()
        .where('kid', '=', kid)
        .where('purpose', '=', 'seal')
        .executeTakeFirst(),
      row: await db
        .selectFrom('waxseal_key_versions')
        .selectAll()
        .where('kid', '=', kid)
        .where('version', '=', version)
        .executeTakeFirst(),
    }))
  return Object.freeze<RetirableKeys>({
    async stateOf(version) {
      const { key, row } = await find(version)
      if (!key || !row) return null
      const at = numberOrNull(row.retired_at)
      return { state: row.state, retiredAt: at === null ? null : new Date(at) }
    },
    async retire(version) {
      const { key, row } = await find(version)
      if (!key || !row || row.state === 'destroy_scheduled' || row.state === 'destroyed') return
      await changeState(ground, 'destroy', key, { actor, version: numberOf(row.version), afterMs: command.afterMs })
    },
  })
}
