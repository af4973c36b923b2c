import { type LegacyReader, WaxsealError } from '@waxseal/core'
import { fromBase64, toBase64 } from '@waxseal/core/keys'
import { jsonBytes, malformed } from './content.js'
import { openInngestV0 } from './inngest-aes.js'
import { openSecretbox, sealSecretbox, secretboxKey } from './inngest-secretbox.js'
import type { Layout } from './layout.js'

const MARK = '__ENCRYPTED__'
const STRATEGY = '__STRATEGY__'
const LIBSODIUM = 'inngest/libsodium'

export interface InngestKeyOptions {
  /** The passphrases, `key` first and then `fallbackDecryptionKeys`. The layout names no key, so they are tried in this order. */
  readonly keys: readonly string[]
  /** Also read what version 0 wrote. It is not authenticated: whoever stores such a value can change what it opens to. Default false. */
  readonly v0?: boolean | undefined
}

interface Encrypted {
  readonly data: string
  readonly [STRATEGY]?: unknown
}

/** Whether it is in the layout of Inngest's encryption middleware: `{ "__ENCRYPTED__": true, "__STRATEGY__": "…", "data": "…" }`. */
export const isInngestEncrypted = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.hasOwn(value, MARK) &&
  (value as Record<string, unknown>)[MARK] === true &&
  typeof (value as Record<string, unknown>).data === 'string'

export const inngestLayout: Layout = { name: 'inngest', commits: false, detects: isInngestEncrypted }

/** What stands in place of an encrypted value. */
export interface InngestEncrypted {
  readonly __ENCRYPTED__: true
  readonly __STRATEGY__: string
  readonly data: string
}

/** Values of the encryption middleware: opened and sealed at once, without a promise. */
export interface InngestCodec extends LegacyReader {
  open(stored: unknown): unknown
  seal(value: unknown): InngestEncrypted
}

const bytesOf = (base64: string): Uint8Array => fromBase64(base64) ?? malformed('the encrypted value is no base64')

/**
 * Reads and writes values of Inngest's encryption middleware (`@inngest/middleware-encryption` and its twin for Python). Written is
 * its own strategy, under the first key. `config` without keys; `open` throws `unsupported_suite` for a strategy of one's own and
 * for version 0 where it is not allowed, `malformed` for what is not in the layout, `open_failed` where no key opens it.
 *
 * @example
 * const values = inngest({ keys: [process.env.INNGEST_ENCRYPTION_KEY] })
 * const data = values.open(event.data.encrypted)
 */
export function inngest({ keys, v0 = false }: InngestKeyOptions): InngestCodec {
  const passphrases = keys.map((key) => key.trim()).filter((key) => key !== '')
  if (passphrases.length === 0) throw new WaxsealError('config', 'the keys of the encryption middleware are missing')
  const secretboxKeys = passphrases.map(secretboxKey)

  return Object.freeze({
    ...inngestLayout,
    open(value: unknown) {
      if (!isInngestEncrypted(value)) return malformed('it is not in the layout of the encryption middleware')
      const encrypted = value as Encrypted
      const strategy = encrypted[STRATEGY]
      if (strategy === LIBSODIUM) return openSecretbox(secretboxKeys, bytesOf(encrypted.data))
      if (strategy === undefined && v0) return openInngestV0(passphrases, bytesOf(encrypted.data))
      throw new WaxsealError('unsupported_suite', 'the strategy of the encrypted value is not read')
    },
    seal: (value: unknown): InngestEncrypted => ({
      [MARK]: true,
      [STRATEGY]: LIBSODIUM,
      data: toBase64(sealSecretbox(secretboxKeys[0]!, jsonBytes(value))),
    }),
  })
}

/** `open` of `inngest` alone. */
export const inngestReader = (options: InngestKeyOptions): ((value: unknown) => unknown) => inngest(options).open
