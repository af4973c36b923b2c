import { type Environment, secureUrl } from '@waxseal/core/keys'
import { config } from './errors.js'

interface AddressOptions {
  readonly address?: string | undefined
  readonly namespace?: string | undefined
  readonly allowHttp?: boolean | undefined
}

/** The settings of one product: a token of the one is not sent to the address of the other. */
export function familyOf(env: Environment): {
  address?: string | undefined
  namespace?: string | undefined
  token?: string | undefined
} {
  const [address, namespace, token] =
    env.VAULT_ADDR || (env.VAULT_TOKEN && !env.BAO_ADDR)
      ? [env.VAULT_ADDR, env.VAULT_NAMESPACE, env.VAULT_TOKEN]
      : [env.BAO_ADDR, env.BAO_NAMESPACE, env.BAO_TOKEN]
  return { address: address || undefined, namespace: namespace || undefined, token: token || undefined }
}

/** `https://host[:port][/prefix]`; there is no default, as a token would go there. Plain HTTP for loopback, or where it is allowed. */
export function addressOf({ address, allowHttp = false }: AddressOptions, env: Environment): string {
  const configured = address ?? familyOf(env).address
  if (!configured) return config('an address is needed: address, or VAULT_ADDR or BAO_ADDR in env')
  const url = allowHttp ? secureUrl(configured, () => true) : secureUrl(configured)
  if (!url) return config('an address is https://host, or http:// for loopback or with allowHttp')
  return url.origin + url.pathname.replace(/\/+$/, '')
}

export function namespaceOf({ namespace }: AddressOptions, env: Environment): string | undefined {
  const configured = namespace ?? familyOf(env).namespace
  if (configured !== undefined && !/^[\w./-]{1,256}$/.test(configured)) config('a namespace is a path')
  return configured
}

/** A path of a mount, a key or a secret, encoded; `config` where a part could lead elsewhere. */
export function pathOf(name: string, path: string): string {
  const parts = typeof path === 'string' ? path.split('/') : ['']
  if (parts.some((part) => part === '' || part === '.' || part === '..' || !part.isWellFormed() || /\p{Cc}/u.test(part)))
    config(`${name} is a path without empty parts, . and ..`)
  return parts.map(encodeURIComponent).join('/')
}
