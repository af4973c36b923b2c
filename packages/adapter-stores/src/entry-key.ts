import { WaxsealError } from '@waxseal/core'

/** Whose an entry is; empty where the application has no namespaces or tenants. */
export interface Owner {
  readonly namespace: string
  readonly tenant: string
}

/** How callers name an entry. All of it is stored in clear and bound to what is sealed: ids, no personal data. */
export interface EntryName {
  /** What sort of entry it is, as `ScheduledAction`. 1 to 64 characters. */
  readonly kind: string
  /** 1 to 255 characters. */
  readonly id: string
  /** At most 128 characters. Default: none. */
  readonly namespace?: string | undefined
  /** At most 128 characters. Default: none. */
  readonly tenant?: string | undefined
}

/** How stores get the name of an entry. */
export interface EntryKey extends Owner {
  readonly kind: string
  readonly id: string
}

const LIMITS = { kind: [1, 64], id: [1, 255], namespace: [0, 128], tenant: [0, 128] } as const

/** A name that every database stores as it is; its limits keep all of a key within the index of PostgreSQL. */
function checked(part: string, value: unknown, [min, max]: readonly [number, number]): string {
  const fits = typeof value === 'string' && value.length >= min && value.length <= max && value.isWellFormed()
  if (!fits || /\p{Cc}/u.test(value))
    throw new WaxsealError('config', `${part} is a text of ${min} to ${max} characters, without control characters`)
  return value
}

/** The whole name of an entry; `config` names the part that does not fit. */
export function entryKey({ kind, id, namespace = '', tenant = '' }: EntryName): EntryKey {
  return Object.freeze({
    kind: checked('kind', kind, LIMITS.kind),
    namespace: checked('namespace', namespace, LIMITS.namespace),
    tenant: checked('tenant', tenant, LIMITS.tenant),
    id: checked('id', id, LIMITS.id),
  })
}

/** Parts of a name to look for; those left out are any. */
export function entryFilter<Filter extends { readonly [part in keyof EntryKey]?: string | undefined }>(filter: Filter): Filter {
  for (const part of ['kind', 'namespace', 'tenant'] as const)
    if (filter[part] !== undefined) checked(part, filter[part], LIMITS[part])
  return filter
}

/** Another short text that stands beside an entry in clear. */
export const clearText = (part: string, value: unknown): string => checked(part, value, LIMITS.id)

/** The key alone, of anything that has one. */
export const keyOf = ({ kind, namespace, tenant, id }: EntryKey): EntryKey => ({ kind, namespace, tenant, id })
