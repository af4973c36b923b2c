// A data key of the key store: read from PostgreSQL and unwrapped, or taken from the cache.
import { staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import { createKeystore, migrateKeystore } from '@waxseal/keystore-sql'
import type { Kysely } from 'kysely'
import { measure } from './measure.ts'

/** Figures of the design that the key store comes from. */
const GOAL_DATABASE_MS = 2
const GOAL_CACHE_MS = 0.01

/** One figure, as every benchmark tells it. */
export interface Line {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly goal: number | null
  readonly ok: boolean
}

/** `judged`: held against the goals; a short run on a busy machine says little. */
export async function keyLookups(db: Kysely<unknown>, judged: boolean): Promise<Line[]> {
  await migrateKeystore({ db, dialect: 'postgres' })
  // Every look at this clock finds what is kept too old; the wrapping key, kept for an hour, is not.
  let at = Date.now()
  const wrap = () => rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'kek', key: new Uint8Array(32).fill(7) }]) })
  const options = { db, dialect: 'postgres', audit: 'none', name: 'bench', flushUsesMs: false } as const
  const stale = createKeystore({ ...options, wrap: wrap(), maxAgeMs: 1, now: () => (at += 2) })
  const kept = createKeystore({ ...options, wrap: wrap(), maxAgeMs: 86_400_000, reloadMs: 86_400_000 })
  await kept.generate('bench', { actor: 'bench', rotateEvery: false })
  const locator = { kid: 'bench', version: 1 }
  const call = { now: Date.now }
  await kept.current(undefined, call)
  const found = await measure([
    { work: 'key look-up from the database', by: 'waxseal', run: () => stale.resolve(locator, undefined, call) },
    { work: 'key look-up from the cache', by: 'waxseal', run: () => kept.current(undefined, call) },
  ])
  const goals = [GOAL_DATABASE_MS, GOAL_CACHE_MS]
  for (const keystore of [stale, kept]) await keystore.close()
  return found.map(({ candidate, microseconds }, i) => {
    const value = Number((microseconds / 1000).toPrecision(3))
    const goal = judged ? goals[i]! : null
    return { name: candidate.work, value, unit: 'ms', goal, ok: goal === null || value <= goal }
  })
}
