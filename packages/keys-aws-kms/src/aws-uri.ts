import type { KeyProvider } from '@waxseal/core'
import { type OpenKeysOptions, parseKeyUri, uriNumber } from '@waxseal/core/keys'
import { awsKms } from './aws-kms.js'
import { isTrue } from './endpoint.js'

/**
 * Opens `aws://KEY?region=…&id=…&version=…&fips=true&endpoint=…&data-keys=service`, for the registry of `openKeys`. KEY is an ARN,
 * `alias/name` or a key id; region and credentials come from `env` where the URI names none.
 *
 * @example
 * openKeys('aws://alias/orders?region=eu-west-1', { aws: awsUri }, { env: process.env })
 */
export function awsUri(uri: string, { env }: OpenKeysOptions): KeyProvider {
  const { path, parameters } = parseKeyUri(uri, 'aws', ['region', 'id', 'version', 'fips', 'endpoint', 'data-keys'])
  const { region, id, version, fips, endpoint, 'data-keys': dataKeys } = parameters
  return awsKms({
    keyId: path,
    region,
    id,
    version: uriNumber('version', version),
    fips: fips === undefined ? undefined : isTrue('the parameter fips', fips),
    endpoint,
    dataKeys: dataKeys as 'local' | 'service' | undefined,
    env,
  })
}
