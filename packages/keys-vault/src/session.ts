import type { KeyCall } from '@waxseal/core'
import { type AccessToken, accessTokens } from '@waxseal/core/keys'
import type { SendToVault, VaultResponse } from './client.js'
import { saysBadToken, vaultError } from './errors.js'
import { type Lease, type Login, leaseOf } from './lease.js'

/** The token that requests are made under. No timers: it is looked after when it is used. */
export interface Session {
  token(call: Pick<KeyCall, 'now' | 'signal'>): Promise<string>
  /** Whether another token can be had, after an answer of 403: where it was the token that was refused, and not what was asked. */
  refused(token: string, response: VaultResponse, call: Pick<KeyCall, 'signal'>): Promise<boolean>
  /** The other token was refused as well: it is what was asked, and not the token. */
  inVain(): void
}

const LOOKUP = 'auth/token/lookup-self'
/** A renewal that failed while the token is good is tried again after this time. */
const PAUSE_MS = 30_000
/** After a log-in in vain, an answer that does not say whether it was the token that was refused is no reason for another one. */
const DOUBT_MS = 60_000
/** A renewal that gains less than this does not extend. */
const GAIN_MS = 1_000

/**
 * Renews the token when two thirds of its lease are gone, and logs in again where that is refused or no longer extends it. Where
 * neither is possible the token serves on until its end, or until Vault refuses it.
 */
export function createSession(login: Login, send: SendToVault): Session {
  let held: { readonly lease: Lease; readonly until: number } | undefined
  let doubtedAt = Number.NEGATIVE_INFINITY

  function hold(lease: Lease, { now }: KeyCall): AccessToken {
    held = { lease, until: now() + lease.ttlMs }
    return { token: lease.token, expiresInMs: lease.ttlMs, renewInMs: (lease.ttlMs * 2) / 3 }
  }

  async function renewed({ token }: Lease, leftMs: number, { signal }: KeyCall): Promise<Lease | undefined> {
    const { status, json, retryAfterMs } = await send({ path: 'auth/token/renew-self', body: {} }, token, signal)
    if (status !== 200) {
      const error = vaultError(status, json, retryAfterMs)
      if (error.retryable) throw error
      return undefined
    }
    const lease = leaseOf((json as { auth?: unknown } | null)?.auth)
    return lease.ttlMs > leftMs + GAIN_MS ? lease : undefined
  }

  const tokens = accessTokens(async (call) => {
    const leftMs = held ? held.until - call.now() : 0
    const old = leftMs > 0 ? held?.lease : undefined
    try {
      const longer = old?.renewable ? await renewed(old, leftMs, call) : undefined
      return hold(longer ?? (await login.run(call)), call)
    } catch (error) {
      if (!old) throw error
      return { token: old.token, expiresInMs: leftMs, renewInMs: Math.min(leftMs, PAUSE_MS) }
    }
  })

  return {
    token: tokens.get,
    async refused(token, { json }, { signal }) {
      if (!login.again) return false
      if (!saysBadToken(json)) {
        // OpenBao says the same of both. A log-in after every denial would leave a lease each; where the token may not even be looked
        // up, one a minute has to do.
        if (performance.now() - doubtedAt < DOUBT_MS) return false
        const { status, json: why, retryAfterMs } = await send({ path: LOOKUP }, token, signal)
        if (status === 200) return false
        if (status !== 403) throw vaultError(status, why, retryAfterMs)
      }
      if (held?.lease.token === token) held = undefined
      tokens.drop(token)
      return true
    },
    inVain() {
      doubtedAt = performance.now()
    },
  }
}
