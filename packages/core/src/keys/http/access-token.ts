import { fail, WaxsealError, type WaxsealErrorCode } from '../../errors.js'
import type { KeyCall } from '../types.js'
import { kept } from './kept.js'

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
  get(call: Pick<KeyCall, 'now'>): Promise<string>
  /** Forgets a token that the service did not take. */
  drop(token: string): void
}

const EARLY_MS = 300_000

/**
 * Keeps an access token. Nobody who waits for it ends it for the others; a failure is not kept. `provider_unavailable` where what was
 * fetched is no token, or does not say how long it is good.
 *
 * @example
 * const tokens = accessTokens(async (call) => ({ token: await login(call), expiresInMs: 3_600_000 }))
 */
export function accessTokens(fetchToken: (call: KeyCall) => Promise<AccessToken>): AccessTokens {
  const { get, drop } = kept({
    async fetch(call) {
      const { token, expiresInMs, renewInMs } = await fetchToken(call)
      if (!isToken(token) || typeof expiresInMs !== 'number' || Number.isNaN(expiresInMs))
        fail('provider_unavailable', 'what was had is no token, or has no end')
      return { value: token, goodForMs: renewInMs ?? expiresInMs - Math.min(EARLY_MS, expiresInMs / 5) }
    },
  })
  return { get: (call) => get(call), drop }
}

/** Whether it is text that can stand in a header as it is: 1 to 16,384 printable characters of ASCII, without spaces. */
export const isToken = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,16384}$/.test(value)

/**
 * What a function of the user's returns: credentials, or a token. Whatever it throws may hold a secret and is not passed on, unless it
 * is a WaxsealError.
 *
 * @example
 * const jwt = await obtained('Vault', () => readFile(path, 'utf8'))
 */
export async function obtained<T>(
  service: string,
  get: () => T | Promise<T>,
  codeOf: (error: unknown) => WaxsealErrorCode = () => 'provider_unavailable',
): Promise<T> {
  try {
    return await get()
  } catch (error) {
    if (WaxsealError.is(error)) throw error
    return fail(codeOf(error), `${service}: the credentials could not be had`)
  }
}
