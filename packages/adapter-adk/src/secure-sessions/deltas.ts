import { isTemporary, ownerOf } from '../context.js'

export type Members = Readonly<Record<string, unknown>>

/** A delta by whom its parts are for, under the names that they are stored by. */
export interface Deltas {
  readonly app: Members
  readonly user: Members
  readonly session: Members
}

export function splitDelta(delta: Members): Deltas {
  const parts = { app: new Map<string, unknown>(), user: new Map<string, unknown>(), session: new Map<string, unknown>() }
  for (const [key, value] of Object.entries(delta)) {
    if (isTemporary(key) || value === undefined) continue
    const owner = ownerOf(key)
    parts[owner].set(owner === 'session' ? key : key.slice(owner.length + 1), value)
  }
  return { app: Object.fromEntries(parts.app), user: Object.fromEntries(parts.user), session: Object.fromEntries(parts.session) }
}

export const isEmpty = (members: Members): boolean => Object.keys(members).length === 0

/** The later one's members replace those of the earlier, whole. */
export const merged = (state: Members, delta: Members): Members =>
  Object.fromEntries([...Object.entries(state), ...Object.entries(delta)])
