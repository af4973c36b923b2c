import type { KeyCall, KeyProvider, WrapContext } from '@waxseal/core'
import {
  DEFAULT_ATTEMPT_TIMEOUT_MS,
  fromBase64,
  type KeyServiceOptions,
  keyProvider,
  MAX_WRAPPED_KEY_BYTES,
  openFailed,
  toBase64,
  wrapContextBytes,
} from '@waxseal/core/keys'
import { pathOf } from './address.js'
import { connectVault, dataOf, type VaultConnectionOptions } from './client.js'
import { config, incomplete, vaultError } from './errors.js'
import { keptTransitKey, readTransitKey } from './transit-key.js'

export interface VaultTransitOptions extends VaultConnectionOptions, KeyServiceOptions {
  /** Name of a key of the transit engine, not its bytes; of type aes256-gcm96, aes128-gcm96, chacha20-poly1305 or xchacha20-poly1305. */
  readonly key: string
  /** Where the engine is mounted. Default `transit`. */
  readonly mount?: string | undefined
  /** kid of the envelopes, default `vault-transit`; permanent and public. */
  readonly id?: string | undefined
  /** Generation of the key-encryption key, default 0; raise it when another key wraps. */
  readonly version?: number | undefined
}

/**
 * A key provider on a key of the transit engine of Vault or OpenBao; the key never leaves it. The wrap context is associated data,
 * which Vault binds. There is no `rewrapKey`, as Vault's own takes no associated data: re-wrapping is unwrapping and wrapping.
 * `config` for options that do not fit; nothing is asked before the first use.
 *
 * @example
 * const sealer = createSealer({ keys: vaultTransit({ key: 'orders', env: process.env }) })
 */
export function vaultTransit(options: VaultTransitOptions): KeyProvider {
  const { key: name, mount = 'transit', id = 'vault-transit', version, attemptTimeoutMs = DEFAULT_ATTEMPT_TIMEOUT_MS } = options
  if (typeof name !== 'string' || !/^\w([\w.-]{0,254}\w)?$/.test(name)) config('key is the name of a key')
  const at = pathOf('mount', mount)
  const ask = connectVault(options)
  const keyPath = `${at}/keys/${name}`
  const keptKey = keptTransitKey(ask, keyPath, attemptTimeoutMs)

  /** What binds the wrap context: associated data, and the key itself where it is a derived one. */
  async function binding(context: WrapContext, call: KeyCall): Promise<Record<string, string>> {
    const bytes = toBase64(wrapContextBytes(context))
    return { associated_data: bytes, ...((await keptKey.get(call))?.derived ? { context: bytes } : {}) }
  }

  return keyProvider(
    {
      id,
      version,
      capabilities: { context: 'bound' },
      async wrapKey(key, context, call) {
        const plaintext = toBase64(key)
        const body = { plaintext, ...(await binding(context, call)) }
        const { ciphertext } = dataOf(await ask({ path: `${at}/encrypt/${name}`, body }, call))
        return isCiphertext(ciphertext) ? new TextEncoder().encode(ciphertext) : incomplete()
      },
      async unwrapKey(wrapped, context, call) {
        const ciphertext = ciphertextOf(wrapped)
        const body = { ciphertext, ...(await binding(context, call)) }
        const { plaintext } = dataOf(await ask({ path: `${at}/decrypt/${name}`, body }, call))
        return fromBase64(plaintext) ?? incomplete()
      },
      // Reading the key tells of the server, the token, the mount and the key. Where that is not allowed the token is looked up.
      async check(call) {
        if (await readTransitKey(ask, keyPath, call)) return
        const { status, json, retryAfterMs } = await ask({ path: 'auth/token/lookup-self' }, call)
        if (status !== 200) throw vaultError(status, json, retryAfterMs)
      },
    },
    options,
  )
}

/** `vault:vN:` and base64, as a rule; servers can be told to write it otherwise, but not with spaces or control characters. */
const isCiphertext = (text: unknown): text is string =>
  typeof text === 'string' &&
  text.length <= MAX_WRAPPED_KEY_BYTES &&
  /^[^\s\p{C}]+$/u.test(text) &&
  (!text.startsWith('vault:') || /^vault:v[1-9]\d*:[A-Za-z0-9+/]+={0,2}$/.test(text))

function ciphertextOf(wrapped: Uint8Array): string {
  let text: string | undefined
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(wrapped)
  } catch {}
  return isCiphertext(text) ? text : openFailed()
}
