import type { KeySource } from '@waxseal/core'

export type ListedState = 'active' | 'decrypt_only' | 'suspended' | 'destroy_scheduled' | 'destroyed'

export interface ListedVersion {
  readonly version: number
  readonly state: ListedState
  /** When it began to seal, where that is known: nothing that it sealed is older. */
  readonly activatedAt?: Date | null | undefined
  readonly destroyAfter?: Date | null | undefined
  readonly compromisedAt?: Date | null | undefined
  /** Seals and opens that were counted. */
  readonly uses?: number | undefined
  readonly lastUsedAt?: Date | null | undefined
}

/** A key as the page of keys shows it: what it is, never what it is made of. */
export interface KeyListing {
  readonly kid: string
  readonly name?: string | undefined
  readonly purpose?: string | undefined
  /** The one suite that it is for; null: any. */
  readonly suite?: string | null | undefined
  /** Whether it is the key of a tenant or person; whose, is not shown. */
  readonly scoped?: boolean | undefined
  readonly createdAt?: Date | null | undefined
  readonly nextRotationAt?: Date | null | undefined
  readonly expiresAt?: Date | null | undefined
  /** Under legal hold. */
  readonly held?: boolean | undefined
  /** Newest first. */
  readonly versions: readonly ListedVersion[]
}

/** Keys of a page. */
export const KEYS_PAGE = 50

type List = (page: { readonly after: string; readonly limit: number }) => Promise<readonly KeyListing[]>

/** As much of a key manager as is needed to list its keys; a keystore of `@waxseal/keystore-sql` is one. */
export interface ListableKeystore {
  list(page: { readonly after: string; readonly limit: number }): Promise<readonly { readonly kid: string }[]>
  getByKid(kid: string): Promise<KeyListing>
}

/**
 * The keys of a key manager.
 *
 * @example
 * inspector({ keys: { who: ['group:ops'], list: keystoreListing(keystore) } })
 */
export const keystoreListing =
  (keystore: ListableKeystore): List =>
  async (page) => {
    const listed: KeyListing[] = []
    for (const { kid } of await keystore.list(page)) listed.push(listingOf(await keystore.getByKid(kid)))
    return listed
  }

/** By name, so that whatever else there is, as the scope, stays where it is. */
const listingOf = (key: KeyListing): KeyListing => {
  const { kid, name, purpose, suite, scoped, createdAt, nextRotationAt, expiresAt, held } = key
  const versions = key.versions.map(({ version, state, activatedAt, destroyAfter, compromisedAt, uses, lastUsedAt }) => {
    return { version, state, activatedAt, destroyAfter, compromisedAt, uses, lastUsedAt }
  })
  return { kid, name, purpose, suite, scoped, createdAt, nextRotationAt, expiresAt, held, versions }
}

/**
 * The keys that a source has at hand, as `staticKeys` and `envKeys`; of what a key service keeps, nothing. When they began to seal, such
 * a source does not know.
 *
 * @example
 * inspector({ keys: { who: ['group:ops'], list: sourceListing(keys) } })
 */
export function sourceListing(source: KeySource): List {
  return async ({ after, limit }) => {
    const all = source.keys?.() ?? []
    const byKid = new Map(all.map(({ kid }) => [kid, all.filter((key) => key.kid === kid)]))
    return [...byKid]
      .filter(([kid]) => kid > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([kid, keys]) => ({
        kid,
        scoped: keys.some(({ scope }) => scope !== undefined),
        suite: keys[0]?.suite ?? null,
        versions: keys.map(({ version, state }) => ({ version, state })).sort((a, b) => b.version - a.version),
      }))
  }
}
