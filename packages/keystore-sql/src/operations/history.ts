import type { AuditRecord } from '@waxseal/audit'
import type { VersionState } from '../tables.js'

/** What a version was made to be, last of all. */
interface LastState {
  readonly state: VersionState
  readonly destroyAfter: number | null
}

/** What a trail says became of keys. */
export interface History {
  readonly newest: ReadonlyMap<string, number>
  /** The scope of a key that has one. */
  readonly scopeOf: ReadonlyMap<string, string>
  readonly shredded: ReadonlySet<string>
  /** Scopes, and keys by their kid: what was put under hold last is true, what was released false. */
  readonly held: ReadonlyMap<string, boolean>
  isDestroyed(kid: string, version: number): boolean
  last(kid: string, version: number): LastState | undefined
}

/** Changes of one version's state; where they led is in the record. */
const CHANGES: readonly string[] = ['key.suspend', 'key.resume', 'key.retire', 'key.destroy', 'key.cancel']
const STATES: readonly unknown[] = ['active', 'decrypt_only', 'suspended', 'destroy_scheduled'] satisfies VersionState[]

/** Reads the records of a trail, in their order. */
export async function readHistory(records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>): Promise<History> {
  const newest = new Map<string, number>()
  const scopeOf = new Map<string, string>()
  const shredded = new Set<string>()
  const held = new Map<string, boolean>()
  const destroyed = new Set<string>()
  const states = new Map<string, LastState>()
  const place = (kid: string, version: number) => `${kid}~${version}`

  for await (const { operation, outcome, subject, version, scope, details } of records) {
    if (outcome !== 'ok') continue
    const what = subject ?? scope
    if ((operation === 'key.hold' || operation === 'key.release') && what !== null) held.set(what, operation === 'key.hold')
    if (operation === 'scope.shred' && scope !== null) shredded.add(scope)
    if (subject === null || version === null) continue
    if (scope !== null) scopeOf.set(subject, scope)
    if (operation === 'key.generate' || operation === 'key.rotate')
      newest.set(subject, Math.max(version, newest.get(subject) ?? 0))
    if (operation === 'key.destroyed') destroyed.add(place(subject, version))
    if (!CHANGES.includes(operation) || !STATES.includes(details.to)) continue
    const destroyAfter = typeof details.destroyAfter === 'number' ? details.destroyAfter : null
    states.set(place(subject, version), { state: details.to as VersionState, destroyAfter })
  }
  return {
    newest,
    scopeOf,
    shredded,
    held,
    isDestroyed: (kid, version) => destroyed.has(place(kid, version)) || shredded.has(scopeOf.get(kid) ?? ''),
    last: (kid, version) => states.get(place(kid, version)),
  }
}
