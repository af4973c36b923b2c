import { WaxsealError } from '@waxseal/core'
import type { Reader } from '../database/database.js'
import { numberOf, type VersionRow } from '../database/tables.js'
import type { Ground } from '../ground.js'
import type { ScopedRow } from '../scopes.js'
import { actorOf } from '../trail/journal.js'
import { WRAPPING, type Wrapper } from '../wrapping.js'
import type { NotDone } from './destroy-due.js'

export interface RewrapCommand {
  readonly actor: string
  /** Counts what would be done, and does nothing. */
  readonly dryRun?: boolean | undefined
  /** Wraps the wrapping key anew also where nothing shows that the key of the service has moved, as after a rotation of its material. */
  readonly force?: boolean | undefined
  /** Rows read at once, default 500. */
  readonly pageSize?: number | undefined
  /** Rows a second at most. Default: no limit. */
  readonly ratePerSecond?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: RewrapProgress) => void) | undefined
}

export interface RewrapProgress {
  readonly done: number
  readonly total: number
}

export interface RewrapReport {
  readonly total: number
  readonly rewrapped: number
  /** Somebody else changed the row meanwhile: done by a next run, if it is still needed. */
  readonly conflicts: number
  readonly skipped: readonly NotDone[]
}

/** The wrapping key's own versions, or all others. */
type Kind = 'roots' | 'keys'

/** What a row must still be for its new wrap to be written. */
interface Found {
  readonly row: VersionRow
  readonly key: ScopedRow
}

/**
 * Wraps every key anew that is not wrapped by what wraps now: first the wrapping key, by the key service, then the data keys. What is
 * done is found no more, so that a run that was cut off is gone on with by the next.
 */
export async function rewrap(ground: Ground, command: RewrapCommand): Promise<RewrapReport> {
  const actor = actorOf(command)
  const { database } = ground
  const { dryRun = false, force = false, pageSize = 500, ratePerSecond, signal, onProgress } = command
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 10_000)
    throw new WaxsealError('config', 'pageSize is an integer from 1 to 10,000')
  if (ratePerSecond !== undefined && !(ratePerSecond > 0)) throw new WaxsealError('config', 'ratePerSecond is a number above 0')

  /** Rows that are not wrapped by what wraps now. */
  const staleRows = (db: Reader, kind: Kind, wrapper: Wrapper) => {
    const rows = db
      .selectFrom('waxseal_key_versions')
      .where('wrapped_key', 'is not', null)
      .where('kid', kind === 'roots' ? '=' : '!=', WRAPPING.kid)
    return force && kind === 'roots'
      ? rows
      : rows.where((eb) =>
          eb.or([eb('wrapped_by', '!=', wrapper.wrapped_by), eb('wrapped_by_version', '!=', wrapper.wrapped_by_version)]),
        )
  }

  const count = async (kind: Kind, wrapper: Wrapper) =>
    numberOf(
      (
        await database.read((db) =>
          staleRows(db, kind, wrapper)
            .select((eb) => eb.fn.countAll<number | string>().as('count'))
            .executeTakeFirstOrThrow(),
        )
      ).count,
    )

  const page = (kind: Kind, wrapper: Wrapper, after: Found | undefined) =>
    database.read(async (db) => {
      let rows = staleRows(db, kind, wrapper)
      if (after) {
        const { kid, version } = after.row
        rows = rows.where((eb) =>
          eb.or([eb('kid', '>', kid), eb.and([eb('kid', '=', kid), eb('version', '>', numberOf(version))])]),
        )
      }
      const found = await rows.selectAll().orderBy('kid').orderBy('version').limit(pageSize).execute()
      if (found.length === 0) return []
      const kids = [...new Set(found.map(({ kid }) => kid))]
      const keys = await db
        .selectFrom('waxseal_keys')
        .select(['kid', 'name', 'scope_hash', 'scope_sealed'])
        .where('kid', 'in', kids)
        .execute()
      const byKid = new Map(keys.map((key) => [key.kid, key]))
      return found.map((row): Found => ({ row, key: byKid.get(row.kid)! }))
    })

  const counts = { total: 0, rewrapped: 0, conflicts: 0 }
  const skipped: NotDone[] = []
  let done = 0
  const started = performance.now()

  const wrapperOf = (kind: Kind) => ground.wrapping.wrapper(kind === 'roots' ? WRAPPING.kid : '')

  async function sweep(kind: Kind): Promise<void> {
    const wrapper = await wrapperOf(kind)
    if (!wrapper) return
    for (let after: Found | undefined; ; ) {
      const found = await page(kind, wrapper, after)
      if (found.length === 0) return
      after = found.at(-1)
      for (const one of found) {
        if (signal?.aborted) throw new WaxsealError('aborted', 'the sweep was aborted; the next run goes on with what is left')
        await paced(++done, ratePerSecond, started)
        const outcome = await rewrapOne(ground, one, actor)
        if (outcome === 'rewrapped' || outcome === 'conflicts') counts[outcome]++
        else skipped.push({ kid: one.row.kid, version: numberOf(one.row.version), reason: outcome })
        onProgress?.({ done, total: Math.max(counts.total, done) })
      }
    }
  }

  for (const kind of ['roots', 'keys'] as const) {
    const wrapper = await wrapperOf(kind)
    if (wrapper) counts.total += await count(kind, wrapper)
  }
  if (dryRun) return { ...counts, skipped }
  await sweep('roots')
  // A wrapping key that another process has replaced since would wrap everything once more.
  ground.wrapping.forget()
  await sweep('keys')
  return { ...counts, skipped }
}

async function rewrapOne(ground: Ground, { row, key }: Found, actor: string): Promise<string> {
  const { scopes, wrapping, changes } = ground
  const { kid } = row
  const version = numberOf(row.version)
  let bytes: Uint8Array | undefined
  try {
    const scope = await scopes.open(key)
    bytes = await wrapping.unwrap(row, scope)
    // It is unwrapped again before it counts.
    const wrapped = await wrapping.wrap(bytes, { kid, version, scope }, actor)
    return await changes(async (step) => {
      const { numUpdatedRows } = await step.tx
        .updateTable('waxseal_key_versions')
        .set((eb) => ({ ...wrapped, lock_version: eb('lock_version', '+', 1) }))
        .where('kid', '=', kid)
        .where('version', '=', version)
        .where('lock_version', '=', row.lock_version)
        .where('wrapped_key', '=', row.wrapped_key)
        .executeTakeFirst()
      if (numUpdatedRows !== 1n) return 'conflicts'
      await wrapping.lock(step.tx, wrapped)
      const { wrapped_by: by, wrapped_by_version: generation } = wrapped
      await step.record({ actor, operation: 'key.rewrap', subject: kid, version, details: { by, generation } })
      return 'rewrapped'
    })
  } catch (error) {
    // An outage ends the sweep; a key that is damaged does not.
    if (!WaxsealError.is(error) || error.retryable || error.code === 'access_denied') throw error
    return error.code
  } finally {
    bytes?.fill(0)
  }
}

/** Waits until the nth row of a run may be done. */
async function paced(n: number, ratePerSecond: number | undefined, started: number): Promise<void> {
  if (ratePerSecond === undefined) return
  const early = started + ((n - 1) * 1000) / ratePerSecond - performance.now()
  if (early > 1) await new Promise((resolve) => setTimeout(resolve, early))
}
