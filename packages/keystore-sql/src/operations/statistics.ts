import { numberOf, type VersionState } from '../database/tables.js'
import type { Ground } from '../ground.js'
import { SCOPES } from '../scopes.js'
import { WRAPPING } from '../wrapping.js'

export interface KeystoreStatistics {
  readonly keys: number
  /** Versions by state. */
  readonly versions: Readonly<Record<VersionState, number>>
  /** Versions made after the first. */
  readonly rotations: number
  /** Of the versions that seal, in milliseconds; null without any. */
  readonly averageAgeMs: number | null
  /** Keys to be rotated within the next seven days, overdue ones included. */
  readonly dueSoon: number
  readonly overdue: number
  readonly expired: number
  /** Keys with more versions than their `maxVersions`. */
  readonly overMaxVersions: number
  /** Versions that are not destroyed yet. */
  readonly compromised: number
  /** Keys under legal hold, by themselves or by their scope. */
  readonly held: number
  readonly shreddedScopes: number
  /** Seals and opens that were counted. */
  readonly uses: number
}

/** The store's own keys are nobody's. */
const OWN = [WRAPPING.kid, SCOPES.kid]

const WEEK_MS = 7 * 86_400_000

/** Figures of the whole store, without its own keys. */
export function statistics({ database }: Ground): Promise<KeystoreStatistics> {
  return database.read(async (db) => {
    const now = await database.now(db)
    const states = await db
      .selectFrom('waxseal_key_versions')
      .where('kid', 'not in', OWN)
      .select((eb) => [
        'state',
        eb.fn.countAll<number | string>().as('count'),
        eb.fn.sum<number | string | null>('uses').as('uses'),
        eb.fn.avg<number | string | null>('activated_at').as('activated'),
        eb.fn.count<number | string>('compromised_at').as('compromised'),
      ])
      .groupBy('state')
      .execute()
    const keys = db.selectFrom('waxseal_keys').where('kid', 'not in', OWN)
    // What has expired, or does not seal, is not rotated by time.
    const rotating = keys
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('waxseal_key_versions as v')
            .select('v.kid')
            .whereRef('v.kid', '=', 'waxseal_keys.kid')
            .where('v.state', '=', 'active'),
        ),
      )
    const counted = async (query: typeof keys) =>
      numberOf((await query.select((eb) => eb.fn.countAll<number | string>().as('count')).executeTakeFirstOrThrow()).count)
    const { newest, all } = await keys
      .select((eb) => [
        eb.fn.sum<number | string | null>('newest_version').as('newest'),
        eb.fn.countAll<number | string>().as('all'),
      ])
      .executeTakeFirstOrThrow()
    const versions = { active: 0, decrypt_only: 0, suspended: 0, destroy_scheduled: 0, destroyed: 0 }
    for (const { state, count } of states) versions[state] = numberOf(count)
    const activated = states.find(({ state }) => state === 'active')?.activated ?? null
    const shredded = await db
      .selectFrom('waxseal_key_scopes')
      .where('shredded_at', 'is not', null)
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .executeTakeFirstOrThrow()
    const over = await db
      .selectFrom('waxseal_keys as k')
      .innerJoin('waxseal_key_versions as v', 'v.kid', 'k.kid')
      .where('v.state', '!=', 'destroyed')
      .where('k.max_versions', 'is not', null)
      .select('k.kid')
      .groupBy(['k.kid', 'k.max_versions'])
      .having((eb) => eb(eb.fn.countAll(), '>', eb.ref('k.max_versions')))
      .execute()
    return {
      keys: numberOf(all),
      versions,
      rotations: numberOf(newest ?? 0) - numberOf(all),
      averageAgeMs: activated === null ? null : Math.max(0, now - numberOf(activated)),
      dueSoon: await counted(rotating.where('next_rotation_at', '<=', now + WEEK_MS)),
      overdue: await counted(rotating.where('next_rotation_at', '<=', now)),
      expired: await counted(keys.where('expires_at', '<=', now)),
      overMaxVersions: over.length,
      compromised: states.reduce((sum, { state, compromised }) => sum + (state === 'destroyed' ? 0 : numberOf(compromised)), 0),
      held: await counted(
        keys.where((eb) =>
          eb.or([
            eb('held', '!=', 0),
            eb('scope_hash', 'in', eb.selectFrom('waxseal_key_scopes as s').select('s.scope_hash').where('s.held', '!=', 0)),
          ]),
        ),
      ),
      shreddedScopes: numberOf(shredded.count),
      uses: states.reduce((sum, { uses }) => sum + numberOf(uses ?? 0), 0),
    }
  })
}
