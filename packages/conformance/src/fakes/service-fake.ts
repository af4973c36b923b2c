import type { Faults } from './faults.js'

/** A key service that runs in the test: it answers requests as the real one does, and without a network. */
export interface ServiceFake {
  /** `aws-kms`, `gcp-kms`, `vault` or `azure-key-vault`. */
  readonly name: string
  /**
   * Answers one request; a drop-in for the global fetch. Rejects with a TypeError, as fetch does, where a fault says that the
   * connection breaks, and honours the request's AbortSignal.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  readonly faults: Faults
  /** Every request answered so far, oldest first; never bodies or tokens. */
  readonly requests: readonly { readonly operation: string; readonly status: number }[]
}
