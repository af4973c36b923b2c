import { createDataKey, type DataKey, type KeyCall, parseKey, WaxsealError } from '@waxseal/core'
import { type AskVault, dataOf, isAbsent, type VaultResponse } from './client.js'
import { config, incomplete } from './errors.js'

/** A secret of the key/value engine, version 2, each of whose versions holds a key. */
export interface KvSecret {
  readonly ask: AskVault
  /** Encoded. */
  readonly mount: string
  /** Encoded. */
  readonly path: string
  readonly field: string
  readonly kid: string
}

/** The newest version that is not deleted is looked for among so many. */
const MAX_STEPS = 32

/** A version as Vault answers it: its key, or what became of it. */
interface Found {
  readonly version: number
  readonly key: DataKey | 'deleted'
}

async function read(secret: KvSecret, version: number | undefined, call: KeyCall): Promise<Found | null> {
  // Vault takes 0 for the newest.
  if (version === 0) return null
  const query = version === undefined ? '' : `?version=${version}`
  const response = await secret.ask({ path: `${secret.mount}/data/${secret.path}${query}` }, call)
  if (isAbsent(response)) return null
  const { data, metadata } = contentOf(response)
  const { version: found, destroyed } = metadata
  if (typeof found !== 'number' || (version !== undefined && found !== version)) return incomplete()
  if (data !== null) return { version: found, key: keyOf(secret, found, data as Record<string, unknown>) }
  // Deleted can be undone, and is no end; destroyed is one.
  return {
    version: found,
    key: destroyed === true ? createDataKey({ kid: secret.kid, version: found, state: 'destroyed' }) : 'deleted',
  }
}

/** A version of the key, a destroyed one as such; null where there is none. A deleted one is `key_suspended`. */
export async function readVersion(secret: KvSecret, version: number, call: KeyCall): Promise<DataKey | null> {
  const found = await read(secret, version, call)
  if (found?.key === 'deleted')
    throw new WaxsealError('key_suspended', `Vault: version ${version} of the secret is deleted, and can be undeleted`)
  return found?.key ?? null
}

/** The newest version that is neither deleted nor destroyed. */
export async function readNewest(secret: KvSecret, call: KeyCall): Promise<DataKey> {
  let found = await read(secret, undefined, call)
  let deleted = false
  if (!found) throw new WaxsealError('key_not_found', 'Vault: there is no such secret')
  for (let step = 0; found; step++) {
    const { version, key } = found as Found
    if (key !== 'deleted' && key.state !== 'destroyed') return key
    deleted ||= key === 'deleted'
    found = step < MAX_STEPS ? await read(secret, version - 1, call) : null
  }
  throw deleted
    ? new WaxsealError('key_suspended', 'Vault: every version of the secret is deleted, and some can be undeleted')
    : new WaxsealError('key_destroyed', 'Vault: every version of the secret is destroyed')
}

/** A deleted version comes with status 404, and what is left of it. */
function contentOf(response: VaultResponse): { readonly data: unknown; readonly metadata: Readonly<Record<string, unknown>> } {
  const left = (response.json as { data?: { metadata?: unknown } | null } | null | undefined)?.data?.metadata
  const { data, metadata } = dataOf(response.status === 404 && left ? { ...response, status: 200 } : response)
  if (metadata === undefined) config('the secret has no versions: the mount is not version 2 of the engine')
  if (typeof data !== 'object' || typeof metadata !== 'object' || metadata === null) return incomplete()
  return { data, metadata: metadata as Record<string, unknown> }
}

function keyOf({ kid, field }: KvSecret, version: number, data: Readonly<Record<string, unknown>>): DataKey {
  const text = data[field]
  if (typeof text !== 'string') return config(`version ${version} of the secret has no field ${field} with a key`)
  let key: Uint8Array | undefined
  try {
    key = parseKey(text)
    return createDataKey({ kid, version, key })
  } catch (error) {
    return config(`field ${field} of version ${version} of the secret: ${WaxsealError.is(error) ? error.message : 'no key'}`)
  } finally {
    key?.fill(0)
  }
}
