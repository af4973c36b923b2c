import type { SealOptions as JobSealOptions, PerJob } from '@waxseal/adapter-kit'
import type { Compression, Sealer } from '@waxseal/core'
import type { OjsDialect, OjsKeys } from '@waxseal/formats'

type Shared = Pick<JobSealOptions, 'scope' | 'plaintext' | 'storeContext' | 'errors' | 'dedup' | 'onEvent'>

/** How jobs are sealed. In functions of the job `name` is its type and `data` its args: on reading, as they are stored. */
export interface SealOptions extends Shared {
  /** Seals and opens Waxseal's own form; the adapter never closes it. Without one `keys` must be given. */
  readonly sealer?: Sealer | undefined
  /** The application, a stable alias: the first pair of every context. Required with `sealer`. */
  readonly app?: PerJob<string> | undefined
  /** Keys in the shape of OJS's own `KeyProvider`, for the forms of OJS. Without them such jobs are refused. */
  readonly keys?: OjsKeys | undefined
  /** Which of `keys` encodes a job. Default: the provider's current one. */
  readonly keyId?: PerJob<string> | undefined
  /**
   * `sealed`: an envelope of the sealer. `spec`, `js`, `blob`: a dialect of OJS, under `keys`. `plaintext`: as OJS does, for the
   * first step of a roll-out. Default: `sealed` where there is a sealer, else `spec`.
   */
  readonly write?: PerJob<'sealed' | OjsDialect | 'plaintext'> | undefined
  /** `gzip` or `zstd`, for `spec`; a sealer compresses by its own setting. Default: none. */
  readonly compress?: Compression | undefined
  /** Members to seal, such as `args[0].card_number`; the rest of the args stays readable. Default: all args. */
  readonly paths?: PerJob<readonly string[] | undefined> | undefined
  /** `plaintext` leaves results as they are. Default: sealed, whole, as args are. */
  readonly results?: PerJob<'sealed' | 'plaintext'> | undefined
  /**
   * Makes the error that the SDK does not try again, of its text: `(text) => new OJSError(text, 'unreadable', { retryable: false })`.
   * Without it jobs that can never be opened use up their attempts.
   */
  readonly nonRetryable?: ((text: string) => Error) | undefined
  /** The largest inflated args, in bytes. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}
