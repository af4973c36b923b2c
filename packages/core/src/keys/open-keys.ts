import { fail } from '../errors.js'
import type { Environment } from './environment.js'
import type { KeyProvider, KeySource } from './types.js'

export interface OpenKeysOptions {
  /** What factories may read settings from: process.env, a Worker's env. */
  readonly env: Environment
}

/** Opens the keys that a URI names; passed in by scheme, so that nothing is loaded that is not used. */
export type KeyOpener = (uri: string, options: OpenKeysOptions) => KeySource | KeyProvider

/**
 * Opens keys by URI with the openers that the caller imported. `config` for a scheme that is not among them; the URI is not repeated.
 *
 * @example
 * const keys = openKeys(process.env.KEYS, { env: envUri, aws: awsUri, 'vault-transit': vaultTransitUri }, { env: process.env })
 */
export function openKeys(
  uri: string,
  registry: Readonly<Record<string, KeyOpener>>,
  options: OpenKeysOptions,
): KeySource | KeyProvider {
  const scheme = /^([a-z][a-z0-9+.-]{0,31}):/.exec(uri)?.[1] ?? ''
  if (!Object.hasOwn(registry, scheme))
    fail(
      'config',
      `a key URI begins with one of ${Object.keys(registry)
        .map((known) => `${known}:`)
        .join(', ')}`,
    )
  return registry[scheme]!(uri, options)
}
