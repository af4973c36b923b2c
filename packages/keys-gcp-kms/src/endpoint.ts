import { secureUrl } from '@waxseal/core/keys'
import { config } from './errors.js'

/** `https://host` of Cloud KMS, or of the endpoint that was configured. */
export function endpointOf(configured = 'https://cloudkms.googleapis.com'): string {
  const url = secureUrl(configured)
  if (url?.pathname !== '/') return config('an endpoint is https://host, or http:// for loopback, without a path')
  return url.origin
}
