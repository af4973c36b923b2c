import { isLoopback, secureUrl } from '@waxseal/core/keys'
import { config, incomplete } from './errors.js'

/** A key of the vault, at the version that is current or at this one. */
export interface KeyName {
  readonly name: string
  /** 32 characters of hexadecimal. */
  readonly version: string | undefined
}

/** A key of the vault at one of its versions. */
export interface KeyVersion extends KeyName {
  readonly version: string
}

/** A key vault or managed HSM: where it is, and who gives tokens for it. */
export interface Vault {
  /** What is asked: `https://NAME.vault.azure.net`, or the endpoint that was configured. */
  readonly endpoint: string
  /** What the ids of its keys may begin with. */
  readonly origins: readonly string[]
  /** Of the tokens that it takes, without `/.default`: `https://vault.azure.net`. */
  readonly resource: string
  /** Where the tokens of its cloud are had, unless configured otherwise. */
  readonly authority: string
}

const AUTHORITIES: Readonly<Record<string, string>> = {
  'azure.net': 'https://login.microsoftonline.com',
  'azure.cn': 'https://login.chinacloudapi.cn',
  'usgovcloudapi.net': 'https://login.microsoftonline.us',
}
const HOST = /^[a-z0-9][a-z0-9-]{1,22}[a-z0-9]\.((?:vault|managedhsm)\.(azure\.net|azure\.cn|usgovcloudapi\.net))$/

/** The vault and the key of an id like `https://NAME.vault.azure.net/keys/NAME`; `config` for anything else. */
export function parseKeyId(keyId: string, endpoint: string | undefined): { vault: Vault; key: KeyName } {
  const url = URL.canParse(keyId) ? new URL(keyId) : undefined
  const [, resource, cloud = ''] = HOST.exec(url?.host ?? '') ?? []
  const path = /^\/keys\/([^?]+)$/.exec(url?.pathname ?? '')?.[1]
  if (url?.protocol !== 'https:' || !resource || !path || url.search || url.hash || url.username || url.password)
    return config('keyId is https://NAME.vault.azure.net/keys/NAME or https://NAME.managedhsm.azure.net/keys/NAME')
  const asked = endpoint === undefined ? url.origin : loopback(endpoint)
  return {
    vault: {
      endpoint: asked,
      origins: [url.origin, asked],
      resource: `https://${resource}`,
      authority: AUTHORITIES[cloud]!,
    },
    key: parseKeyName(path, 'keyId ends in'),
  }
}

/** `NAME` or `NAME/VERSION`; `config` for anything else, with `what` before the message. */
export function parseKeyName(text: string, what: string): KeyName {
  const [, name, version] = /^([0-9A-Za-z-]{1,127})(?:\/([0-9a-f]{32}))?$/.exec(text) ?? []
  return name ? { name, version } : config(`${what} the name of a key, or NAME/VERSION`)
}

// Elsewhere than at its own name there is no vault, but whoever is there would get the token.
function loopback(endpoint: string): string {
  const url = secureUrl(endpoint)
  if (!url || !isLoopback(url.hostname)) return config('an endpoint is a loopback address, for emulators')
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`
}

/** The version that an answer's kid names, if it is of the vault, the key and the version that were asked. */
export function versionOf({ origins }: Vault, kid: unknown, { name, version }: KeyName): string {
  const text = String(kid).toLowerCase()
  const base = origins.map((origin) => `${origin}/keys/${name}/`.toLowerCase()).find((start) => text.startsWith(start))
  const found = base === undefined ? '' : text.slice(base.length)
  return /^[0-9a-f]{32}$/.test(found) && (version ?? found) === found ? found : incomplete()
}
