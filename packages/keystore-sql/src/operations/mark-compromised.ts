import { findKey, lockKey, pickVersion, placeOf, versionsOf } from '../database/key-rows.js'
import { numberOf } from '../database/tables.js'
import type { Ground } from '../ground.js'
import { type VersionInfo, versionInfo } from '../key-info.js'
import { actorOf } from '../trail/journal.js'
import type { StateCommand } from './change-state.js'

/** A flag beside the state: the version may be known to somebody. */
export async function markCompromised(ground: Ground, name: string, command: StateCommand): Promise<VersionInfo> {
  const actor = actorOf(command)
  const { kid } = await findKey(ground, name, command.scope)
  return ground.changes(async (step) => {
    const key = await lockKey(step.tx, kid)
    const row = pickVersion(await versionsOf(step.tx, kid), command.version)
    const at = row.compromised_at ?? (await step.now())
    const version = numberOf(row.version)
    await step.tx
      .updateTable('waxseal_key_versions')
      .set({ compromised_at: numberOf(at) })
      .where('kid', '=', kid)
      .where('version', '=', version)
      .execute()
    await step.record({ ...placeOf(key), actor, operation: 'key.mark_compromised', version, details: { name: key.name } })
    return versionInfo({ ...row, compromised_at: at })
  })
}
