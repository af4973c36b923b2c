import { WaxsealError } from '@waxseal/core'
import { type ContentKind, checkKind, checkLength, DEFAULT_MAX_BYTES, malformed, readContent, writeContent } from './content.js'
import { fernetKey, isFernetToken, parseFernetKey } from './fernet-token.js'
import { type KeyList, keyList, openWithFirst } from './key-list.js'
import type { Layout, LayoutCodec } from './layout.js'

/** Clocks may differ by this much. */
const SKEW_MS = 60_000

export const fernetLayout: Layout = { name: 'fernet', commits: false, detects: isFernetToken }

export interface FernetOptions {
  /** Keys as text (44 characters of base64) or their 32 bytes: the first seals, all open, in this order. */
  readonly keys: KeyList<string | Uint8Array>
  /** What tokens hold. Default `text`. */
  readonly as?: ContentKind | undefined
  /** Older tokens, and those from more than a minute ahead, are refused. In milliseconds; default: any age. */
  readonly maxAgeMs?: number | undefined
  /** The longest token, in characters. Default 16 MiB. */
  readonly maxBytes?: number | undefined
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
}

function keyOf(key: string | Uint8Array) {
  const bytes = typeof key === 'string' ? parseFernetKey(key) : key
  if (!bytes) throw new WaxsealError('config', 'a key of Fernet is 44 characters of base64, or 32 bytes')
  return fernetKey(bytes)
}

/**
 * Reads and writes Fernet tokens (github.com/fernet/spec), as Python's `cryptography` does, `MultiFernet` included. A token names no
 * key, does not commit to one and is bound to nothing. Tokens may come as text or as bytes of ASCII. `config` for options that do
 * not fit; `open` throws `malformed`, `open_failed` (too old as well), `too_large`.
 *
 * @example
 * const tokens = fernet({ keys: env.FERNET_KEY })
 * const card = await tokens.open(row.card)
 */
export function fernet(options: FernetOptions): LayoutCodec<string> {
  const { maxAgeMs, maxBytes = DEFAULT_MAX_BYTES, now = Date.now } = options
  const kind = checkKind(options.as ?? 'text')
  const keys = keyList(options.keys, keyOf)
  if (keys.length === 0) throw new WaxsealError('config', 'fernet needs a key')
  if (maxAgeMs !== undefined && !(maxAgeMs >= 0)) throw new WaxsealError('config', 'maxAgeMs is a number of milliseconds')
  return Object.freeze({
    ...fernetLayout,
    async open(stored: unknown) {
      const token = stored instanceof Uint8Array ? new TextDecoder('latin1').decode(stored) : stored
      if (typeof token !== 'string') return malformed('a Fernet token is a text')
      checkLength(token.length, maxBytes)
      const { plaintext, createdMs } = await openWithFirst(keys, (key) => key.open(token))
      const ageMs = now() - createdMs
      if (maxAgeMs !== undefined && (ageMs > maxAgeMs || ageMs < -SKEW_MS))
        throw new WaxsealError('open_failed', 'the token is older than maxAgeMs, or from the future')
      return readContent(kind, plaintext)
    },
    seal: async (value: unknown) => keys[0]!.seal(writeContent(kind, value), now()),
  })
}
