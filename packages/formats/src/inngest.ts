import { WaxsealError } from '@waxseal/core'
import { openInngestV0 } from './inngest-aes.js'
import { openSecretbox, secretboxKey } from './inngest-secretbox.js'

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

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    throw new WaxsealError('malformed', 'the encrypted value is no base64')
  }
}

/**
 * Reads values of Inngest's encryption middleware (`@inngest/middleware-encryption` and its twin for Python). `config` without
 * keys, `unsupported_suite` for a strategy of one's own and for version 0 where it is not allowed, `malformed` for what is not in
 * the layout, `open_failed` where no key opens it.
 *
 * @example
 * const open = inngestReader({ keys: [process.env.INNGEST_ENCRYPTION_KEY] })
 * const data = open(event.data.encrypted)
 */
export function inngestReader({ keys, v0 = false }: InngestKeyOptions): (value: unknown) => unknown {
  const passphrases = keys.map((key) => key.trim()).filter((key) => key !== '')
  if (passphrases.length === 0) throw new WaxsealError('config', 'the keys of the encryption middleware are missing')
  const secretboxKeys = passphrases.map(secretboxKey)

  return (value) => {
    if (!isInngestEncrypted(value)) throw new WaxsealError('malformed', 'it is not in the layout of the encryption middleware')
    const encrypted = value as Encrypted
    const strategy = encrypted[STRATEGY]
    if (strategy === LIBSODIUM) return openSecretbox(secretboxKeys, bytesOf(encrypted.data))
    if (strategy === undefined && v0) return openInngestV0(passphrases, bytesOf(encrypted.data))
    throw new WaxsealError('unsupported_suite', 'the strategy of the encrypted value is not read')
  }
}
