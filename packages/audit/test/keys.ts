export const key = (id: string, byte: number) => ({ id, key: new Uint8Array(32).fill(byte) })
export const keys = key('a1', 1)

/** A clock that counts. */
export const clock =
  (at = 1_700_000_000_000) =>
  () =>
    at++
