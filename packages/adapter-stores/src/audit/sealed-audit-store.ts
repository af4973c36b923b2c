import { scrubbed } from '@waxseal/adapter-kit'
import { type BlindIndex, type RetentionPolicy, retention, type Settled, WaxsealError } from '@waxseal/core'
import { clearText, entryFilter, entryKey, keyOf, type Owner } from '../entry-key.js'
import { besides, type Opened } from '../opened.js'
import type { PageOptions } from '../page.js'
import type { StoreSealOptions } from '../seal-options.js'
import { createValues } from '../values.js'
import type { AuditFields, AuditRow, AuditRowFilter, AuditStore } from './audit-store.js'
import { type RecordChainOptions, recordChain } from './record-chain.js'
import { type RecordsVerdict, type VerifyRecordsOptions, verifyRecords } from './verify-records.js'

/** What is to be recorded. All but `payload` is stored in clear, to be searched by: ids and codes, no personal data. */
export interface AuditEvent {
  /** What sort of action it was, as `send_email`. 1 to 64 characters. */
  readonly kind: string
  /** As `executed` or `failed`. 1 to 255 characters. */
  readonly outcome: string
  /** JSON: redacted, then sealed. */
  readonly payload: unknown
  /** Default: a random UUID. */
  readonly id?: string | undefined
  readonly namespace?: string | undefined
  readonly tenant?: string | undefined
  /** Id of what it is about: an action, a chain. 1 to 255 characters. */
  readonly subject?: string | undefined
  /** Milliseconds since the epoch. Default: now. */
  readonly at?: number | undefined
  /** How long the record is kept. Default: as long as the reaper's target says. */
  readonly retention?: RetentionPolicy | undefined
}

/** How records are found again by something that they hold. */
export interface FingerprintOptions {
  /** Made by `createBlindIndex`: a keyed hash, so that nobody finds a value by hashing guesses. */
  readonly index: Pick<BlindIndex, 'value' | 'values'>
  /** What to find a record by, of what was given, before it is redacted; undefined: nothing. */
  readonly of: (event: AuditEvent) => string | undefined
}

export interface SealedAuditOptions extends StoreSealOptions {
  readonly fingerprint?: FingerprintOptions | undefined
  /** Binds records to each other, so that `verify` tells what was changed, swapped, removed or put in between. Default: none. */
  readonly chain?: RecordChainOptions | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

export interface AuditFilter extends Omit<AuditRowFilter, 'fingerprints'> {
  /** What the record was to be found by, as `of` gave it. With scopes, `namespace` or `tenant` must say whose. */
  readonly fingerprint?: string | undefined
}

/** A record, opened; or with the code of why its payload did not open. */
export type OpenedRecord = AuditFields & Opened<{ readonly payload: unknown }>

export interface AuditPage {
  readonly records: readonly OpenedRecord[]
  /** Null where there is nothing behind. */
  readonly next: string | null
}

/** Audit records whose payloads are redacted and sealed, and whose other fields can be searched. */
export interface SealedAuditStore {
  readonly name: string
  /** Records what happened, or throws: then nothing is stored. `conflict` where the id is taken. */
  append(event: AuditEvent): Promise<AuditFields>
  /** Records by time and id, a page at a time. One that does not open is there too, with `unopened` in place of `payload`. */
  query(filter?: AuditFilter, page?: PageOptions): Promise<AuditPage>
  /** The record of an id, or null. */
  get(id: string): Promise<OpenedRecord | null>
  /** How many records there are. Needs no key. */
  count(): Promise<number>
  /** Compares every record with the chain. `config` without one; what outages throw. */
  verify(options?: VerifyRecordsOptions): Promise<RecordsVerdict>
}

const config = (message: string) => new WaxsealError('config', message)

const time = (value: number): number => {
  if (!Number.isSafeInteger(value) || value < 0) throw config('a time is milliseconds since the epoch')
  return value
}

/** `config` for a policy that no reaper could read. */
function policy(value: RetentionPolicy | undefined, at: number): RetentionPolicy | null {
  if (value === undefined) return null
  retention.deadline(value, { createdAt: new Date(at) })
  return value
}

/**
 * Redacts, then seals what an audit store keeps, in this order, and opens what it gives back. What cannot be redacted or sealed is
 * not stored. `config` for options that do not fit.
 *
 * @example
 * const audit = sealedAuditStore(sqlAuditStore({ db, dialect: 'postgres' }), { sealer, app: 'gateway', redact: redactFields(['password']) })
 * await audit.append({ kind: 'send_email', tenant: 'acme', outcome: 'executed', payload: { to: 'ada@example.com', password: 'x' } })
 */
export function sealedAuditStore(inner: AuditStore, options: SealedAuditOptions): SealedAuditStore {
  const { fingerprint, now = Date.now } = options
  if (typeof inner?.append !== 'function') throw config('a sealed store needs a store of audit records')
  const values = createValues(inner.name, options)
  const chain = options.chain && recordChain(inner.name, options.app, options.chain)

  async function fingerprintOf(event: AuditEvent, owner: Owner): Promise<string | null> {
    if (!fingerprint) return null
    let found: string | undefined
    try {
      found = fingerprint.of(event)
    } catch (error) {
      // Its message may show what it was given.
      throw config(`fingerprint.of failed with ${scrubbed(error).name}; nothing was stored`)
    }
    return found === undefined ? null : fingerprint.index.value(found, { scope: values.scopeOf(owner) })
  }

  async function fieldsOf(event: AuditEvent): Promise<Omit<AuditRow, 'value'>> {
    const { kind, namespace, tenant, subject, id = crypto.randomUUID() } = event
    const at = time(event.at ?? now())
    const key = entryKey({ kind, namespace, tenant, id })
    return {
      ...key,
      at,
      outcome: clearText('outcome', event.outcome),
      subject: subject === undefined ? null : clearText('subject', subject),
      fingerprint: await fingerprintOf(event, key),
      retention: policy(event.retention, at),
    }
  }

  async function rowFilter({ fingerprint: wanted, ...filter }: AuditFilter): Promise<AuditRowFilter> {
    entryFilter(filter)
    if (filter.outcome !== undefined) clearText('outcome', filter.outcome)
    if (filter.subject !== undefined) clearText('subject', filter.subject)
    for (const at of [filter.from, filter.to]) if (at !== undefined) time(at)
    if (wanted === undefined) return filter
    if (!fingerprint) throw config('records of this store have no fingerprints')
    const { namespace = '', tenant = '' } = filter
    if (typeof options.scope === 'function' && namespace === '' && tenant === '')
      throw config('a fingerprint is looked for within a namespace or a tenant: its key is theirs')
    return { ...filter, fingerprints: await fingerprint.index.values(wanted, { scope: values.scopeOf({ namespace, tenant }) }) }
  }

  async function opened(rows: readonly AuditRow[]): Promise<OpenedRecord[]> {
    const outcomes = await values.openMany(rows.map((row) => ({ key: keyOf(row), value: row.value })))
    return rows.map((row, at) => openedRecord(row, outcomes[at]!))
  }

  return Object.freeze<SealedAuditStore>({
    name: inner.name,
    async append(event) {
      const fields = await fieldsOf(event)
      const payload = await values.redacted(fields, event.payload)
      // Begun together, so that both are of the payload as it is now: its caller may go on to change it.
      const sealing = values.seal(fields, payload)
      const [value, link] = await Promise.all([sealing, chain?.linkOf(fields, payload, values.scopeOf(fields))])
      const linked = link && (async (transaction?: unknown) => void (await chain!.trail.append(link, transaction as never)))
      await inner.append({ ...fields, value }, linked)
      return clearFields(fields)
    },
    async query(filter = {}, page) {
      const { rows, next } = await inner.query(await rowFilter(filter), page)
      return { records: await opened(rows), next }
    },
    async get(id) {
      const [record = null] = await opened(await inner.get([clearText('id', id)]))
      return record
    },
    count: () => inner.count(),
    async verify(verifying = {}) {
      if (!chain) throw config('the records of this store are not chained')
      return verifyRecords(inner, values, chain, verifying)
    },
  })
}

const clearFields = (row: AuditFields): AuditFields =>
  Object.freeze({ ...keyOf(row), at: row.at, outcome: row.outcome, subject: row.subject })

const openedRecord = (row: AuditRow, outcome: Settled<unknown>): OpenedRecord =>
  besides(clearFields(row), outcome, (payload) => ({ payload }))
