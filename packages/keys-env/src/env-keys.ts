import { type KeySource, WaxsealError } from '@waxseal/core'
import type { Environment } from '@waxseal/core/keys'
import { explained, parseKeyList } from './key-list.js'

export interface EnvKeysOptions {
  /** The variable. Default `WAXSEAL_KEYS`. */
  readonly name?: string
  /** Where the variable is; a Worker passes its own. Default `process.env`. */
  readonly env?: Environment
  /** kid of the only key, where the variable holds no list but one bare key. Default `k1`. */
  readonly kid?: string
}

/**
 * Keys of an environment variable, `kid[~version]:<key>` separated by commas: the first seals, all open. Keys are 32 bytes in
 * base64, base64url or hex. Read once, when called; `config` where the variable is missing or any part of it is wrong.
 *
 * @example
 * const sealer = createSealer({ keys: envKeys() }) // WAXSEAL_KEYS="k2:<base64>,k1:<base64>"
 */
export function envKeys({ name = 'WAXSEAL_KEYS', env = globalThis.process?.env, kid = 'k1' }: EnvKeysOptions = {}): KeySource {
  return explained(`the environment variable ${name}`, () => {
    const text = env && Object.hasOwn(env, name) ? env[name] : undefined
    if (typeof text !== 'string' || text.trim() === '') throw new WaxsealError('config', 'is missing or empty')
    return parseKeyList(text, { kid })
  })
}

/** Opens `env://NAME`, for the registry of core's `openKeys`. */
export function envUri(uri: string, { env }: { readonly env: Environment }): KeySource {
  const [, name] = /^env:\/\/([A-Za-z_][A-Za-z0-9_]*)$/.exec(uri) ?? []
  if (!name) throw new WaxsealError('config', 'the URI of an environment variable is env://NAME')
  return envKeys({ name, env })
}
