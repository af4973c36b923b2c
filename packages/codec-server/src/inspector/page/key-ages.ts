import { signal } from '@preact/signals'
import { call, identity } from './session.js'

export interface ListedKey {
  readonly kid: string
  readonly name?: string
  readonly purpose?: string
  readonly suite?: string | null
  readonly scoped?: boolean
  readonly createdAt?: string | null
  readonly nextRotationAt?: string | null
  readonly expiresAt?: string | null
  readonly held?: boolean
  readonly versions: readonly {
    readonly version: number
    readonly state: string
    readonly activatedAt?: string | null
    readonly destroyAfter?: string | null
    readonly compromisedAt?: string | null
    readonly uses?: number
    readonly lastUsedAt?: string | null
  }[]
}

/** When versions of keys began to seal, by `kid~version`: nothing that they sealed is older. */
export const ages = signal<ReadonlyMap<string, Date>>(new Map())

/** Pages of keys that are read for the sake of ages. */
const MAX_PAGES = 4

/** Reads them where the caller may see keys, as far as they are not known yet. */
export async function loadAges(kids: ReadonlySet<string>): Promise<void> {
  if (!identity.value?.pages.includes('keys')) return
  const missing = new Set([...kids].filter((kid) => ![...ages.value.keys()].some((place) => place.startsWith(`${kid}~`))))
  let after: string | null = ''
  for (let page = 0; page < MAX_PAGES && after !== null && missing.size > 0; page++) {
    const answer: { keys: ListedKey[]; next: string | null } = await call('POST', 'keys', { after })
    noteAges(answer.keys)
    for (const { kid } of answer.keys) missing.delete(kid)
    after = answer.next
  }
}

export function noteAges(keys: readonly ListedKey[]): void {
  const next = new Map(ages.value)
  for (const { kid, versions } of keys)
    for (const { version, activatedAt } of versions) if (activatedAt) next.set(`${kid}~${version}`, new Date(activatedAt))
  ages.value = next
}
