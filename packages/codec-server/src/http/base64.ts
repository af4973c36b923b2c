import { fromBase64 as fromBase64Text } from '@waxseal/core/keys'

type BufferLike = Uint8Array & {
  toString(encoding: 'base64'): string
}
const { Buffer } = globalThis as {
  readonly Buffer?: { from(text: string, encoding: 'base64'): BufferLike } | undefined
}

/**
 * The bytes of padded base64 in the standard alphabet; undefined for anything else. Of ciphertext alone: where there is a Buffer, they
 * lie in memory that it shares.
 */
export function fromBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || !Buffer) return fromBase64Text(text)
  const bytes = Buffer.from(text, 'base64')
  // A Buffer skips what does not belong: only what comes back as it went in was written so.
  return bytes.toString('base64') === text ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : undefined
}
