import { backend } from '#backend'
import type { MessageCipher } from '../backend/types.js'
import { fail, openFailed } from '../errors.js'
import { settle, throwIfAborted } from '../flow.js'
import { concatBytes } from '../format/bytes.js'
import { CHUNK_BYTES, chunkNonce, TAG_BYTES } from '../format/chunks.js'
import { acceptStored, canonicalContext, storedContext } from '../format/context.js'
import { COMMITMENT_BYTES, envelopeKeys, MAGIC, type MessageKeys, SALT_BYTES } from '../format/derive.js'
import {
  BODY_HEADER_BYTES,
  decodeHeader,
  encodeHeader,
  type Header,
  MAX_STORED_CONTEXT_BYTES,
  MAX_WRAPPED_KEY_BYTES,
} from '../format/envelope.js'
import { FORM } from '../format/suites.js'
import { keyMaterial } from '../keys/data-key.js'
import { type StartedEvent, startEvent } from './events.js'
import { assertOpen, checkSuite, isStored, keyCall, type Place, type SealerCore, suiteOf } from './sealer-core.js'

export interface StreamCall extends Pick<Place, 'context' | 'scope' | 'signal'> {
  readonly storeContext?: boolean | undefined
  /** `chunks` (default) passes on each chunk once it is authentic; `end` holds everything back until the whole is. */
  readonly release?: 'chunks' | 'end' | undefined
}

type Sink = TransformStreamDefaultController<Uint8Array>

/** First byte of a stream's plaintext: bytes, not compressed, not padded (spec section 6). */
const STREAM_FRAME = 0x00
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
const MAX_HEADER_BYTES = 5 + 64 + 5 + 2 + MAX_WRAPPED_KEY_BYTES + 2 + MAX_STORED_CONTEXT_BYTES

/** Cuts what comes in into pieces of `size` bytes; what is left at the end comes out of `rest`. */
function createCutter(size: number) {
  let held: Uint8Array = new Uint8Array(0)
  return {
    *push(bytes: Uint8Array): Generator<Uint8Array> {
      held = held.length === 0 ? bytes : concatBytes(held, bytes)
      while (held.length >= size) {
        yield held.subarray(0, size)
        held = held.subarray(size)
      }
      // A copy, so that the producer may reuse its buffer.
      held = Uint8Array.from(held)
    },
    rest: (): Uint8Array => held,
  }
}

const keysOf = (
  { suite }: Header,
  key: Parameters<typeof keyMaterial>[0],
  salt: Uint8Array,
  call: StreamCall,
  context = call.context,
): MessageKeys => {
  const added = call.scope === undefined ? [] : ([['$scope', call.scope]] as const)
  const canonical = canonicalContext(context as Exclude<typeof context, { stored: unknown }>, added)
  return envelopeKeys(keyMaterial(key).enc, suite, FORM.value, salt, canonical)
}

async function cipherOf({ suite }: Header, { key }: MessageKeys): Promise<MessageCipher> {
  const cipher = await backend.aead[suite.suite].messageCipher(key)
  key.fill(0)
  return cipher
}

const bytesOf = (chunk: unknown): Uint8Array =>
  chunk instanceof Uint8Array ? chunk : fail('not_serialisable', 'a stream seals and opens Uint8Array chunks')

interface Steps {
  transform(chunk: Uint8Array, sink: Sink): Promise<void>
  flush(sink: Sink): Promise<void>
}

/** A stream whose end, good or bad, is told once. */
function toldStream(event: StartedEvent, { transform, flush }: Steps): TransformStream<Uint8Array, Uint8Array> {
  const step = async (run: () => Promise<void>) => {
    try {
      await run()
    } catch (error) {
      event.end(error)
      throw error
    }
  }
  return new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, sink) => step(() => transform(chunk, sink)),
    flush: (sink) => step(() => flush(sink)).then(() => event.end()),
  })
}

/** Bytes in, one binary envelope out, in constant memory. */
export function sealingStream(core: SealerCore, call: StreamCall): TransformStream<Uint8Array, Uint8Array> {
  assertOpen(core)
  if (!core.sealing) fail('sealing_disabled', 'this sealer is open-only')
  const event = startEvent(core, 'seal', FORM.value)
  const cutter = createCutter(CHUNK_BYTES)
  let message: { cipher: MessageCipher; nonce: Uint8Array; index: number } | undefined

  async function begin(sink: Sink) {
    assertOpen(core)
    if (isStored(call.context)) return fail('context_required', 'sealing needs the context itself')
    const stored = call.storeContext ? storedContext(call.context) : undefined
    const key = await settle(core.keyring.current(call.scope, keyCall(core, call.signal)), call.signal)
    const header = { suite: suiteOf(core, key), locator: { kid: key.kid, version: key.version, wrapped: key.wrapped }, stored }
    event.header = header
    const salt = core.random(SALT_BYTES)
    const keys = keysOf(header, key, salt, call)
    sink.enqueue(concatBytes(encodeHeader(header), salt, keys.commitment))
    return { cipher: await cipherOf(header, keys), nonce: keys.nonce, index: 0 }
  }

  async function write(plaintext: Iterable<Uint8Array>, sink: Sink) {
    message ??= await begin(sink)
    for (const chunk of plaintext) {
      const out = new Uint8Array(chunk.length + TAG_BYTES)
      await message.cipher.encrypt(chunkNonce(message.nonce, message.index++), chunk, out)
      sink.enqueue(out)
    }
  }

  let started = false
  return toldStream(event, {
    async transform(chunk, sink) {
      throwIfAborted(call.signal)
      const bytes = bytesOf(chunk)
      event.bytes = (event.bytes ?? 0) + bytes.length
      const first = started ? bytes : concatBytes(Uint8Array.of(STREAM_FRAME), bytes)
      started = true
      await write(cutter.push(first), sink)
    },
    async flush(sink) {
      await write([started ? cutter.rest() : Uint8Array.of(STREAM_FRAME)], sink)
    },
  })
}

/** One binary envelope in, bytes out. Ends with an error unless all of it was authentic and complete. */
export function openingStream(core: SealerCore, call: StreamCall): TransformStream<Uint8Array, Uint8Array> {
  assertOpen(core)
  const event = startEvent(core, 'open', FORM.value)
  let head: Uint8Array | undefined = new Uint8Array(0)
  const cutter = createCutter(SEALED_CHUNK_BYTES)
  const held: Uint8Array[] = []
  let heldBytes = 0
  let message: { cipher: MessageCipher; nonce: Uint8Array; index: number } | undefined

  /** Reads the header, once enough of it is there, and gives what follows it. */
  async function begin(bytes: Uint8Array): Promise<Uint8Array> {
    assertOpen(core)
    if (bytes[0] !== MAGIC) fail('plaintext_rejected', 'a binary envelope is expected here, and this is none')
    const { end, ...header } = decodeHeader(bytes)
    const body = bytes.subarray(end)
    if (body.length < BODY_HEADER_BYTES) fail('malformed', 'not a well-formed envelope: its length')
    if (!core.acceptSuites.includes(header.suite.suite)) fail('unsupported_suite', `${header.suite.suite} is not accepted here`)
    const context = isStored(call.context) ? acceptStored(header.context, call.context) : call.context
    const key = await settle(core.keyring.resolve(header.locator, call.scope, keyCall(core, call.signal)), call.signal)
    checkSuite(key, header.suite)
    event.header = header
    const keys = keysOf(header, key, body.subarray(0, SALT_BYTES), call, context)
    if (!backend.equal(keys.commitment, body.subarray(SALT_BYTES, SALT_BYTES + COMMITMENT_BYTES))) openFailed()
    message = { cipher: await cipherOf(header, keys), nonce: keys.nonce, index: 0 }
    return body.subarray(BODY_HEADER_BYTES)
  }

  async function read(sealed: Iterable<Uint8Array>, sink: Sink) {
    for (const chunk of sealed) {
      let plaintext = (await message!.cipher.decrypt(chunkNonce(message!.nonce, message!.index), chunk)) ?? openFailed()
      if (message!.index++ === 0) {
        if (plaintext[0] !== STREAM_FRAME) fail('malformed', 'the envelope holds a value, not a stream: open it with open')
        plaintext = plaintext.subarray(1)
      }
      if (call.release !== 'end') {
        if (plaintext.length > 0) sink.enqueue(plaintext)
        continue
      }
      heldBytes += plaintext.length
      if (heldBytes > core.limits.maxPayloadBytes)
        fail('too_large', `the plaintext has more than ${core.limits.maxPayloadBytes} bytes`)
      held.push(plaintext)
    }
  }

  return toldStream(event, {
    async transform(chunk, sink) {
      throwIfAborted(call.signal)
      let bytes = bytesOf(chunk)
      event.bytes = (event.bytes ?? 0) + bytes.length
      if (head) {
        head = concatBytes(head, bytes)
        if (head.length < MAX_HEADER_BYTES + BODY_HEADER_BYTES) return
        bytes = await begin(head)
        head = undefined
      }
      await read(cutter.push(bytes), sink)
    },
    async flush(sink) {
      if (head) await read(cutter.push(await begin(head)), sink)
      const rest = cutter.rest()
      if (rest.length < TAG_BYTES) openFailed()
      await read([rest], sink)
      for (const part of held) sink.enqueue(part)
    },
  })
}
