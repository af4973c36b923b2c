import { fail } from './audit-error.js'
import { type AuditKey, auditKeys, GENESIS, sameHash } from './chain.js'
import { type Checkpoint, isGenuine, signCheckpoint } from './checkpoint.js'
import { type AuditEntry, type AuditRecord, canonicalText, isIntact, parseText, recordOf, type StoredRecord } from './record.js'
import type { AuditFilter, AuditSink, Head, ReadableSink } from './sink.js'
import { type AuditVerdict, type VerifyOptions, verifyStream } from './verify.js'

export interface AuditTrailOptions<T> {
  readonly sink: AuditSink<T>
  /** One or many: the first signs, all verify. Never kept where the trail is. */
  readonly keys: AuditKey | readonly AuditKey[]
  /** A chain of its own, with numbers of its own; one writer at a time. 1 to 64 characters of [a-z0-9-]. Default `main`. */
  readonly stream?: string | undefined
  /** Milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined
}

export interface AuditQuery extends AuditFilter {
  /** Records after this number: the last one of the page before. */
  readonly after?: number | undefined
  /** 1 to 1,000; default 100. */
  readonly limit?: number | undefined
}

/** A hash-chained trail: what was written cannot be changed, removed or put in between without `verify` saying where. */
export interface AuditTrail<T = never> {
  /**
   * Writes one entry, within the caller's transaction where one is given: then the entry and the change come together or not at all.
   * Throws `sink_failed`, `conflict` or `torn` when it was not written; what was to be recorded must then not happen.
   */
  append(entry: AuditEntry, transaction?: T): Promise<AuditRecord>
  /**
   * Records in order, a page at a time, each checked by its own hash (`tampered`); that none is missing only `verify` can tell.
   * `write_only` where the sink cannot read.
   */
  query(query?: AuditQuery): Promise<readonly AuditRecord[]>
  /** Reads the stream in order and names the first record that is broken or missing. `write_only`. */
  verify(options?: VerifyOptions): Promise<AuditVerdict>
  /**
   * How far the trail went, signed; to be kept where the trail's database cannot reach. With the checkpoint before it all that came
   * since is verified first; without, only the last record is looked at, and what was cut off before stays unseen. `write_only`,
   * `tampered`.
   */
  checkpoint(since?: Checkpoint): Promise<Checkpoint>
  close(): Promise<void>
}

/**
 * Makes an audit trail. `config` for options that do not fit.
 *
 * @example
 * const trail = createAuditTrail({ sink: fileSink('audit.jsonl'), keys: { id: 'a1', key: auditKey } })
 * await trail.append({ actor: 'svc-deploy', operation: 'key.rotate', subject: 'orders', version: 4 })
 */
export function createAuditTrail<T = never>(options: AuditTrailOptions<T>): AuditTrail<T> {
  const { sink, stream = 'main', now = Date.now } = options
  if (sink?.kind !== 'sink') fail('config', 'an audit trail needs a sink')
  if (typeof stream !== 'string' || !/^[a-z0-9-]{1,64}$/.test(stream))
    fail('config', 'a stream is 1 to 64 characters of a-z, 0-9 and -')
  const keys = auditKeys(Array.isArray(options.keys) ? options.keys : [options.keys as AuditKey])
  let closed = false

  const open = () => {
    if (closed) fail('closed', 'the audit trail is closed')
  }
  const readable = (): ReadableSink =>
    sink.read && sink.head ? (sink as ReadableSink) : fail('write_only', 'this sink cannot read what it wrote')
  const genuine = (row: StoredRecord): boolean =>
    row.stream === stream &&
    isIntact(row) &&
    keys.has(row.keyId) &&
    sameHash(row.hash, keys.recordHash(row.keyId, row.previous, row.text))
  const tampered = (seq: number): never => fail('tampered', `record ${seq} of the audit trail is not what was written`)

  return Object.freeze<AuditTrail<T>>({
    async append(entry, transaction) {
      open()
      // Checked before anything is locked.
      let record = recordOf(entry, stream, 1, now())
      await sink.append(
        stream,
        ({ seq, hash: previous }: Head) => {
          // Nothing is signed behind a head that cannot be one.
          if (!isHead(seq, previous)) fail('tampered', 'the head of the audit trail is not one that was written')
          record = Object.freeze({ ...record, seq: seq + 1 })
          const { details: _, ...columns } = record
          const text = canonicalText(record, keys.current)
          const hash = keys.recordHash(keys.current, previous, text)
          return { ...columns, keyId: keys.current, text, previous, hash }
        },
        transaction,
      )
      return record
    },
    async query({ after = 0, limit = 100, subject, actor, operation, scope, from, to } = {}) {
      open()
      // Values of other types would be compared by each database's own rules, or be taken for a part of the statement.
      for (const [name, value] of Object.entries({ subject, actor, operation, scope }))
        if (value !== undefined && typeof value !== 'string') fail('config', `${name} is a text`)
      for (const [name, value] of Object.entries({ from, to }))
        if (value !== undefined && !Number.isSafeInteger(value)) fail('config', `${name} is milliseconds since the epoch`)
      if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) fail('config', 'limit is an integer from 1 to 1,000')
      if (!Number.isSafeInteger(after) || after < 0) fail('config', 'after is the number of a record')
      const rows = await readable().read(stream, { subject, actor, operation, scope, from, to }, { after, limit })
      return rows.map((row) => (genuine(row) ? Object.freeze(parseText(row.text)!.record) : tampered(row.seq)))
    },
    async verify(verifying = {}) {
      open()
      return verifyStream(keys, readable(), stream, verifying)
    },
    async checkpoint(since) {
      open()
      if (since !== undefined) {
        const verdict = await verifyStream(keys, readable(), stream, { since })
        return verdict.ok ? signCheckpoint(keys, stream, verdict.last, verdict.hash, now()) : tampered(verdict.flaw.seq)
      }
      const { seq, hash } = await readable().head(stream)
      // What is signed was looked at: a forged head gets no signature.
      const [row] = seq === 0 ? [] : await readable().read(stream, {}, { after: seq - 1, limit: 1 })
      if (seq === 0 ? hash !== GENESIS : !row || row.seq !== seq || row.hash !== hash || !genuine(row)) tampered(seq)
      return signCheckpoint(keys, stream, seq, hash, now())
    },
    async close() {
      if (closed) return
      closed = true
      await sink.close?.()
    },
  })
}

const isHead = (seq: number, hash: string): boolean => Number.isSafeInteger(seq + 1) && seq >= 0 && (seq > 0 || hash === GENESIS)

/** Whether a checkpoint was signed with one of these keys. */
export const isGenuineCheckpoint = (checkpoint: Checkpoint, keys: AuditKey | readonly AuditKey[]): boolean =>
  isGenuine(auditKeys(Array.isArray(keys) ? keys : [keys as AuditKey]), checkpoint)
