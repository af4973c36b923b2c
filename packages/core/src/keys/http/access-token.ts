import { WaxsealError } from '../../errors.js'
import type { KeyCall } from '../types.js'

/** A token and for how long it is good. */
export interface AccessToken {
  readonly token: string
  /** Milliseconds from now. */
  readonly expiresInMs: number
  /** Milliseconds from now after which another is fetched. Default: when a fifth of its life is left, at most five minutes before its end. */
  readonly renewInMs?: number | undefined
}

/** A token that is fetched when needed, once for all who wait, and anew before it expires. */
export interface AccessTokens {
  get(call: KeyCall): Promise<string>
  /** Forgets a token that the service did not take. */
  drop(token: string): void
}

const EARLY_MS = 300_000
const FETCH_TIMEOUT_MS = 5_000

/**
 * Keeps an access token. Nobody who waits for it ends it for the others; a failure is not kept.
 *
 * @example
 * const tokens = accessTokens(async (call) => ({ token: await login(call), expiresInMs: 3_600_000 }))
 */
export function accessTokens(fetchToken: (call: KeyCall) => Promise<AccessToken>): AccessTokens {
  let kept: { readonly token: string; readonly until: number; readonly tickUntil: number } | undefined
  let pending: { readonly token: Promise<string>; readonly since: number } | undefined
  const tick = () => performance.now()

  async function renew({ now }: KeyCall): Promise<string> {
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS)
    try {
      const { token, expiresInMs, renewInMs } = await fetchToken({ now, signal })
      const ms = renewInMs ?? expiresInMs - Math.min(EARLY_MS, expiresInMs / 5)
      kept = { token, until: now() + ms, tickUntil: tick() + ms }
      return token
    } catch (error) {
      throw signal.aborted ? new WaxsealError('timeout', `no token was had within ${FETCH_TIMEOUT_MS} ms`) : error
    }
  }

  return {
    async get(call) {
      if (kept && call.now() < kept.until && tick() < kept.tickUntil) return kept.token
      // What a dead request left behind (Workers) is not waited for.
      if (!pending || tick() - pending.since > 2 * FETCH_TIMEOUT_MS) {
        const own = {
          since: tick(),
          token: renew(call).finally(() => {
            if (pending === own) pending = undefined
          }),
        }
        pending = own
      }
      return pending.token
    },
    drop(token) {
      if (kept?.token === token) kept = undefined
    },
  }
}
