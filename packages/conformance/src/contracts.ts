export type { AuditStoreBench, AuditStoreHarness, AuditStoreUnderTest } from './contracts/audit-store.js'
export { auditStoreContract } from './contracts/audit-store.js'
export type { DeadLetterStoreBench, DeadLetterStoreHarness, DeadLetterStoreUnderTest } from './contracts/dead-letter-store.js'
export { deadLetterStoreContract } from './contracts/dead-letter-store.js'
export type { KeyProviderHarness } from './contracts/key-provider.js'
export { keyProviderContract } from './contracts/key-provider.js'
export type { KeyServiceAct, KeyServiceBench, KeyServiceHarness } from './contracts/key-service.js'
export { keyServiceContract } from './contracts/key-service.js'
export type { KeySourceHarness } from './contracts/key-source.js'
export { keySourceContract } from './contracts/key-source.js'
export type { PayloadCodecHarness } from './contracts/payload-codec.js'
export { payloadCodecContract } from './contracts/payload-codec.js'
export type {
  ContractSeal,
  HandledJob,
  Handler,
  Outcome,
  QueueAdapterHarness,
  QueueBench,
  QueueUnderTest,
  ToldEvent,
} from './contracts/queue-adapter/harness.js'
export { queueAdapterContract } from './contracts/queue-adapter.js'
export type { ResealTargetBench, ResealTargetHarness, TargetUnderTest } from './contracts/reseal-target.js'
export { resealTargetContract } from './contracts/reseal-target.js'
export type {
  ContractCustomer,
  ContractTable,
  RowAdapterHarness,
  RowBench,
  TableUnderTest,
} from './contracts/row-adapter/harness.js'
export { rowAdapterContract } from './contracts/row-adapter.js'
export type { Contract } from './contracts/runner.js'
export type { StateStoreBench, StateStoreHarness, StateStoreUnderTest } from './contracts/state-store.js'
export { stateStoreContract } from './contracts/state-store.js'
