import { createSealer, type Sealer, type SealerOptions, staticKeys } from '@waxseal/core'

const bytes = (fill: number) => new Uint8Array(32).fill(fill)
export const keyBytes = { k1: bytes(1), k2: bytes(2), k3: bytes(3) } as const
export type Kid = keyof typeof keyBytes

/** A sealer that seals under the first of these keys and opens all. */
export const sealerOn = (kids: readonly Kid[], options: Partial<SealerOptions> = {}): Sealer =>
  createSealer({
    keys: staticKeys(kids.map((kid, at) => ({ kid, key: keyBytes[kid], state: at === 0 ? 'active' : 'decrypt_only' }))),
    ...options,
  })

/** A clock that stands still unless slept on. */
export function fakeClock(start = 1_700_000_000_000) {
  let time = start
  const slept: number[] = []
  return {
    now: () => time,
    async sleep(ms: number, signal?: AbortSignal) {
      signal?.throwIfAborted()
      slept.push(ms)
      time += ms
    },
    pass(ms: number) {
      time += ms
    },
    slept,
  }
}
