import { createDataKey, type DataKey, type KeyState, WaxsealError } from '@waxseal/core'
import type { StoredKeysDriver } from '@waxseal/core/keys'
import { type KeyRow, numberOf, numberOrNull, type VersionRow, type VersionState } from '../database/tables.js'
import type { Ground } from '../ground.js'
import { batched } from './batched.js'

/** Reads data keys for sealers, and unwraps them. */
export interface KeyReader extends Omit<StoredKeysDriver, 'newest'> {
  newest(name: string, scope: string | undefined): Promise<DataKey>
  /** When a key seals no more. */
  sealsUntil(key: DataKey): number | undefined
}

const STATES: Readonly<Record<VersionState, KeyState>> = {
  active: 'active',
  decrypt_only: 'decrypt_only',
  suspended: 'suspended',
  // It can still be called off: nobody is told that what it sealed is gone.
  destroy_scheduled: 'suspended',
  destroyed: 'destroyed',
}

const BATCH = 500
const MAX_READS = 5

export function createKeyReader({ database, scopes, wrapping, progress }: Ground): KeyReader {
  const ends = new WeakMap<DataKey, number>()

  async function handle(key: KeyRow, row: VersionRow, scope: string | undefined): Promise<DataKey> {
    const state = STATES[row.state]
    const parts = {
      kid: key.kid,
      version: numberOf(row.version),
      state,
      ...(scope === undefined ? {} : { scope }),
      ...(key.suite === null ? {} : { suite: key.suite }),
    }
    if (state === 'destroyed') return createDataKey(parts)
    const bytes = await wrapping.unwrap(row, scope)
    try {
      const made = createDataKey({ ...parts, key: bytes })
      const end = Math.min(...[key.expires_at, key.retain_until].map((at) => numberOrNull(at) ?? Number.POSITIVE_INFINITY))
      if (end !== Number.POSITIVE_INFINITY) ends.set(made, end)
      return made
    } finally {
      bytes.fill(0)
    }
  }

  const keysOf = batched<KeyRow>(BATCH, (ids) =>
    database.read(async (db) => {
      const wanted = ids.map((id) => JSON.parse(id) as [string, string])
      const rows = await db
        .selectFrom('waxseal_keys')
        .selectAll()
        .where('name', 'in', [...new Set(wanted.map(([name]) => name))])
        .where('scope_hash', 'in', [...new Set(wanted.map(([, hash]) => hash))])
        .execute()
      return new Map(rows.map((row) => [JSON.stringify([row.name, row.scope_hash]), row]))
    }),
  )
  const keysByKid = batched<KeyRow>(BATCH, (kids) =>
    database.read(async (db) => {
      const rows = await db
        .selectFrom('waxseal_keys')
        .selectAll()
        .where('kid', 'in', [...kids])
        .execute()
      return new Map(rows.map((row) => [row.kid, row]))
    }),
  )
  const versions = batched<VersionRow>(BATCH, (ids) =>
    database.read(async (db) => {
      const wanted = ids.map((id) => JSON.parse(id) as [string, number])
      const rows = await db
        .selectFrom('waxseal_key_versions')
        .selectAll()
        .where('kid', 'in', [...new Set(wanted.map(([kid]) => kid))])
        .where('version', 'in', [...new Set(wanted.map(([, version]) => version))])
        .execute()
      return new Map(rows.map((row) => [JSON.stringify([row.kid, numberOf(row.version)]), row]))
    }),
  )

  async function shreddedBefore(hash: string): Promise<boolean> {
    const row = await database.read((db) =>
      db.selectFrom('waxseal_key_scopes').select('shredded_at').where('scope_hash', '=', hash).executeTakeFirst(),
    )
    return hash !== '' && row !== undefined && row.shredded_at !== null
  }

  async function find(name: string, scope: string | undefined): Promise<KeyRow> {
    const hash = await scopes.hash(scope)
    const read = async () => (hash === undefined ? undefined : keysOf(JSON.stringify([name, hash])))
    let key = await read()
    // Two reads may end in the other order than they began: a second one tells a late answer from an old table.
    if (key && progress.isBehind(key)) key = await read()
    if (!key) {
      if (hash && (await shreddedBefore(hash))) throw new WaxsealError('key_destroyed', 'the scope was shredded')
      throw new WaxsealError('key_not_found', 'there is no key of that name in that scope')
    }
    if (key.purpose !== 'seal') throw new WaxsealError('config', 'the key is not one that seals')
    progress.check(key)
    return key
  }

  return {
    id: 'keystore',
    scoped: true,
    async newest(name, scope) {
      for (let attempt = 1; ; attempt++) {
        const key = await find(name, scope)
        const row = await versions(JSON.stringify([key.kid, numberOf(key.newest_version)]))
        if (row?.state === 'active') {
          await scopes.check(key, name, scope)
          return handle(key, row, scope)
        }
        // Between the two reads it may have been rotated.
        if (attempt < MAX_READS && numberOf((await find(name, scope)).newest_version) !== numberOf(key.newest_version)) continue
        throw refusal(row?.state)
      }
    },
    async version({ kid, version }, scope) {
      // The store's own keys open nothing that an envelope names.
      if (kid.startsWith('waxseal-')) return null
      const [key, row] = await Promise.all([keysByKid(kid), versions(JSON.stringify([kid, version]))])
      if (!key || !row || key.purpose === 'wrap') return null
      return (await scopes.hash(scope)) === key.scope_hash ? handle(key, row, scope) : null
    },
    sealsUntil: (key) => ends.get(key),
  }
}

/** Why the newest version does not seal. */
function refusal(state: VersionState | undefined): WaxsealError {
  if (state === 'destroyed') return new WaxsealError('key_destroyed', 'the key was destroyed')
  if (state === 'decrypt_only') return new WaxsealError('key_retired', 'the key no longer seals')
  if (state) return new WaxsealError('key_suspended', 'the key is suspended')
  return new WaxsealError('key_not_found', 'the newest version of the key is not in the store')
}
