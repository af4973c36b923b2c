export type {
  AzureKeyChange,
  AzureKeyPlace,
  AzureKeyVersionPlace,
  FakeAzureKeyVault,
  FakeAzureKeyVaultOptions,
} from './fakes/azure-key-vault/fake-azure-key-vault.js'
export type { AzureKeyOperation, AzureKeyType, NewAzureKey } from './fakes/azure-key-vault/key.js'
export type { AzurePermission } from './fakes/azure-key-vault/operations.js'
export type { DeniedCode } from './fakes/azure-key-vault/server.js'
export { createFakeAzureKeyVault } from './fakes/azure-key-vault.js'
export type { Fault, Faults } from './fakes/faults.js'
export type { ServiceFake } from './fakes/service-fake.js'
export type { FakeVault, FakeVaultOptions, VaultPlace, VaultTokenOptions } from './fakes/vault/fake-vault.js'
export type { Capability, PolicyRules } from './fakes/vault/policy.js'
export type { VaultState } from './fakes/vault/system.js'
export type { TransitKeyConfig } from './fakes/vault/transit-admin.js'
export type { TransitKeyType } from './fakes/vault/transit-key.js'
export { createFakeDevVault, createFakeVault } from './fakes/vault.js'
