export type * from './audit/audit-store.js'
export { memoryAuditStore } from './audit/memory-audit-store.js'
export type { RecordChainOptions, RecordTrail } from './audit/record-chain.js'
export type {
  AuditEvent,
  AuditFilter,
  AuditPage,
  FingerprintOptions,
  OpenedRecord,
  SealedAuditOptions,
  SealedAuditStore,
} from './audit/sealed-audit-store.js'
export { sealedAuditStore } from './audit/sealed-audit-store.js'
export type { RecordFlaw, RecordsVerdict, VerifyRecordsOptions } from './audit/verify-records.js'
export { entryContext } from './context.js'
export type * from './dead-letter/dead-letter-store.js'
export { memoryDeadLetterStore } from './dead-letter/memory-dead-letter-store.js'
export type {
  DeadLetter,
  DeadLetterSinkOptions,
  Drained,
  OpenedLetter,
  SealedDeadLetterSink,
} from './dead-letter/sealed-dead-letter-sink.js'
export { sealedDeadLetterSink } from './dead-letter/sealed-dead-letter-sink.js'
export type { EntryKey, EntryName, Owner } from './entry-key.js'
export type { Opened } from './opened.js'
export type { PageOptions } from './page.js'
export type { RedactFieldsOptions } from './redact-fields.js'
export { redactFields } from './redact-fields.js'
export type { StoreEvent, StoreSealOptions } from './seal-options.js'
export type { MemoryStoreOptions } from './state/memory-state-store.js'
export { memoryStateStore } from './state/memory-state-store.js'
export type { SealedStateOptions, SealedStateStore } from './state/sealed-state-store.js'
export { sealedStateStore } from './state/sealed-state-store.js'
export type * from './state/state-store.js'
export type { StoredValue } from './stored-value.js'
