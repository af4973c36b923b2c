import { type Surroundings, surroundings } from './keys/service/attempts.js'
import { keyProviderWith } from './keys/service/key-provider.js'
import type { KeyServiceOptions } from './keys/service/key-service-options.js'
import { type StoredKeys, type StoredKeysDriver, type StoredKeysOptions, storedKeysWith } from './keys/service/stored-keys.js'
import type { KeyProvider, KeyProviderDriver } from './keys/types.js'
import type { Clock } from './random.js'
import { createSealerWith } from './sealer/sealer.js'
import type { Sealer, SealerOptions } from './sealer/sealer-types.js'

export interface TestSealerOptions extends SealerOptions {
  /** Fills `out` in place of the CSPRNG. Repeating bytes under one key breaks the encryption: tests and vectors only. */
  readonly randomBytes?: (out: Uint8Array) => void
  /** Milliseconds since the epoch, in place of Date.now. */
  readonly now?: Clock
}

/** A sealer with injected randomness and clock. Never for production. */
export function createTestSealer({ randomBytes, now, ...options }: TestSealerOptions): Sealer {
  const random = (length: number): Uint8Array => {
    const out = new Uint8Array(length)
    randomBytes?.(out)
    return out
  }
  return createSealerWith(options, { ...(randomBytes ? { random } : {}), ...(now ? { now } : {}) })
}

export type { Surroundings } from './keys/service/attempts.js'

/** A key provider with another clock, timer or chance: for tests of outages that would take hours. Never for production. */
export const createTestKeyProvider = (
  driver: KeyProviderDriver,
  options: KeyServiceOptions = {},
  around: Partial<Surroundings> = {},
): KeyProvider => keyProviderWith(driver, options, { ...surroundings, ...around })

/** The same for a source of stored keys. */
export const createTestStoredKeys = (
  driver: StoredKeysDriver,
  options: StoredKeysOptions = {},
  around: Partial<Surroundings> = {},
): StoredKeys => storedKeysWith(driver, options, { ...surroundings, ...around })
