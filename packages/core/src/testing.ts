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
