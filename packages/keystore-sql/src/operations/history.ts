import type { AuditRecord } from '@waxseal/audit'
import type { VersionState } from '../database/tables.js'

/** What records say became of a version. */
export interface VersionHistory {
  readonly state: VersionState
  /** Check value of its key, where it was made. */
  readonly check?: string | undefined
  readonly destroyAfter?: number | null | undefined
  readonly compromised?: boolean | undefined
}

/** What records say became of keys and scopes. */
export interface History {
  readonly versions: Map<string, Map<number, VersionHistory>>
  /** By kid. */
  readonly heldKeys: Map<string, boolean>
  /** By the hash of the scope. */
  readonly heldScopes: Map<string, boolean>
  readonly shredded: Set<string>
}

const STATES: readonly unknown[] = [
  'active',
  'decrypt_only',
  'suspended',
  'destroy_scheduled',
  'destroyed',
] satisfies VersionState[]

const isState = (value: unknown): value is VersionState => STATES.includes(value)

/** Reads records, oldest first. Those of what did not happen change nothing. */
export async function readHistory(records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>): Promise<History> {
  const history: History = { versions: new Map(), heldKeys: new Map(), heldScopes: new Map(), shredded: new Set() }
  for await (const record of records) if (record.outcome === 'ok') add(history, record)
  return history
}

function add({ versions, heldKeys, heldScopes, shredded }: History, record: AuditRecord): void {
  const { operation, subject, version, scope, details } = record
  if (operation === 'scope.shred' && scope !== null) shredded.add(scope)
  if (operation === 'key.hold' || operation === 'key.release') {
    const held = operation === 'key.hold'
    if (subject !== null) heldKeys.set(subject, held)
    else if (scope !== null) heldScopes.set(scope, held)
  }
  if (subject === null || version === null) return
  const ofKey = versions.get(subject) ?? new Map<number, VersionHistory>()
  const before = ofKey.get(version)
  const after = next(operation, before, details)
  if (after === undefined) return
  ofKey.set(version, after)
  versions.set(subject, ofKey)
}

/** What a version is after a record; undefined where the record says nothing of that. */
function next(
  operation: string,
  before: VersionHistory | undefined,
  details: AuditRecord['details'],
): VersionHistory | undefined {
  const { check, to, destroyAfter } = details
  switch (operation) {
    case 'key.generate':
    case 'key.rotate':
      return { state: 'active', ...(typeof check === 'string' ? { check } : {}) }
    case 'key.destroyed':
      return { ...before, state: 'destroyed' }
    case 'key.mark_compromised':
      return { state: 'active', ...before, compromised: true }
    default:
      if (!isState(to)) return undefined
      return { ...before, state: to, destroyAfter: typeof destroyAfter === 'number' ? destroyAfter : null }
  }
}
