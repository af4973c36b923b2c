import * as core from '@waxseal/core/keys'

interface BufferClass {
  from(text: string, encoding: 'base64'): Uint8Array
  from(bytes: ArrayBufferLike, offset: number, length: number): Uint8Array & { toString(encoding: 'base64'): string }
}
/** Of Node, Bun and Deno: several times as fast as what runs everywhere. */
const { Buffer } = globalThis as { readonly Buffer?: BufferClass | undefined }

/** Padded base64 in the standard alphabet. */
export const toBase64 = (bytes: Uint8Array): string =>
  Buffer ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64') : core.toBase64(bytes)

/**
 * The bytes of padded base64 in the standard alphabet; undefined for anything else. Of ciphertext alone: where there is a Buffer, they
 * lie in memory that it shares.
 */
export function fromBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || !Buffer) return core.fromBase64(text)
  const bytes = Buffer.from(text, 'base64')
  const own = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  // A Buffer skips what does not belong: only what comes back as it went in was written so.
  return toBase64(own) === text ? own : undefined
}
