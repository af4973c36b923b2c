import { readLe } from './little-endian.js'

const MAX_WINDOW_BYTES = 8 * 1024 * 1024

/**
 * Whether `data` is exactly one zstd frame (RFC 8878) with a window of at most 8 MiB and no dictionary, by its headers alone:
 * the runtimes' decoders read on into further frames, and some return what a cut one held.
 */
export function isOneZstdFrame(data: Uint8Array): boolean {
  const descriptor = data[4]!
  // Bits: 7-6 size of the content size, 5 single segment, 4 unused, 3 reserved, 2 checksum, 1-0 dictionary.
  if (readLe(data, 0, 4) !== 0xfd2fb528 || descriptor & 11) return false
  const single = (descriptor >> 5) & 1
  const sizeBytes = [single, 2, 4, 8][descriptor >> 6]!
  let at = 6 - single
  const exponent = data[5]!
  const window = single
    ? readLe(data, at, sizeBytes) + (sizeBytes === 2 ? 256 : 0)
    : (8 + (exponent & 7)) * 2 ** (7 + (exponent >> 3))
  if (!(window <= MAX_WINDOW_BYTES)) return false
  at += sizeBytes
  for (let last = 0; !last; ) {
    const block = readLe(data, at, 3)
    if (Number.isNaN(block) || (block & 6) === 6) return false
    last = block & 1
    // A run-length block holds one byte, whatever it stands for.
    at += 3 + ((block & 6) === 2 ? 1 : block >> 3)
  }
  return at + (descriptor & 4) === data.length
}
