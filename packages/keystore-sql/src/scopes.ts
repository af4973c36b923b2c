import { createBlindIndex, createDataKey, createSealer, type DataKey, type KeySource, WaxsealError } from '@waxseal/core'
import type { Database } from './database/database.js'
import { insertKey } from './database/insert-key.js'
import type { KeyRow } from './database/tables.js'
import type { Changes } from './trail/changes.js'
import { newKey, type Wrapping } from './wrapping.js'

/** The key under which scopes are indexed and sealed: no table of the store holds a scope in clear. */
export const SCOPES = { kid: 'waxseal-scopes', name: '$scopes' } as const

export type Named = Pick<KeyRow, 'kid' | 'name'>
export type ScopedRow = Named & Pick<KeyRow, 'scope_hash' | 'scope_sealed'>

/** Scopes as the store keeps them. */
export interface Scopes {
  /** Empty without a scope; undefined where the store has never had one. */
  hash(scope: string | undefined): Promise<string | undefined>
  /** The same, and makes the key for it where there is none. */
  madeHash(scope: string | undefined, actor: string): Promise<string>
  seal(scope: string, key: Named): Promise<string>
  /** The scope of a row; undefined for none. `key_destroyed` once it was shredded. */
  open(row: ScopedRow): Promise<string | undefined>
  /** That a row is the key of this name and scope, and no other one's whose name was changed; `open_failed`. */
  check(row: ScopedRow, name: string, scope: string | undefined): Promise<void>
}

export interface ScopesOptions {
  readonly database: Database
  readonly wrapping: Wrapping
  readonly changes: Changes
}

export function createScopes({ database, wrapping, changes }: ScopesOptions): Scopes {
  let kept: DataKey | undefined
  /** However many ask at once, this process makes it once. */
  let making: Promise<void> | undefined

  let loading: Promise<DataKey | undefined> | undefined
  /** However many ask at once, the store is asked once. */
  async function load(): Promise<DataKey | undefined> {
    if (kept) return kept
    loading ??= read().finally(() => {
      loading = undefined
    })
    return loading
  }

  async function read(): Promise<DataKey | undefined> {
    const row = await database.read((db) =>
      db.selectFrom('waxseal_key_versions').selectAll().where('kid', '=', SCOPES.kid).where('version', '=', 1).executeTakeFirst(),
    )
    if (!row) return undefined
    const key = await wrapping.unwrap(row, undefined)
    try {
      // It never changes: what is indexed with it must be found again.
      kept ??= createDataKey({ kid: SCOPES.kid, key })
      return kept
    } finally {
      key.fill(0)
    }
  }

  async function make(actor: string): Promise<void> {
    const key = newKey()
    try {
      const wrapped = await wrapping.wrap(key, { kid: SCOPES.kid, version: 1 }, actor)
      await changes(async (step) => {
        await insertKey(step, { ...SCOPES, purpose: 'index', wrapped, actor })
        await wrapping.lock(step.tx, wrapped)
      })
    } catch (error) {
      // Somebody else made it at the same time.
      if (!WaxsealError.is(error) || error.code !== 'conflict') throw error
    } finally {
      key.fill(0)
    }
  }

  const need = async (): Promise<DataKey> => {
    const key = await load()
    if (!key) throw new WaxsealError('key_not_found', 'the key store has no scopes')
    return key
  }
  const keys: KeySource = { kind: 'source', current: need, resolve: need }
  const index = createBlindIndex({
    keys,
    table: 'waxseal_keys',
    field: 'scope',
    versions: [{ version: 1, key: { kid: SCOPES.kid } }],
  })
  const sealer = createSealer({ keys })
  const contextOf = ({ kid, name }: Named) => ({ app: 'waxseal-keystore', table: 'waxseal_keys', field: 'scope', row: kid, name })

  async function hash(scope: string | undefined): Promise<string | undefined> {
    if (scope === undefined) return ''
    if (typeof scope !== 'string' || scope === '' || !scope.isWellFormed())
      throw new WaxsealError('config', 'a scope is a well-formed string that is not empty')
    return (await load()) && index.value(scope)
  }

  async function open(row: ScopedRow): Promise<string | undefined> {
    if (row.scope_hash === '') return undefined
    if (row.scope_sealed === null) throw new WaxsealError('key_destroyed', 'the scope of this key was shredded')
    return sealer.open<string>(row.scope_sealed, { context: contextOf(row) })
  }

  return {
    hash,
    async madeHash(scope, actor) {
      const known = await hash(scope)
      if (known !== undefined) return known
      making ??= make(actor).finally(() => {
        making = undefined
      })
      await making
      return index.value(scope!)
    },
    seal: (scope, key) => sealer.seal(scope, { context: contextOf(key), pad: { block: 32 } }),
    open,
    async check(row, name, scope) {
      // A key without scope is called as its kid, which its wrap is bound to.
      const own = scope === undefined ? row.kid === name : (await open({ ...row, name })) === scope
      if (!own) throw new WaxsealError('open_failed', 'a key in the store is not the one that was put there')
    },
  }
}
