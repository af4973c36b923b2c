import { backend } from '#backend'
import { WaxsealError } from './errors.js'

export type RandomBytes = (length: number) => Uint8Array
export type Clock = () => number

const POOL_BYTES = 4096
const POOL_MAX_AGE_MS = 50

/**
 * Salts from a pool that one read of the CSPRNG fills. Nothing is drawn before the first use, no byte is given out twice,
 * and a pool older than 50 ms by the wall clock is thrown away: a memory snapshot or a forked process that wakes later
 * never repeats what another one drew.
 */
export function createRandomPool(now: Clock = Date.now): RandomBytes {
  let pool = new Uint8Array(0)
  let used = 0
  let filledAt = 0
  return (length) => {
    const time = now()
    if (used + length > pool.length || time < filledAt || time - filledAt > POOL_MAX_AGE_MS) {
      // A lone call draws little; a busy process grows to full reads.
      const busy = time - filledAt <= POOL_MAX_AGE_MS
      // Nothing changes before the CSPRNG has answered: a salt of zeros would repeat.
      pool = randomBytes(Math.max(length, busy ? POOL_BYTES : 4 * length))
      used = 0
      filledAt = time
    }
    const out = new Uint8Array(length)
    // Byte by byte: for a salt the calls of slice and fill cost more than the copy.
    for (let i = 0; i < length; i++) {
      out[i] = pool[used]!
      pool[used++] = 0
    }
    return out
  }
}

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  backend.randomFill(bytes)
  if (bytes.every((byte) => byte === 0)) throw new WaxsealError('config', 'the random number generator returned zeros')
  return bytes
}

/** 32 uniformly random bytes for a new data key, straight from the CSPRNG. */
export const randomKey = (): Uint8Array => randomBytes(32)
