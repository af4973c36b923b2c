import type { KeyCall } from '@waxseal/core'
import { isToken } from '@waxseal/core/keys'
import { incomplete } from './errors.js'

/** A token, and for how long it is good. */
export interface Lease {
  readonly token: string
  /** Milliseconds from when it was had; Infinity for ever. */
  readonly ttlMs: number
  readonly renewable: boolean
}

export interface Login {
  readonly run: (call: KeyCall) => Promise<Lease>
  /** Whether it gets another token when one was refused. */
  readonly again: boolean
}

/** The `auth` member of Vault's answer to a log-in or a renewal; a lease of 0 seconds has no end. */
export function leaseOf(auth: unknown): Lease {
  const { client_token, lease_duration, renewable } = (auth ?? {}) as Record<string, unknown>
  if (!isToken(client_token) || typeof lease_duration !== 'number' || !(lease_duration >= 0)) return incomplete()
  const ttlMs = lease_duration === 0 ? Number.POSITIVE_INFINITY : lease_duration * 1000
  return { token: client_token, ttlMs, renewable: renewable === true }
}
