import { type Environment, secureUrl } from '@waxseal/core/keys'
import { config } from './errors.js'

interface EndpointOptions {
  readonly endpoint?: string | undefined
  readonly fips?: boolean | undefined
}

/** `https://host` of KMS in a region, or the one that was configured; plain HTTP for loopback alone. */
export function endpointOf(region: string, { endpoint, fips }: EndpointOptions, env: Environment): string {
  const useFips = fips ?? isTrue('AWS_USE_FIPS_ENDPOINT', env.AWS_USE_FIPS_ENDPOINT)
  const configured = endpoint ?? env.AWS_ENDPOINT_URL_KMS
  if (configured === undefined) {
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
    return `https://kms${useFips ? '-fips' : ''}.${region}.${domain}`
  }
  const url = secureUrl(configured)
  if (url?.pathname !== '/') return config('an endpoint is https://host, or http:// for loopback, without a path')
  if (useFips) config('fips chooses the endpoint; there cannot be another one')
  return url.origin
}

/** `true` or `false` in any case; anything else is `config`, because a misspelt wish for FIPS must not be ignored. */
export function isTrue(name: string, text: string | undefined): boolean {
  if (text === undefined || /^false$/i.test(text)) return false
  if (/^true$/i.test(text)) return true
  return config(`${name} is true or false`)
}
