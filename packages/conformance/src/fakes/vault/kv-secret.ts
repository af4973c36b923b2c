import { rfc3339, userError } from './reply.js'

export interface KvVersion {
  readonly json: string | undefined
  readonly createdAt: number
  readonly deletedAt: number | undefined
  readonly destroyed: boolean
}

export interface KvSecret {
  readonly versions: Map<number, KvVersion>
  current: number
  /** 0 for Vault's own default, 10. */
  maxVersions: number
  readonly createdAt: number
  updatedAt: number
}

export interface KvMount {
  readonly type: 'kv'
  readonly secrets: Map<string, KvSecret>
}

export function kvMount(): KvMount {
  return { type: 'kv', secrets: new Map() }
}

const DEFAULT_MAX_VERSIONS = 10

export function newSecret(now: number): KvSecret {
  return { versions: new Map(), current: 0, maxVersions: 0, createdAt: now, updatedAt: now }
}

/** Writes a version. Those beyond `max_versions` are gone for good, the oldest first. */
export function writeVersion(
  { secrets }: KvMount,
  path: string,
  data: Readonly<Record<string, unknown>>,
  now: number,
  cas?: number,
): KvVersion {
  const secret = secrets.get(path) ?? newSecret(now)
  if (cas !== undefined && cas !== secret.current) userError('check-and-set parameter did not match the current version')
  const version = { json: JSON.stringify(data), createdAt: now, deletedAt: undefined, destroyed: false }
  secret.versions.set(++secret.current, version)
  secret.updatedAt = now
  const oldest = secret.current - (secret.maxVersions || DEFAULT_MAX_VERSIONS)
  for (const number of secret.versions.keys()) if (number <= oldest) secret.versions.delete(number)
  secrets.set(path, secret)
  return version
}

/** Deletes, restores or destroys versions; versions that are not there are passed over. */
export function changeVersions(
  mount: KvMount,
  path: string,
  numbers: readonly number[],
  change: 'delete' | 'undelete' | 'destroy',
  now: number,
): void {
  const versions = mount.secrets.get(path)?.versions
  for (const number of numbers) {
    const version = versions?.get(number)
    if (!version || version.destroyed) continue
    if (change === 'delete') versions!.set(number, { ...version, deletedAt: version.deletedAt ?? now })
    if (change === 'undelete') versions!.set(number, { ...version, deletedAt: undefined })
    if (change === 'destroy') versions!.set(number, { ...version, json: undefined, destroyed: true })
  }
}

export function versionMetadata(number: number, version: KvVersion): Record<string, unknown> {
  return {
    version: number,
    created_time: rfc3339(version.createdAt),
    deletion_time: version.deletedAt === undefined ? '' : rfc3339(version.deletedAt),
    destroyed: version.destroyed,
    custom_metadata: null,
  }
}

export function secretMetadata({ versions, current, maxVersions, createdAt, updatedAt }: KvSecret): unknown {
  return {
    cas_required: false,
    created_time: rfc3339(createdAt),
    current_version: current,
    custom_metadata: null,
    delete_version_after: '0s',
    max_versions: maxVersions,
    oldest_version: versions.size === 0 ? 0 : Math.min(...versions.keys()),
    updated_time: rfc3339(updatedAt),
    versions: Object.fromEntries(
      [...versions].map(([number, version]) => {
        const { created_time, deletion_time, destroyed } = versionMetadata(number, version)
        return [String(number), { created_time, deletion_time, destroyed }]
      }),
    ),
  }
}
