import type { ServiceFake } from '../service-fake.js'
import type { AzureKeyOperation, NewAzureKey } from './key.js'
import type { AzurePermission } from './operations.js'
import type { DeniedCode } from './server.js'

export interface FakeAzureKeyVaultOptions {
  /** Default `https://waxseal.vault.azure.net`. */
  readonly vaultUrl?: string
  /** Default `https://waxseal.managedhsm.azure.net`. */
  readonly hsmUrl?: string
  /** The `IDENTITY_ENDPOINT` of App Service. Default `http://169.254.130.9:8081/msi/token`. */
  readonly identityEndpoint?: string
  /** Whether RSA-OAEP with SHA-1 is done, too. Default false. */
  readonly weakAlgorithms?: boolean
  /** How long tokens last, in seconds. Default 3,599. */
  readonly tokenLifetimeSeconds?: number
  /** The service's clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number
}

/** Which keys are meant: those of the vault (the default) or those of the managed HSM. */
export interface AzureKeyPlace {
  readonly store?: 'vault' | 'managed-hsm'
}

/** A key, and one of its versions: without one, all that the key has. */
export interface AzureKeyVersionPlace extends AzureKeyPlace {
  readonly version?: string
}

/** What can be changed of a key version; the times in milliseconds since 1970, null to take them away. */
export interface AzureKeyChange {
  readonly enabled?: boolean
  readonly notBefore?: number | null
  readonly expires?: number | null
  readonly operations?: readonly AzureKeyOperation[]
}

/**
 * Key Vault and Managed HSM, with what hands out tokens for them: Entra ID, the metadata of virtual machines and App Service.
 * They are told apart by host or, on a loopback address, by path: there the HSM's paths begin with `/managedhsm`.
 */
export interface FakeAzureKeyVault extends ServiceFake {
  readonly name: 'azure-key-vault'
  readonly vaultUrl: string
  readonly hsmUrl: string
  readonly tenantId: string
  /** The application that gets tokens by client credentials. */
  readonly clientId: string
  readonly clientSecret: string
  /** The managed identity. */
  readonly managedClientId: string
  readonly identityEndpoint: string
  /** What App Service puts into `IDENTITY_HEADER`. */
  readonly identityHeader: string

  /** A token that was not asked for over HTTP; by default for the vault, for the application. */
  issueToken(options?: {
    /** `vault`, `managed-hsm` or the URL of another resource. */
    readonly audience?: string
    readonly lifetimeSeconds?: number
    readonly clientId?: string
    readonly tenantId?: string
  }): string
  /** Accepts an assertion of workload identity, and from then on none that was accepted before. */
  setFederatedAssertion(assertion: string): void
  /** What a client may do from now on. Default everything. `code` is the inner code of the refusal, default `ForbiddenByPolicy`. */
  setAccess(clientId: string, permissions: readonly AzurePermission[], options?: { readonly code?: DeniedCode }): void
  setFirewall(blocks: boolean): void

  /** Makes a key, or a version of one; a key of type `oct-HSM` in the managed HSM, every other in the vault by default. */
  createKey(
    name: string,
    options?: Partial<NewAzureKey> & AzureKeyPlace,
  ): Promise<{ readonly kid: string; readonly version: string }>
  rotateKey(name: string, place?: AzureKeyPlace): Promise<{ readonly kid: string; readonly version: string }>
  updateKey(name: string, change: AzureKeyChange, place?: AzureKeyVersionPlace): void
  disableKey(name: string, place?: AzureKeyVersionPlace): void
  enableKey(name: string, place?: AzureKeyVersionPlace): void
  /** Deletes softly: 404 for its use, 409 for its name. `inProgress`: 409 for both. */
  deleteKey(name: string, options?: AzureKeyPlace & { readonly inProgress?: boolean }): void
  recoverKey(name: string, place?: AzureKeyPlace): void
  /** Takes a key away for good. */
  purgeKey(name: string, place?: AzureKeyPlace): void
}
