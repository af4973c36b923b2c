import type { KeyProvider } from '@waxseal/core'
import { type OpenKeysOptions, parseKeyUri, uriNumber } from '@waxseal/core/keys'
import { config } from './errors.js'
import { gcpKms } from './gcp-kms.js'

/**
 * Opens `gcp://projects/P/locations/L/keyRings/R/cryptoKeys/K?id=…&version=…&endpoint=…&tokens=…&credentials=metadata`, for the registry
 * of `openKeys`. Credentials come from `env` where the URI does not say `metadata`.
 *
 * @example
 * openKeys('gcp://projects/acme-billing/locations/europe/keyRings/jobs/cryptoKeys/orders', { gcp: gcpUri }, { env: process.env })
 */
export function gcpUri(uri: string, { env }: OpenKeysOptions): KeyProvider {
  const { path, parameters } = parseKeyUri(uri, 'gcp', ['id', 'version', 'endpoint', 'tokens', 'credentials'])
  const { id, version, endpoint, tokens, credentials } = parameters
  if (credentials !== undefined && credentials !== 'metadata')
    config('the parameter credentials of a key URI is metadata: keys of service accounts do not belong into it')
  return gcpKms({
    keyName: path,
    id,
    version: uriNumber('version', version),
    endpoint,
    tokens: tokens as 'self-signed' | 'exchange' | undefined,
    credentials,
    env,
  })
}
