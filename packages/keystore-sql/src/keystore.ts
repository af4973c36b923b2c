import type { AuditRecord, AuditVerdict, VerifyOptions } from '@waxseal/audit'
import { type KeyProvider, type KeySource, WaxsealError } from '@waxseal/core'
import type { KeyServiceEvent } from '@waxseal/core/keys'
import { createListener } from './channel/listener.js'
import { createDatabase } from './database/database.js'
import { findKey, pickVersion, versionsOf } from './database/key-rows.js'
import type { Ground, KeyChoice } from './ground.js'
import { type KeyDetails, type KeyInfo, type VersionInfo, versionInfo } from './key-info.js'
import { checkName } from './key-settings.js'
import type { KeystoreEvent } from './keystore-event.js'
import type { KeystoreOptions } from './keystore-options.js'
import { type Maintenance, type MaintenanceOptions, type MaintenanceReport, startMaintenance } from './maintenance.js'
import { type AuditTrailQuery, auditTrail } from './operations/audit-trail.js'
import { changeState, type DestroyCommand, type StateCommand } from './operations/change-state.js'
import { type DestroyDueOptions, type DestroyReport, destroyDue } from './operations/destroy-due.js'
import { type GenerateCommand, generate } from './operations/generate.js'
import { details, getByKid, type KeyByKid } from './operations/get.js'
import { type Held, type HoldCommand, setHold } from './operations/hold.js'
import { type KeyList, list } from './operations/list.js'
import { markCompromised } from './operations/mark-compromised.js'
import { type ReconcileCommand, type ReconcileReport, reconcile } from './operations/reconcile.js'
import { type RetirableCommand, type RetirableKeys, retirableKeys } from './operations/retirable-keys.js'
import { type RewrapCommand, type RewrapReport, rewrap } from './operations/rewrap.js'
import { type RotateCommand, type Rotated, rotate } from './operations/rotate.js'
import { type RotateReport, rotateDue } from './operations/rotate-due.js'
import { type ScopeStatus, scopeStatus } from './operations/scope-status.js'
import { type ShredCommand, type Shredded, shred } from './operations/shred.js'
import { type KeystoreStatistics, statistics } from './operations/statistics.js'
import { type WrappingKeyControl, wrappingKeyControl } from './operations/wrapping-key.js'
import { createProgress } from './progress.js'
import { createScopes } from './scopes.js'
import { createKeyReader } from './source/key-reader.js'
import { createSealingSource, type SealingSource } from './source/sealing-source.js'
import { createChanges } from './trail/changes.js'
import { actorOf, createJournal } from './trail/journal.js'
import { createUses } from './uses.js'
import { createWrapping, WRAPPING } from './wrapping.js'

export interface ActorCommand {
  /** Id of who does it, for the audit trail. */
  readonly actor: string
}

/**
 * A key manager: data keys with versions and states in SQL, and the key source that seals with them.
 *
 * Every method may throw `config`, `key_not_found`, `key_destroyed`, `access_denied`, `closed`, what the key service says, and, worth another
 * try, `provider_unavailable` and `timeout`. What changes a key takes an `actor`, is recorded in the same transaction, and throws an
 * `AuditError`, with nothing changed, where it cannot be. Further codes stand with each method.
 */
export interface Keystore extends KeySource {
  /** The same store, sealing with the keys of another name. */
  source(name: string): KeySource
  /** Makes a key with its first version. `conflict` where there is one of that name in that scope; `key_destroyed` where that was shredded. */
  generate(name: string, command: GenerateCommand): Promise<KeyDetails>
  get(name: string, choice?: KeyChoice): Promise<KeyDetails>
  /** A key as envelopes, reports and records name it, with its scope. */
  getByKid(kid: string): Promise<KeyByKid>
  getVersion(name: string, version: number, choice?: KeyChoice): Promise<VersionInfo>
  /** Keys in the order of their kids, a page at a time. */
  list(query?: KeyList): Promise<readonly KeyInfo[]>
  /** Makes the next version, which seals from then on; the one before goes on opening. `key_retired` where the key has expired. */
  rotate(name: string, command: RotateCommand): Promise<Rotated>
  /** Rotates what is due, `limit` (default 100) keys at most. Any number of processes may do it at once. */
  rotateDue(command: ActorCommand & { readonly limit?: number | undefined }): Promise<RotateReport>
  /** The key that wraps all others. */
  readonly wrappingKey: WrappingKeyControl
  /** After the key-encryption key moved: wraps anew whatever is not wrapped by what wraps now. May be run again at any time. */
  rewrap(command: RewrapCommand): Promise<RewrapReport>
  /** Neither seals nor opens until it is resumed. `conflict`. */
  suspend(name: string, command: StateCommand): Promise<VersionInfo>
  resume(name: string, command: StateCommand): Promise<VersionInfo>
  /** Seals no more and goes on opening. `conflict`. */
  retire(name: string, command: StateCommand): Promise<VersionInfo>
  /** Schedules destruction; until then nothing opens, and `cancelDestroy` takes it back. `conflict` for a version that seals. */
  destroy(name: string, command: DestroyCommand): Promise<VersionInfo>
  cancelDestroy(name: string, command: StateCommand): Promise<VersionInfo>
  /** Destroys what was scheduled, and what a retention class has due. */
  destroyDue(command: ActorCommand & DestroyDueOptions): Promise<DestroyReport>
  /** Its keys as `retireWhenUnused` of `@waxseal/reseal` takes them: what nothing stored needs is scheduled to be destroyed. */
  retirableKeys(command: RetirableCommand): RetirableKeys
  /** Notes that the bytes of a version may be known to somebody; what to do about it is the caller's. */
  markCompromised(name: string, command: StateCommand): Promise<VersionInfo>
  /** Destroys every key of a scope at once, for good. `conflict` under legal hold. */
  shred(scope: string, command: ShredCommand): Promise<Shredded>
  /** Legal hold on a key or a scope: nothing of it is destroyed. */
  hold(command: HoldCommand): Promise<Held>
  release(command: HoldCommand): Promise<Held>
  /** Whether a scope is held or was shredded, and its keys. */
  scopeStatus(scope: string): Promise<ScopeStatus>
  statistics(): Promise<KeystoreStatistics>
  /** Records of the trail, a page at a time. */
  auditTrail(query?: AuditTrailQuery): Promise<readonly AuditRecord[]>
  /** Reads the whole trail and names the first record that is broken or missing. */
  verifyAudit(options?: VerifyOptions): Promise<AuditVerdict>
  /** After a backup was restored: does again what the records say, and tells what was lost. */
  reconcile(records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>, command: ReconcileCommand): Promise<ReconcileReport>
  /** One pass of what has to be done now and then: rotation, destruction, use counts. */
  maintain(command: ActorCommand & DestroyDueOptions): Promise<MaintenanceReport>
  /** Such passes, one after another. */
  startMaintenance(options: MaintenanceOptions): Maintenance
  /** Writes the use counts. */
  flush(): Promise<void>
  /** Ends maintenance, writes the use counts, and closes the key providers. The database stays open: it is yours. */
  close(): Promise<void>
}

const MINUTE_MS = 60_000

/**
 * Makes a key manager over a database that `migrateKeystore` has prepared. `config` for options that do not fit; nothing is asked before
 * the first use.
 *
 * @example
 * const keystore = createKeystore({ db, dialect: 'postgres', wrap: awsKms({ keyId }), audit, name: 'orders' })
 * await keystore.generate('orders', { actor: 'svc-deploy' })
 * const sealer = createSealer({ keys: keystore })
 */
export function createKeystore(options: KeystoreOptions): Keystore {
  const { db, dialect, audit, mirror, now, channel, onNewScope, actor = 'keystore', random = Math.random } = options
  const { maxAgeMs = 5 * MINUTE_MS, reloadMs = Math.min(MINUTE_MS, maxAgeMs), staleMs = 0, flushUsesMs = MINUTE_MS } = options
  if (options.onEvent !== undefined && typeof options.onEvent !== 'function')
    throw new WaxsealError('config', 'onEvent is a function')
  actorOf({ actor })
  const ownName = checkName(options.name ?? 'default')
  if (flushUsesMs !== false && !(Number.isInteger(flushUsesMs) && flushUsesMs >= 0))
    throw new WaxsealError('config', 'flushUsesMs is an integer from 0 on, or false')
  const tell = (event: KeystoreEvent | KeyServiceEvent) => {
    try {
      options.onEvent?.(Object.freeze(event))
    } catch {
      // A hook that throws changes nothing.
    }
  }
  const call = () => ({ now: now ?? Date.now })
  const database = createDatabase({ db, dialect, now })
  const journal = createJournal({ audit, mirror, tell })
  const sources = new Map<string, SealingSource>()
  const forget = (kids: readonly string[] | 'all') => {
    if (kids === 'all' || kids.includes(WRAPPING.kid)) wrapping.forget()
    for (const source of sources.values())
      if (kids === 'all') source.forget()
      else for (const kid of kids) source.forget({ kid })
  }
  const changes = createChanges({ database, journal, channel, forget, tell })
  const providers = (Array.isArray(options.wrap) ? options.wrap : [options.wrap]) as readonly KeyProvider[]
  const wrapping = createWrapping({ database, providers, changes, journal, call, actor })
  const scopes = createScopes({ database, wrapping, changes })
  const ground: Ground = {
    database,
    changes,
    wrapping,
    scopes,
    progress: createProgress(),
    cacheAgeMs: maxAgeMs + staleMs,
    random,
    call,
    tell,
  }
  const tick = now ?? (() => performance.now())
  const uses = flushUsesMs === false ? undefined : createUses({ database, flushMs: flushUsesMs, tick, tell })
  const listener = createListener(channel, forget, () => tell({ type: 'channel_failed' }))
  const reader = createKeyReader(ground)
  const { retry, breaker, maxKeys, attemptTimeoutMs = 10_000, deadlineMs = 20_000 } = options
  const cache = { retry, breaker, maxKeys, attemptTimeoutMs, deadlineMs, maxAgeMs, reloadMs, staleMs, onEvent: tell }

  function source(name: string): SealingSource {
    const known = sources.get(checkName(name))
    if (known) return known
    const made = createSealingSource({ ground, reader, name, cache, uses, actor, now, onNewScope, listen: listener.listen })
    sources.set(name, made)
    return made
  }

  const state =
    (change: Parameters<typeof changeState>[1]) =>
    async (name: string, command: StateCommand & { readonly afterMs?: number | undefined }) => {
      actorOf(command)
      return changeState(ground, change, await findKey(ground, name, command.scope), command)
    }

  async function maintain(command: ActorCommand & DestroyDueOptions): Promise<MaintenanceReport> {
    const who = actorOf(command)
    const rotation = await rotateDue(ground, who, command.limit)
    const destruction = await destroyDue(ground, who, command)
    await uses?.flush()
    await journal.follow()
    return { rotation, destruction }
  }

  const own = source(ownName)
  const maintenances: Maintenance[] = []
  let closed: Promise<void> | undefined
  const whileOpen = () => {
    if (closed) throw new WaxsealError('closed', 'the key store is closed')
  }
  const keystore: Keystore = {
    kind: 'source',
    current: own.current,
    resolve: own.resolve,
    resident: own.resident!,
    // It ends with the store: whatever else seals with that name shares it.
    source: (name) => Object.freeze<KeySource>({ ...source(name), close: () => {} }),
    generate: (name, command) => generate(ground, name, command),
    get: async (name, choice = {}) => details(ground, await findKey(ground, name, choice.scope)),
    getByKid: (kid) => getByKid(ground, kid),
    async getVersion(name, version, choice = {}) {
      const { kid } = await findKey(ground, name, choice.scope)
      return versionInfo(pickVersion(await database.read((reading) => versionsOf(reading, kid)), version))
    },
    list: (query) => list(ground, query),
    rotate: (name, command) => rotate(ground, name, command),
    rotateDue: async (command) => rotateDue(ground, actorOf(command), command.limit),
    wrappingKey: wrappingKeyControl(ground),
    rewrap: (command) => rewrap(ground, command),
    suspend: state('suspend'),
    resume: state('resume'),
    retire: state('retire'),
    destroy: state('destroy'),
    cancelDestroy: state('cancel_destroy'),
    destroyDue: async (command) => destroyDue(ground, actorOf(command), command),
    retirableKeys: (command) => retirableKeys(ground, command),
    markCompromised: (name, command) => markCompromised(ground, name, command),
    shred: (scope, command) => shred(ground, scope, command),
    hold: (command) => setHold(ground, true, command),
    scopeStatus: (scope) => scopeStatus(ground, scope),
    release: (command) => setHold(ground, false, command),
    statistics: () => statistics(ground),
    async auditTrail(query = {}) {
      await journal.settled()
      return auditTrail(ground, journal.trail(), query)
    },
    async verifyAudit(verifying) {
      await journal.settled()
      return journal.trail().verify(verifying)
    },
    reconcile: (records, command) => reconcile(ground, records, command),
    maintain,
    startMaintenance(starting) {
      actorOf(starting)
      whileOpen()
      const started = startMaintenance(() => maintain(starting), starting, random)
      maintenances.push(started)
      return started
    },
    flush: async () => uses?.flush(),
    close() {
      closed ??= (async () => {
        await Promise.all(maintenances.map((one) => one.stop()))
        await uses?.flush()
        await journal.settled()
        await listener.close()
        for (const one of sources.values()) await one.close?.()
        await wrapping.close()
      })()
      return closed
    },
  }
  return Object.freeze(keystore)
}
