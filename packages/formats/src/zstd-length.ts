const MAGIC = 0xfd2fb528

const littleEndian = (bytes: Uint8Array, at: number, length: number): number => {
  let value = 0
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? Number.NaN)
  return value
}

/** The length of its content that the header of a zstd frame tells (RFC 8878, 3.1.1.1); undefined where it tells none. */
export function zstdContentLength(frame: Uint8Array): number | undefined {
  if (littleEndian(frame, 0, 4) !== MAGIC) return undefined
  const descriptor = frame[4] ?? 0
  const single = (descriptor & 0x20) !== 0
  const size = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  const dictionary = [0, 1, 2, 4][descriptor & 3]!
  const length = littleEndian(frame, 5 + (single ? 0 : 1) + dictionary, size) + (size === 2 ? 256 : 0)
  return size === 0 || Number.isNaN(length) ? undefined : length
}
