import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import type { Sealer } from '@waxseal/core'
import type { Candidate } from './candidate.ts'
import { BARE, BARE_STREAMS, OURS } from './names.ts'
import { context } from './ours.ts'

const MIB = 1024 * 1024
const STREAM_BYTES = 10 * MIB
const CHUNK_BYTES = 64 * 1024
const TAG = { authTagLength: 16 }

/** 10 MiB in chunks of 64 KiB through the web streams of the runtime, both ways, by node:crypto alone and by Waxseal. */
export async function streams(sealer: Sealer, key: KeyObject): Promise<Candidate[]> {
  const plain = cut(randomBytes(STREAM_BYTES))
  const through = async (chunks: readonly Uint8Array[], transform: TransformStream<Uint8Array, Uint8Array>) => {
    let bytes = 0
    const reader = streamOf(chunks).pipeThrough(transform).getReader()
    for (let next = await reader.read(); !next.done; next = await reader.read()) bytes += next.value.length
    return bytes
  }
  const nonce = randomBytes(12)
  const cipher = () => createCipheriv('aes-256-gcm', key, nonce, TAG)
  const first = cipher()
  const encrypted = cut(Buffer.concat([...plain.map((chunk) => first.update(chunk)), first.final()]))
  const tag = first.getAuthTag()
  const sealed: Uint8Array[] = []
  const collect = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      sealed.push(chunk)
      controller.enqueue(chunk)
    },
  })
  await through(plain, pipe(sealer.sealStream({ context }), collect))
  const envelope = cut(Buffer.concat(sealed))
  const opened = await through(envelope, sealer.openStream({ context }))
  if (opened !== STREAM_BYTES) throw new Error(`the stream opens to ${opened} bytes`)

  const [seal, open] = ['seal a stream', 'open a stream']
  const bytes = STREAM_BYTES
  return [
    { work: seal, by: BARE, bytes, run: () => loop(plain, cipher()) },
    { work: seal, by: BARE_STREAMS, bytes, run: () => through(plain, chunkwise(cipher())) },
    { work: seal, by: OURS, bytes, run: () => through(plain, sealer.sealStream({ context })) },
    { work: open, by: BARE, bytes, run: () => loop(encrypted, decipher()) },
    { work: open, by: BARE_STREAMS, bytes, run: () => through(encrypted, chunkwise(decipher())) },
    { work: open, by: OURS, bytes, run: () => through(envelope, sealer.openStream({ context })) },
  ]

  function decipher() {
    const one = createDecipheriv('aes-256-gcm', key, nonce, TAG)
    return one.setAuthTag(tag)
  }
}

interface Chunkwise {
  update(chunk: Uint8Array): Uint8Array
  final(): Uint8Array
}

const chunkwise = (cipher: Chunkwise) =>
  new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => controller.enqueue(cipher.update(chunk)),
    flush: (controller) => controller.enqueue(cipher.final()),
  })

function loop(chunks: readonly Uint8Array[], cipher: Chunkwise): number {
  let bytes = 0
  for (const chunk of chunks) bytes += cipher.update(chunk).length
  return bytes + cipher.final().length
}

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks[at++]
      if (chunk) controller.enqueue(chunk)
      else controller.close()
    },
  })
}

const pipe = (first: TransformStream<Uint8Array, Uint8Array>, then: TransformStream<Uint8Array, Uint8Array>) => ({
  writable: first.writable,
  readable: first.readable.pipeThrough(then),
})

function cut(bytes: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) chunks.push(bytes.subarray(from, from + CHUNK_BYTES))
  return chunks
}
