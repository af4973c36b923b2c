/** An unsigned little-endian integer of `size` bytes; NaN where the data ends before. */
export function readLe(data: Uint8Array, at: number, size: number): number {
  let value = 0
  for (let i = size; i--; ) value = value * 256 + data[at + i]!
  return value
}
