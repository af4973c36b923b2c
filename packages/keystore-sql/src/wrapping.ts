import { createDataKey, type DataKey, type KeyCall, type KeyProvider, type KeySource, WaxsealError } from '@waxseal/core'
import {
  fromBase64url,
  keyCheckValue,
  rootKeyProvider,
  type StoredKeys,
  storedKeys,
  toBase64url,
  wrapContext,
} from '@waxseal/core/keys'
import { sql } from 'kysely'
import type { Change, Database } from './database/database.js'
import { insertKey } from './database/insert-key.js'
import { numberOf, type VersionRow } from './database/tables.js'
import type { Changes } from './trail/changes.js'
import type { Journal } from './trail/journal.js'

/** The key that wraps all others of the store; it is wrapped by the key service. */
export const WRAPPING = { kid: 'waxseal-wrapping', name: '$wrapping' } as const

/** A wrapped key as its row holds it. */
export interface WrappedColumns {
  readonly wrapped_key: string
  readonly wrapped_by: string
  readonly wrapped_by_version: number
  readonly check_value: string
}

/** Which key a wrap is of: it is bound to it. */
export interface WrappedFor {
  readonly kid: string
  readonly version: number
  readonly scope?: string | undefined
}

/** Which key of the service, or version of the wrapping key, a row is wrapped by. */
export type Wrapper = Pick<WrappedColumns, 'wrapped_by' | 'wrapped_by_version'>

/**
 * Two tiers: the key service wraps the store's wrapping key, which wraps the data keys. One call to the service opens a hundred
 * thousand of them.
 */
export interface Wrapping {
  /** Wraps 32 bytes and unwraps them again to see that it can be done. Makes the wrapping key where there is none. */
  wrap(key: Uint8Array, what: WrappedFor, actor: string): Promise<WrappedColumns>
  /** The 32 bytes of a row, in an array that the caller erases. */
  unwrap(row: WrappedRow, scope: string | undefined): Promise<Uint8Array>
  /** Keeps the wrapping key of a row from being destroyed until the transaction ends; `provider_unavailable` where it is already. */
  lock(tx: Change, wrapped: Wrapper): Promise<void>
  /** What wraps rows of this kid now; undefined where nothing was ever wrapped. */
  wrapper(kid: string): Promise<Wrapper | undefined>
  forget(): void
  close(): Promise<void>
}

/** What unwrapping needs of a row. */
export type WrappedRow = Pick<VersionRow, 'kid' | 'version' | 'wrapped_key' | 'wrapped_by' | 'wrapped_by_version' | 'check_value'>

export interface WrappingOptions {
  readonly database: Database
  readonly providers: readonly KeyProvider[]
  readonly changes: Changes
  readonly journal: Journal
  readonly call: () => KeyCall
  /** In the trail for what a process does by itself. */
  readonly actor: string
}

export function createWrapping({ database, providers, changes, journal, call, actor }: WrappingOptions): Wrapping {
  const [first] = providers
  if (!first || !providers.every((provider) => provider?.kind === 'provider'))
    throw new WaxsealError('config', 'wrap: one or many key providers')
  if (new Set(providers.map(({ id }) => id)).size < providers.length)
    throw new WaxsealError('config', 'wrap: two key providers have the same id')

  /** Calls the key service; what it unwraps and what it refuses goes on record. */
  async function asked<T>(operation: string, version: number, provider: KeyProvider, run: () => T | Promise<T>): Promise<T> {
    const entry = { actor, operation, subject: WRAPPING.kid, version, details: { provider: provider.id } }
    try {
      const answer = await run()
      if (operation === 'key.unwrap') journal.note(entry)
      return answer
    } catch (error) {
      journal.note({ ...entry, outcome: WaxsealError.is(error) ? error.code : 'error' })
      throw error
    }
  }

  async function unwrapRoot(row: WrappedRow): Promise<Uint8Array> {
    const provider = providers.find(({ id }) => id === row.wrapped_by)
    if (!provider) throw new WaxsealError('key_not_found', 'the key provider that wrapped the wrapping key is not configured')
    const version = numberOf(row.version)
    const context = wrapContext('stored', WRAPPING.kid, version)
    return asked('key.unwrap', version, provider, () => provider.unwrapKey(bytesOf(row), context, call()))
  }

  const rootRow = (version?: number) =>
    database.read((db) => {
      const rows = db.selectFrom('waxseal_key_versions').selectAll().where('kid', '=', WRAPPING.kid)
      return (version === undefined ? rows.where('state', '=', 'active') : rows.where('version', '=', version)).executeTakeFirst()
    })

  async function rootKey(row: VersionRow): Promise<DataKey> {
    const version = numberOf(row.version)
    if (row.state === 'destroyed') return createDataKey({ kid: WRAPPING.kid, version, state: 'destroyed' })
    const key = genuine(await unwrapRoot(row), row)
    try {
      return createDataKey({ kid: WRAPPING.kid, version, key, state: row.state === 'active' ? 'active' : 'decrypt_only' })
    } finally {
      key.fill(0)
    }
  }

  // The service has retries and a breaker of its own.
  const roots: StoredKeys = storedKeys(
    {
      id: WRAPPING.kid,
      async newest() {
        const row = await rootRow()
        if (!row) throw new WaxsealError('key_not_found', 'there is no wrapping key yet')
        return rootKey(row)
      },
      async version({ version }) {
        const row = await rootRow(version)
        return row ? rootKey(row) : null
      },
    },
    { retry: false, breaker: false, attemptTimeoutMs: 30_000, deadlineMs: 60_000, reloadMs: HOUR_MS, maxAgeMs: HOUR_MS },
  )

  const locals = new WeakMap<DataKey, KeyProvider>()
  /** Wraps with one version of the wrapping key, and with no other. */
  function localOf(root: DataKey): KeyProvider {
    const keys: KeySource = {
      kind: 'source',
      current: () => root,
      resolve: ({ kid, version }) => (kid === root.kid && version === root.version ? root : null),
    }
    const local = locals.get(root) ?? rootKeyProvider({ id: 'keystore', keys })
    locals.set(root, local)
    return local
  }

  async function insertRoot(actor: string): Promise<void> {
    const key = newKey()
    try {
      const wrapped = await wrap(key, { kid: WRAPPING.kid, version: 1 }, actor)
      await changes((step) => insertKey(step, { ...WRAPPING, purpose: 'wrap', wrapped, actor }))
    } catch (error) {
      // Somebody else made it at the same time.
      if (!WaxsealError.is(error) || error.code !== 'conflict') throw error
    } finally {
      key.fill(0)
      roots.forget()
    }
  }

  let making: Promise<void> | undefined
  /** However many ask at once, this process makes it once. */
  function madeRoot(actor: string): Promise<void> {
    making ??= insertRoot(actor).finally(() => {
      making = undefined
    })
    return making
  }

  async function currentRoot(actor: string): Promise<DataKey> {
    try {
      return await roots.current(undefined, call())
    } catch (error) {
      if (!WaxsealError.is(error) || error.code !== 'key_not_found' || (await rootRow())) throw error
      await madeRoot(actor)
      return roots.current(undefined, call())
    }
  }

  async function wrap(key: Uint8Array, { kid, version, scope }: WrappedFor, actor: string): Promise<WrappedColumns> {
    const context = wrapContext('stored', kid, version, scope)
    const isRoot = kid === WRAPPING.kid
    const root = isRoot ? undefined : await currentRoot(actor)
    const wrapper: Wrapper = root
      ? { wrapped_by: WRAPPING.kid, wrapped_by_version: root.version }
      : { wrapped_by: first!.id, wrapped_by_version: first!.version }
    const wrapped = root
      ? await localOf(root).wrapKey(key, context, call())
      : await asked('key.wrap', version, first!, () => first!.wrapKey(key, context, call()))
    const columns = { ...wrapper, wrapped_key: toBase64url(wrapped), check_value: checkValue(key) }
    const again = await unwrap({ ...columns, kid, version }, scope)
    try {
      // A key that cannot be had again must never seal.
      if (again.some((byte, i) => byte !== key[i])) throw new WaxsealError('open_failed', 'a wrapped key is not what was wrapped')
      return columns
    } finally {
      again.fill(0)
    }
  }

  async function unwrap(row: WrappedRow, scope: string | undefined): Promise<Uint8Array> {
    if (row.kid === WRAPPING.kid) return genuine(await unwrapRoot(row), row)
    const root = await roots.resolve({ kid: WRAPPING.kid, version: numberOf(row.wrapped_by_version) }, undefined, call())
    if (!root) throw new WaxsealError('key_not_found', 'the wrapping key of this key is not in the store')
    if (root.state === 'destroyed') throw new WaxsealError('key_destroyed', 'the wrapping key of this key was destroyed')
    const context = wrapContext('stored', row.kid, numberOf(row.version), scope)
    return genuine(await localOf(root).unwrapKey(bytesOf(row), context, call()), row)
  }

  return {
    wrap,
    unwrap,
    async lock(tx, { wrapped_by, wrapped_by_version }) {
      if (wrapped_by !== WRAPPING.kid) return
      const row = tx
        .selectFrom('waxseal_key_versions')
        .select('state')
        .where('kid', '=', WRAPPING.kid)
        .where('version', '=', wrapped_by_version)
      // MariaDB knows no `for share`.
      const shared = { postgres: sql`for share`, mysql: sql`lock in share mode`, sqlite: undefined }[database.dialect]
      const found = await (shared ? row.modifyEnd(shared) : row).executeTakeFirst()
      if (found?.state === 'active' || found?.state === 'decrypt_only') return
      roots.forget()
      throw new WaxsealError('provider_unavailable', 'the wrapping key was replaced meanwhile: try again')
    },
    async wrapper(kid) {
      if (kid === WRAPPING.kid) return { wrapped_by: first.id, wrapped_by_version: first.version }
      const root = await rootRow()
      return root && { wrapped_by: WRAPPING.kid, wrapped_by_version: numberOf(root.version) }
    },
    forget: () => roots.forget(),
    async close() {
      await roots.close?.()
      await Promise.all(providers.map((provider) => provider.close?.()))
    },
  }
}

/** One call to the service an hour. */
const HOUR_MS = 3_600_000

/** 32 bytes from the CSPRNG, in an array that the caller erases. */
export const newKey = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32))

const checkValue = (key: Uint8Array): string => toBase64url(keyCheckValue(createDataKey({ kid: 'check', key }))!)

const bytesOf = ({ wrapped_key }: WrappedRow): Uint8Array => {
  if (wrapped_key === null) throw new WaxsealError('key_destroyed', 'the key was destroyed')
  const bytes = fromBase64url(wrapped_key)
  if (!bytes) throw new WaxsealError('open_failed', 'a wrapped key in the store is damaged')
  return bytes
}

/** A key whose check value is another one was mixed up. */
function genuine(key: Uint8Array, { check_value }: WrappedRow): Uint8Array {
  if (checkValue(key) === check_value) return key
  key.fill(0)
  throw new WaxsealError('open_failed', 'a key in the store is not the one that was put there')
}
