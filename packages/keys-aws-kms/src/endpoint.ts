import { WaxsealError } from '@waxseal/core'

interface EndpointOptions {
  readonly endpoint?: string | undefined
  readonly fips?: boolean | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** `https://host` of KMS in a region, or the one that was configured; plain HTTP for loopback alone. */
export function endpointOf(region: string, { endpoint, fips }: EndpointOptions, env: Environment): string {
  const useFips = fips ?? isTrue('AWS_USE_FIPS_ENDPOINT', env.AWS_USE_FIPS_ENDPOINT)
  const configured = endpoint ?? env.AWS_ENDPOINT_URL_KMS
  if (configured === undefined) {
    const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
    return `https://kms${useFips ? '-fips' : ''}.${region}.${domain}`
  }
  const url = URL.canParse(configured) ? new URL(configured) : undefined
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (!url || !secure || url.pathname !== '/' || url.search || url.hash || url.username || url.password)
    throw new WaxsealError('config', 'AWS KMS: an endpoint is https://host, or http:// for loopback, without a path')
  if (useFips) throw new WaxsealError('config', 'AWS KMS: fips chooses the endpoint; there cannot be another one')
  return url.origin
}

/** `true` or `false` in any case; anything else is `config`, because a misspelt wish for FIPS must not be ignored. */
export function isTrue(name: string, text: string | undefined): boolean {
  if (text === undefined || /^false$/i.test(text)) return false
  if (/^true$/i.test(text)) return true
  throw new WaxsealError('config', `AWS KMS: ${name} is true or false`)
}
