import type { KeyProvider } from '@waxseal/core'
import { type OpenKeysOptions, parseKeyUri, uriNumber } from '@waxseal/core/keys'
import { config } from './errors.js'
import { type VaultKvSource, vaultKv } from './vault-kv.js'
import { vaultTransit } from './vault-transit.js'

/**
 * Opens `vault-transit://MOUNT/KEY?addr=…&namespace=…&id=…&version=…`, for the registry of `openKeys`. The address, where the URI
 * names none, and the token come from `env`.
 *
 * @example
 * openKeys('vault-transit://transit/orders', { 'vault-transit': vaultTransitUri }, { env: process.env })
 */
export function vaultTransitUri(uri: string, { env }: OpenKeysOptions): KeyProvider {
  const { path, parameters } = parseKeyUri(uri, 'vault-transit', ['addr', 'namespace', 'id', 'version'])
  const { addr: address, namespace, id, version } = parameters
  // Names of keys have no slash; what stands before the last is the mount.
  const [, mount, key] = /^(.+)\/([^/]+)$/s.exec(path) ?? config('the URI is vault-transit://MOUNT/KEY')
  return vaultTransit({ key: key!, mount, address, namespace, id, version: uriNumber('version', version), env })
}

/**
 * Opens `vault://MOUNT/PATH?addr=…&field=…&namespace=…&id=…`, for the registry of `openKeys`. For a mount with slashes,
 * `vault://PATH?mount=…`.
 *
 * @example
 * openKeys('vault://secret/orders/root', { vault: vaultUri }, { env: process.env })
 */
export function vaultUri(uri: string, { env }: OpenKeysOptions): VaultKvSource {
  const { path: whole, parameters } = parseKeyUri(uri, 'vault', ['addr', 'field', 'namespace', 'id', 'mount'])
  const { addr: address, field, namespace, id, mount } = parameters
  if (mount !== undefined) return vaultKv({ path: whole, mount, address, field, namespace, id, env })
  const [, first, path] = /^([^/]+)\/(.+)$/s.exec(whole) ?? config('the URI is vault://MOUNT/PATH')
  return vaultKv({ path: path!, mount: first, address, field, namespace, id, env })
}
