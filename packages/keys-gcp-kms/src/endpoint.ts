import { WaxsealError } from '@waxseal/core'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** The URL, if nobody but its host can listen: `https://`, or `http://` for loopback. */
export function secureUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  return url && secure && !url.search && !url.hash && !url.username && !url.password ? url : undefined
}

/** `https://host` of Cloud KMS, or of the endpoint that was configured. */
export function endpointOf(configured = 'https://cloudkms.googleapis.com'): string {
  const url = secureUrl(configured)
  if (url?.pathname !== '/')
    throw new WaxsealError('config', 'Google Cloud KMS: an endpoint is https://host, or http:// for loopback, without a path')
  return url.origin
}
