import type { PayloadCodec as HostPayloadCodec } from '@temporalio/common'
import { isPoison } from '@waxseal/adapter-kit'
import { type MigrationWindow, type Payload, type PayloadCodec, type Sealer, sealingCodec, WaxsealError } from '@waxseal/core'
import {
  isTemporalCompressed,
  isTemporalProxy,
  isTemporalSample,
  type TemporalProxyOptions,
  type TemporalSampleOptions,
  temporalCompressionCodec,
  temporalProxyCodec,
  temporalSampleCodec,
} from '@waxseal/formats'
import { contextOf } from './context.js'
import { fromHost, toHost } from './host-payload.js'
import { patiently } from './patience.js'
import { UnreadablePayloadError } from './unreadable-payload-error.js'

export interface TemporalCodecOptions {
  /** Seals and opens; the codec never closes it. */
  readonly sealer: Sealer
  /** The application, a stable alias: the first pair of every context. */
  readonly app: string
  /** The namespace of the client or worker that the codec is given to: the second pair. */
  readonly namespace: string
  /** Whose key. */
  readonly scope?: string | undefined
  /** `sample` writes the layout of Temporal's samples, for readers that know no other; `plaintext` is the first step of a roll-out. Default: sealed. */
  readonly write?: 'sealed' | 'sample' | 'plaintext' | undefined
  /** Until when payloads in clear are still read. Default: they are refused. */
  readonly plaintext?: MigrationWindow | undefined
  /**
   * How long sealing waits, in milliseconds, for a key service that does not answer: a worker that cannot seal its failures stops.
   * Default: 60,000. Clients that rather fail at once say 0.
   */
  readonly patienceMs?: number | undefined
  /** Carry the context in clear. Readers know the namespace anyway. Default: true. */
  readonly storeContext?: boolean | undefined
  /** Keys of payloads in the layout of Temporal's samples. Without them such payloads are refused. */
  readonly sample?: TemporalSampleOptions | undefined
  /** The key service of payloads in the layout of temporal-proxy. Without it such payloads are refused. */
  readonly proxy?: TemporalProxyOptions | undefined
}

/** A codec for Temporal's SDK, and for all else that takes payload codecs. */
export type TemporalCodec = PayloadCodec & HostPayloadCodec

// Of compression, on each side of the encryption.
const MAX_LAYERS = 4

/**
 * A payload codec for Temporal's clients and workers: whole payloads, metadata included, sealed as `binary/waxseal`. It reads what
 * Temporal's samples, temporal-proxy and Temporal's compression codecs wrote, as far as it is given their keys. `config` for
 * options that do not fit.
 *
 * @example
 * const dataConverter = { payloadCodecs: [temporalCodec({ sealer, app: 'billing', namespace: 'default' })] }
 */
export function temporalCodec(options: TemporalCodecOptions): TemporalCodec {
  const { sealer, app, namespace, scope, write = 'sealed', plaintext, storeContext = true, sample, proxy } = options
  const { patienceMs = 60_000 } = options
  if (typeof sealer?.seal !== 'function') throw new WaxsealError('config', 'sealer must be a sealer')
  for (const [name, value] of Object.entries({ app, namespace }))
    if (typeof value !== 'string' || value === '') throw new WaxsealError('config', `${name} must be given`)
  if (!['sealed', 'sample', 'plaintext'].includes(write))
    throw new WaxsealError('config', "write is 'sealed', 'sample' or 'plaintext'")
  if (!(patienceMs >= 0)) throw new WaxsealError('config', 'patienceMs must be a number of milliseconds')
  if (write === 'sample' && sample?.writeKeyId === undefined)
    throw new WaxsealError('config', 'sample.writeKeyId must name the key that writes')
  const sealed = sealingCodec(sealer, { context: contextOf(namespace, { app }), scope, plaintext, storeContext })
  const samples = sample && temporalSampleCodec(sample)
  const proxied = proxy && temporalProxyCodec(proxy)
  const compressed = temporalCompressionCodec()

  async function inflated(payload: Payload): Promise<Payload> {
    let current = payload
    for (let layers = 0; isTemporalCompressed(current); layers++) {
      if (layers === MAX_LAYERS) throw new WaxsealError('malformed', `the payload is compressed more than ${MAX_LAYERS} times`)
      current = (await compressed.decode([current]))[0]!
    }
    return current
  }

  /** What others encrypted, opened; undefined for what they did not. */
  async function openForeign(payload: Payload): Promise<Payload | undefined> {
    const isSample = isTemporalSample(payload)
    if (!isSample && !isTemporalProxy(payload)) return undefined
    const codec = isSample ? samples : proxied
    if (!codec)
      throw new WaxsealError('key_not_found', `no keys are given for payloads of Temporal's ${isSample ? 'samples' : 'proxy'}`)
    return (await codec.decode([payload]))[0]!
  }

  // They compress before they encrypt, or after; what is sealed here is given back as it was.
  async function decodeOne(payload: Payload): Promise<Payload> {
    const outer = await inflated(payload)
    const foreign = await openForeign(outer)
    return foreign ? inflated(foreign) : (await sealed.decode([outer]))[0]!
  }

  const codec: HostPayloadCodec = {
    async encode(payloads) {
      if (write === 'plaintext') return payloads
      const writer = write === 'sample' ? samples! : sealed
      return (await patiently(() => writer.encode(payloads.map(fromHost)), patienceMs)).map(toHost)
    },
    decode: (payloads) =>
      Promise.all(
        payloads.map((payload) =>
          decodeOne(fromHost(payload)).then(toHost, (error) => {
            throw isPoison(error) ? new UnreadablePayloadError(error) : error
          }),
        ),
      ),
  }
  return Object.freeze(codec) as TemporalCodec
}
