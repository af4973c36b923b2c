import { integer, misconfigured } from '../config-error.js'
import type { CheckpointStore } from '../run/checkpoint.js'
import type { KeyRef } from './key-ref.js'
import type { KeyUse } from './key-use.js'

/** One version of a key. */
export interface KeyVersion extends KeyRef {
  readonly version: number
}

/** How a key stands in its store. */
export interface KeyStanding {
  /** `decrypt_only` and `suspended` do not seal, `destroy_scheduled` and `destroyed` are done with; any other is taken for one that seals. */
  readonly state: string
  /** Since when it has not sealed, where the store knows: one that sealed again meanwhile begins anew. */
  readonly retiredAt?: Date | null | undefined
}

/** What retiring needs of a key store. */
export interface RetirableKeys {
  /** How the key stands now, not as remembered; null for a key that is not there. */
  stateOf(key: KeyVersion): Promise<KeyStanding | null> | KeyStanding | null
  /** Takes the key away: retires, schedules for destruction or destroys it. */
  retire(key: KeyVersion): Promise<unknown>
}

export type RefusalReason =
  /** Stored values need it. */
  | 'needed'
  /** Stored values cannot be read, and may need it. */
  | 'unreadable'
  /** A target holds more than it can show. */
  | 'partial'
  /** It still seals, or may yet: rotate first. */
  | 'active'
  /** No stored value needs it, and writers that began before may still write: ask again later. */
  | 'settling'
  /** It is scheduled to be destroyed already. */
  | 'scheduled'
  /** It was destroyed. */
  | 'destroyed'
  /** The key store does not have it. */
  | 'unknown'

export type RetireVerdict =
  | { readonly ok: true; readonly use: readonly KeyUse[] }
  | { readonly ok: false; readonly reason: RefusalReason; readonly use: readonly KeyUse[]; readonly notBefore?: Date }

export interface RetireOptions {
  readonly keys: RetirableKeys
  /** The name of every target there is: where one is not configured here, nothing is retired. */
  readonly targets: readonly string[]
  /**
   * Milliseconds that a writer may take from learning a key, or reading a value, to the end of its write: the hard age of cached
   * keys and the longest job or transaction together. The key is retired when it is needed nowhere twice, at least this far apart.
   */
  readonly settleMs: number
}

/** Judges by counts alone. */
export function verdictOf(use: readonly KeyUse[]): RetireVerdict {
  const refused = (reason: RefusalReason): RetireVerdict => ({ ok: false, reason, use })
  if (use.some(({ needed }) => needed > 0)) return refused('needed')
  if (use.some(({ unreadable }) => unreadable > 0)) return refused('unreadable')
  return use.some(({ partial }) => partial) ? refused('partial') : { ok: true, use }
}

interface Surroundings {
  readonly names: readonly string[]
  readonly checkpoints: CheckpointStore | undefined
  readonly now: () => number
  readonly count: () => Promise<KeyUse[]>
}

/** Retires a key that was needed nowhere, twice, with time for every writer to end in between. */
export async function retireKey(key: KeyVersion, options: RetireOptions, around: Surroundings): Promise<RetireVerdict> {
  const { keys, settleMs } = options
  const { names, checkpoints, now, count } = around
  integer('settleMs', settleMs, 1, Number.MAX_SAFE_INTEGER)
  if (!checkpoints) misconfigured('retiring a key needs checkpoints')
  if ([...options.targets].sort().join('\n') !== [...names].sort().join('\n'))
    misconfigured('the targets named are not those that are configured')
  const name = `retire ${key.kid}~${key.version}`
  // What was counted first elsewhere, without one of these targets, is no first count here.
  const run = JSON.stringify([name, [...names].sort()])
  const refuse = async (reason: RefusalReason, use: readonly KeyUse[]): Promise<RetireVerdict> => {
    await checkpoints.save(name, null)
    return { ok: false, reason, use }
  }
  const unfit = (standing: KeyStanding | null): RefusalReason | undefined => {
    if (standing === null) return 'unknown'
    if (standing.state === 'destroyed') return 'destroyed'
    if (standing.state === 'destroy_scheduled') return 'scheduled'
    return standing.state === 'decrypt_only' || standing.state === 'suspended' ? undefined : 'active'
  }
  // Asked before and after counting: a key that seals again begins anew.
  const before = unfit(await keys.stateOf(key))
  if (before) return refuse(before, [])
  const startedAt = now()
  const use = await count()
  const verdict = verdictOf(use)
  if (!verdict.ok) return refuse(verdict.reason, use)
  const standing = await keys.stateOf(key)
  const after = unfit(standing)
  if (after) return refuse(after, use)
  const seen = await checkpoints.load(name)
  const kept = seen?.run === run && typeof seen.cursor === 'number' ? seen.cursor : undefined
  const unneededSince = kept !== undefined && (standing?.retiredAt?.getTime() ?? 0) <= kept ? kept : undefined
  if (unneededSince === undefined || startedAt < unneededSince + settleMs) {
    // Counted to the end: what a writer held back would have been found from here on.
    const since = unneededSince ?? now()
    if (unneededSince === undefined) await checkpoints.save(name, { run, cursor: since })
    return { ok: false, reason: 'settling', use, notBefore: new Date(since + settleMs) }
  }
  await keys.retire(key)
  await checkpoints.save(name, null)
  return verdict
}
