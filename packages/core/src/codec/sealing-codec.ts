import { fail } from '../errors.js'
import { type Flow, settle, settleSync } from '../flow.js'
import { utf8Encode } from '../format/bytes.js'
import type { Context } from '../format/context.js'
import { CONTENT } from '../format/frame.js'
import { admit, type MigrationWindow } from '../sealer/migration.js'
import { coreOf } from '../sealer/sealer.js'
import type { SealerCore } from '../sealer/sealer-core.js'
import type { Sealer } from '../sealer/sealer-types.js'
import { openContent, sealContent, type ValueCall } from '../sealer/value.js'
import type { PayloadCodec } from './codec.js'
import { wrapped } from './codec.js'
import { encodePayload, type Payload, readPayload } from './payload.js'

export interface SealingCodecOptions {
  readonly context: Context
  readonly scope?: string | undefined
  /** Lets payloads through that are not sealed, for a while. */
  readonly plaintext?: MigrationWindow | undefined
  readonly storeContext?: boolean | undefined
}

/** A codec that opens at once too, where its caller cannot wait or has too many payloads for a promise each. */
export interface SealingCodec extends PayloadCodec {
  /** `key_not_resident` where the key has to be fetched first, `unsupported_suite` where the suite is asynchronous on this runtime. */
  decodeSync(payloads: readonly Payload[]): Payload[]
}

/** The `encoding` of a sealed payload. */
export const SEALED_ENCODING = 'binary/waxseal'

/**
 * Seals whole payloads, metadata included: content 3 of spec section 6 under `encoding: binary/waxseal`.
 *
 * @example
 * const codec = sealingCodec(sealer, { context: { app: 'billing', namespace: 'default' } })
 */
export function sealingCodec(sealer: Sealer, options: SealingCodecOptions): SealingCodec {
  const core = coreOf(sealer)
  const call: ValueCall = { ...options, as: 'bytes' }
  return Object.freeze({
    encode: (payloads: Payload[]) =>
      Promise.all(
        payloads.map(async (payload) =>
          wrapped(
            SEALED_ENCODING,
            (await settle(sealContent(core, CONTENT.payload, encodePayload(payload), call))) as Uint8Array,
          ),
        ),
      ),
    decode: (payloads: Payload[]) =>
      Promise.all(payloads.map(async (payload) => settle(openPayload(core, payload, call, false)))),
    decodeSync: (payloads: readonly Payload[]) => payloads.map((payload) => settleSync(openPayload(core, payload, call, true))),
  })
}

const sealedEncoding = /* @__PURE__ */ utf8Encode(SEALED_ENCODING)

function isSealed({ metadata }: Payload): boolean {
  const encoding = metadata && Object.hasOwn(metadata, 'encoding') ? metadata.encoding : undefined
  return encoding?.length === sealedEncoding.length && sealedEncoding.every((byte, at) => encoding[at] === byte)
}

function* openPayload(core: SealerCore, payload: Payload, call: ValueCall, sync: boolean): Flow<Payload> {
  if (isSealed(payload))
    return readPayload(yield* openContent(core, payload.data ?? new Uint8Array(0), CONTENT.payload, call, sync))
  const admitted = yield* admit(core, call.plaintext, payload, { ...call, sync })
  return admitted ? (admitted.value as Payload) : fail('plaintext_rejected', 'the payload is not sealed')
}
