const MAX_INFLATED_BYTES = 16 * 1024 * 1024
// Beginnings of gzip and zlib: in bytes, in hexadecimal, in base64 (of whole groups).
const TEXTS = /(?:1f8b08|78(?:01|5e|9c|da))(?:[0-9a-f]{2}){8,}|(?:H4sI|eA[EFGH]|eF[4567]|eJ[wxyz]|eN[opqr])[A-Za-z0-9+/_-]{12,}/gi

const RETRIED_BYTES = 64 * 1024

/** What inflates from the bytes: streams that begin anywhere in them or in a text in them, and they whole as raw deflate. */
export async function* inflated(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* inflate('deflate-raw', bytes)
  for (const blob of [bytes, ...encodedBlobs(bytes)])
    for (let at = 0; at < blob.length - 2; at++) {
      const format = formatAt(blob, at)
      if (format) yield* inflate(format, blob.subarray(at))
    }
}

function formatAt(bytes: Uint8Array, at: number): CompressionFormat | undefined {
  const [first, second, third] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!]
  if (first === 0x1f && second === 0x8b && third === 8) return 'gzip'
  return first === 0x78 && ((first << 8) | second) % 31 === 0 ? 'deflate' : undefined
}

function* encodedBlobs(bytes: Uint8Array): Generator<Uint8Array> {
  const text = new TextDecoder('latin1').decode(bytes)
  for (const [run] of text.matchAll(TEXTS)) {
    if (/^(1f8b08|78)/i.test(run)) yield Uint8Array.from(run.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    else {
      const base64 = run.replaceAll('-', '+').replaceAll('_', '/')
      yield Uint8Array.from(atob(base64.slice(0, base64.length - (base64.length % 4))), (char) => char.charCodeAt(0))
    }
  }
}

/** As much as inflates, whatever follows the stream and even where it is cut short. */
async function* inflate(format: CompressionFormat, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const { content, failed } = await attempt(format, bytes, bytes.length)
  if (content.length > 0) yield content
  if (!failed) return
  // Some runtimes drop what they inflated when something follows the stream; byte by byte it is out before that is seen.
  const retried = await attempt(format, bytes.subarray(0, RETRIED_BYTES), 1)
  if (retried.content.length > content.length) yield retried.content
}

async function attempt(
  format: CompressionFormat,
  bytes: Uint8Array,
  step: number,
): Promise<{ content: Uint8Array; failed: boolean }> {
  const stream = new DecompressionStream(format)
  const writer = stream.writable.getWriter()
  const reader = stream.readable.getReader()
  const feed = async () => {
    for (let at = 0; at < bytes.length; at += step) await writer.write(bytes.slice(at, at + step))
    await writer.close()
  }
  // The reader sees the same errors.
  feed().catch(() => {})
  const parts: Uint8Array[] = []
  let length = 0
  let failed = false
  try {
    for (let part = await reader.read(); !part.done && length < MAX_INFLATED_BYTES; part = await reader.read()) {
      parts.push(part.value)
      length += part.value.length
    }
  } catch {
    failed = true
  }
  await reader.cancel().catch(() => {})
  const content = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    content.set(part, at)
    at += part.length
  }
  return { content, failed }
}
