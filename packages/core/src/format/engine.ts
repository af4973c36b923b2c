import { backend } from '#backend'
import type { Mac } from '../backend/types.js'
import { fail, openFailed } from '../errors.js'
import { type Flow, wait } from '../flow.js'
import type { RandomBytes } from '../random.js'
import { openChunks, sealChunks, sealedLength } from './chunks.js'
import { COMMITMENT_BYTES, envelopeKeys, SALT_BYTES } from './derive.js'
import { BODY_HEADER_BYTES, type Envelope, encodeHeader, encodeStringHeader, type Header } from './envelope.js'
import type { Form } from './suites.js'

/** What both directions need beside the header: a purpose key, the form and the canonical context. */
export interface Binding {
  readonly prk: Mac
  readonly form: Form
  readonly canonical: Uint8Array
  /** The caller cannot wait: refuse a suite that is asynchronous here. */
  readonly sync?: boolean | undefined
}

/** Seals a frame (spec sections 2 to 4). The frame is erased. */
export function* sealEnvelope(
  header: Header,
  { prk, form, canonical, sync }: Binding,
  frame: Uint8Array,
  random: RandomBytes,
  as: 'string' | 'bytes',
): Flow<string | Uint8Array> {
  const { suite } = header
  const salt = random(SALT_BYTES)
  const { key, nonce, commitment } = envelopeKeys(prk, suite, form, salt, canonical)
  const binary = as === 'bytes' ? encodeHeader(header) : undefined
  const at = binary?.length ?? 0
  const length = at + BODY_HEADER_BYTES + sealedLength(frame.length)
  const out = binary ? new Uint8Array(length) : backend.alloc(length)
  if (binary) out.set(binary)
  out.set(salt, at)
  out.set(commitment, at + SALT_BYTES)
  const cipher = yield* wait(aead(header, sync).messageCipher(key))
  key.fill(0)
  yield* sealChunks(cipher, nonce, frame, out, at + BODY_HEADER_BYTES)
  frame.fill(0)
  return as === 'bytes' ? out : encodeStringHeader(header) + backend.toBase64url(out)
}

/** Opens to the frame; wrong key, wrong context and tampering are one error. */
export function* openEnvelope(envelope: Envelope, { prk, form, canonical, sync }: Binding): Flow<Uint8Array> {
  const { suite, body } = envelope
  const { key, nonce, commitment } = envelopeKeys(prk, suite, form, body.subarray(0, SALT_BYTES), canonical)
  if (!backend.equal(commitment, body.subarray(SALT_BYTES, SALT_BYTES + COMMITMENT_BYTES))) {
    key.fill(0)
    return openFailed()
  }
  const cipher = yield* wait(aead(envelope, sync).messageCipher(key))
  key.fill(0)
  return (yield* openChunks(cipher, nonce, body.subarray(BODY_HEADER_BYTES))) ?? openFailed()
}

function aead({ suite }: Header, sync: boolean | undefined) {
  const found = backend.aead[suite.suite]
  if (sync && !found.sync)
    fail('unsupported_suite', `${suite.suite} is asynchronous on this runtime: await it, or seal with chacha20-poly1305`)
  return found
}
