import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import { openFailed } from '@waxseal/core/keys'

interface Row {
  readonly status: number
  /** What one of the errors says; left out for whatever it says. */
  readonly says?: RegExp
  readonly code: WaxsealErrorCode
  readonly means: string
}

/** What Vault and OpenBao say: by status, and where that is 400, by text. The first row that fits. */
const ROWS: readonly Row[] = [
  { status: 400, says: /encryption key not found/, code: 'key_not_found', means: 'there is no such key' },
  { status: 400, says: /\(too old\)/, code: 'key_retired', means: 'the key no longer opens what this version of it wrapped' },
  { status: 400, says: /soft-deleted key/, code: 'key_suspended', means: 'the key is soft-deleted' },
  { status: 400, says: /message authentication failed|^invalid ciphertext/, code: 'open_failed', means: '' },
  { status: 400, says: /missing 'context'/, code: 'config', means: 'the key is derived: allow to read it' },
  { status: 400, says: /non-AEAD/, code: 'config', means: 'the key takes no associated data' },
  { status: 400, code: 'config', means: 'the request was refused' },
  { status: 403, code: 'access_denied', means: 'permission denied' },
  { status: 404, code: 'config', means: 'nothing is mounted there' },
  { status: 405, code: 'config', means: 'the engine does not know this operation' },
  { status: 412, code: 'provider_unavailable', means: 'the standby has not caught up' },
  { status: 413, code: 'too_large', means: 'the request was too large' },
  { status: 429, code: 'throttled', means: 'too many requests' },
  { status: 472, code: 'provider_unavailable', means: 'it is a secondary for disaster recovery' },
  { status: 473, code: 'provider_unavailable', means: 'it is a standby' },
  { status: 501, code: 'provider_unavailable', means: 'it is not initialised' },
  { status: 503, code: 'provider_unavailable', means: 'it is sealed or not available' },
]

/** Answers that did something else than what was asked. */
const IGNORED = /^Endpoint (ignored|replaced)|^Invalid path for a versioned/

const textsOf = (list: unknown): string[] => (Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [])

// For comparison, not for show.
const errorsOf = (json: unknown): string[] => textsOf((json as { errors?: unknown } | null | undefined)?.errors)

/** Whether an answer has the form of Vault's. */
const isVaults = (json: unknown): boolean => Array.isArray((json as { errors?: unknown } | null | undefined)?.errors)

/** Our error for an answer of Vault; what is not known is an outage where the service failed, else a refusal to go on. */
export function vaultError(status: number, json: unknown, retryAfterMs?: number): WaxsealError {
  const errors = errorsOf(json)
  // What is not Vault's own word (a proxy's, a load balancer's) says nothing of the key: worth another try.
  if (status >= 400 && status < 500 && status !== 429 && !isVaults(json))
    return new WaxsealError('provider_unavailable', `Vault: status ${status} from something before it`, { retryAfterMs })
  const row = ROWS.find((known) => known.status === status && (!known.says || errors.some((text) => known.says!.test(text))))
  const code = row?.code ?? (status >= 400 && status < 500 ? 'config' : 'provider_unavailable')
  return code === 'open_failed'
    ? openFailed()
    : new WaxsealError(code, `Vault: ${row?.means ?? `status ${status}`}`, { retryAfterMs })
}

/** Logging in refuses with 400 what other requests refuse with 403. */
export const loginError = (status: number, json: unknown, retryAfterMs?: number): WaxsealError =>
  (status === 400 || status === 403) && isVaults(json)
    ? new WaxsealError('access_denied', 'Vault: the log-in was refused')
    : vaultError(status, json, retryAfterMs)

/** Whether it is the token that was refused for certain. */
export const saysBadToken = (json: unknown): boolean => errorsOf(json).some((text) => /invalid token|bad token/.test(text))

/** `config` where a part of the request was not taken notice of: associated data, for one, that an old server does not know. */
export function checkWarnings(json: unknown): void {
  if (textsOf((json as { warnings?: unknown } | null | undefined)?.warnings).some((text) => IGNORED.test(text)))
    throw new WaxsealError('config', 'Vault ignored a part of the request: it is too old, or the mount is of another kind')
}

/** What came is not what Vault answers. */
export const incomplete = (): never => {
  throw new WaxsealError('provider_unavailable', 'Vault answered incompletely')
}

export function config(message: string): never {
  throw new WaxsealError('config', `Vault: ${message}`)
}
