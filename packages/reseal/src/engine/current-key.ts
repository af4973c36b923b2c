import type { ResealSealer } from './renewal.js'
import type { Narrowing } from './target.js'

/**
 * Learns the current key from what was just sealed, so that a target can leave out what is on it. An envelope is kept to ask again:
 * once its key is no longer current, nothing is left out.
 */
export function createCurrentKey(sealer: ResealSealer) {
  let sample: string | Uint8Array | undefined
  const isCurrent = (envelope: string | Uint8Array): boolean => {
    try {
      return sealer.needsReseal(envelope) === false
    } catch {
      return false
    }
  }
  return {
    learn(sealed: unknown): void {
      if (sample === undefined && (typeof sealed === 'string' || sealed instanceof Uint8Array)) sample = sealed
    },
    narrowing(): Narrowing | undefined {
      if (sample === undefined || !isCurrent(sample)) {
        sample = undefined
        return undefined
      }
      const { kid, keyVersion: version, suite, wrapped } = sealer.inspect(sample)
      return { notOn: { kid, version, suite, wrapped } }
    },
  }
}
