import type { KeyProvider, MaybePromise, WaxsealErrorCode } from '@waxseal/core'
import type { KeyServiceOptions } from '@waxseal/core/keys'
import type { ServiceFake } from '../../fakes/service-fake.js'

/** A fake of the service, a provider that asks it, and what an operator of the service can do to it. */
export interface KeyServiceBench {
  readonly fake: ServiceFake
  /** A provider on one key of the fake, the same every time. */
  readonly create: (options: KeyServiceOptions) => KeyProvider
  /** The service denies this key to the provider, until `allow`. */
  readonly deny: () => void
  readonly allow: () => void
  /** With `enable`. */
  readonly disable?: () => void
  readonly enable?: () => void
  readonly destroy?: () => void
  readonly rotate?: () => void
  /** The provider can have fresh ones. */
  readonly expireCredentials?: () => void
  /** Texts that may stand in no error and no event: tokens, secrets. */
  readonly secrets: readonly string[]
}

/**
 * What an operator of the service can do to a key and its users: disable and enable the key, end it, give it new material while what
 * was wrapped before still opens, end the credentials in use.
 */
export type KeyServiceAct = 'disable' | 'destroy' | 'rotate' | 'expireCredentials'

export interface KeyServiceHarness {
  /** Begins the names of the tests. */
  readonly name: string
  /** What the bench can do, neither more nor less: what is not listed here has no test. */
  readonly can: readonly KeyServiceAct[]
  /** Called once a test. */
  readonly create: () => MaybePromise<KeyServiceBench>
  /** What a destroyed key is told as. Default `key_destroyed`. */
  readonly destroyed?: WaxsealErrorCode
  /** Whether a service whose clock differs by an hour is asked again by its own clock. Default false. */
  readonly followsClock?: boolean
  /** Whether the service says how long to wait when it throttles. Default true. */
  readonly saysRetryAfter?: boolean
  /** Whether the service re-wraps without showing the key. Default false. */
  readonly rewraps?: boolean
  /** Requests that it takes to wrap a data key. Default 1. */
  readonly requestsToWrap?: number
}
