import { WaxsealError } from '@waxseal/core'

/** The content of a zlib or gzip stream. `malformed` for what is none, `too_large` for more than `maxBytes`. */
export async function inflate(format: 'deflate' | 'gzip', data: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const stream = new Blob([data as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(format))
  const reader = stream.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const part = await reader.read().catch(() => {
      throw new WaxsealError('malformed', 'the compressed data is malformed')
    })
    if (part.done) break
    length += part.value.length
    if (length > maxBytes) {
      await reader.cancel().catch(() => {})
      throw new WaxsealError('too_large', `the payload inflates to more than ${maxBytes} bytes`)
    }
    parts.push(part.value)
  }
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
