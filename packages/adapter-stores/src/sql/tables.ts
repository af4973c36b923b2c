import type { ColumnType } from 'kysely'

/** 64-bit integers come as text from some drivers. */
type Integer = ColumnType<number | string, number, number>
type OptionalInteger = ColumnType<number | string | null, number | null, number | null>

interface EntryTable {
  readonly store: string
  readonly kind: string
  readonly namespace: string
  readonly tenant: string
  readonly id: string
  /** An envelope. Exactly one of `sealed` and `clear` is not null. */
  readonly sealed: string | null
  /** JSON in clear, or what another system left. */
  readonly clear: string | null
}

export interface StateTable extends EntryTable {
  readonly version: string
  readonly written_at: Integer
  readonly expires_at: OptionalInteger
}

export interface AuditRecordTable extends EntryTable {
  readonly at: Integer
  readonly outcome: string
  readonly subject: string | null
  readonly fingerprint: string | null
  /** A policy of the record's own, as JSON. */
  readonly retention: string | null
}

export interface DeadLetterTable extends EntryTable {
  readonly at: Integer
  readonly attempts: Integer
}

export interface Tables {
  waxseal_state: StateTable
  waxseal_audit_records: AuditRecordTable
  waxseal_dead_letters: DeadLetterTable
}
