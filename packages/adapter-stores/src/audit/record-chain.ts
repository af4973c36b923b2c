import type { AuditEntry, AuditQuery, AuditRecord, AuditVerdict, VerifyOptions } from '@waxseal/audit'
import { canonicalJson, type DedupKey } from '@waxseal/core'
import { keyOf } from '../entry-key.js'
import type { AuditFields, AuditRow } from './audit-store.js'

/** A trail of `createAuditTrail`, whatever its transactions are. */
export interface RecordTrail {
  append(entry: AuditEntry, transaction?: never): Promise<AuditRecord>
  query(query?: AuditQuery): Promise<readonly AuditRecord[]>
  verify(options?: VerifyOptions): Promise<AuditVerdict>
}

/** What binds the records of a store to each other, payloads included. */
export interface RecordChainOptions {
  /** Best over `sqlSink` on the same database: then a record and its link come together, or not at all. */
  readonly trail: RecordTrail
  /** Made by `createDedupKey`: payloads enter the chain as keyed hashes, which say nothing to who has not the key. */
  readonly digest: Pick<DedupKey, 'value'>
}

/** Links of records. They hold what stands in clear anyway, and a digest of the payload as it was before it was sealed. */
export interface RecordChain {
  readonly operation: string
  readonly trail: RecordTrail
  linkOf(row: Omit<AuditRow, 'value'>, payload: unknown, scope: string | undefined): Promise<AuditEntry>
  /** When the record of a link was, milliseconds since the epoch. */
  timeOf(link: AuditRecord): number
  /** Whether the columns of a row are those of its link. */
  isIntact(link: AuditRecord, row: AuditRow): boolean
  /** Whether a payload is that of the link. */
  isPayload(link: AuditRecord, row: AuditFields, payload: unknown, scope: string | undefined): Promise<boolean>
}

export function recordChain(store: string, app: string, { trail, digest }: RecordChainOptions): RecordChain {
  const operation = `${store}.append`
  const digestOf = (row: AuditFields, payload: unknown, scope: string | undefined) =>
    digest.value('audit-record', { store, ...keyOf(row), payload }, { scope })

  return Object.freeze<RecordChain>({
    operation,
    trail,
    linkOf: async (row, payload, scope) => ({
      actor: app,
      operation,
      subject: row.id,
      details: { record: canonicalJson(row), payload: await digestOf(row, payload, scope) },
    }),
    timeOf: (link) => Number((JSON.parse(`${link.details.record}`) as { at?: unknown }).at),
    isIntact: (link, { value: _, ...row }) => link.details.record === canonicalJson(row),
    isPayload: async (link, row, payload, scope) => link.details.payload === (await digestOf(row, payload, scope)),
  })
}
