import { WaxsealError } from '@waxseal/core'
import { concatBytes } from '@waxseal/core/keys'
import { aesGcmKey, TAG_BYTES } from './aes-gcm.js'
import { base64Member, checkLength, DEFAULT_MAX_BYTES, malformed, textOf, utf8 } from './content.js'
import type { Layout, LayoutReader } from './layout.js'

const HEAD = 'ENC[AES256_GCM,'
const IV_BYTES = 32
const PARTS = /^ENC\[AES256_GCM,data:([A-Za-z0-9+/=]+),iv:([A-Za-z0-9+/=]+),tag:([A-Za-z0-9+/=]+),type:([a-z]+)\]$/

export const sopsLayout: Layout = {
  name: 'sops',
  commits: false,
  detects: (value) => typeof value === 'string' && value.startsWith(HEAD),
}

export interface SopsOptions {
  /** The data key of the file, 32 bytes: what its age, PGP or KMS entry unwraps to. */
  readonly key: Uint8Array
  /** Where the value stands in its file, by the names of the members; elements of lists add none. It is authenticated. */
  readonly path: readonly string[]
  /** The longest value, in characters. Default 16 MiB. */
  readonly maxBytes?: number | undefined
}

const NUMBER = /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+)$/

/** The type is not authenticated: it never makes anything else of the text than one of these. */
function typed(type: string, plaintext: Uint8Array): unknown {
  if (type === 'bytes') return plaintext
  const text = textOf(plaintext)
  switch (type) {
    case 'str':
    case 'time':
    case 'comment':
      return text
    case 'int':
    case 'float':
      if (!NUMBER.test(text)) return malformed('the value is not of its type')
      return type === 'int' && !Number.isSafeInteger(Number(text)) ? text : Number(text)
    case 'bool':
      return ['True', 'False'].includes(text) ? text === 'True' : malformed('the value is not of its type')
    default:
      return malformed('the type of the value is not known')
  }
}

/**
 * Reads single values of SOPS, `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`. Each is bound to its path; that the file is complete and
 * as it was is what its MAC tells, which is not read here. Times stay text, and so do integers beyond
 * JavaScript's. It does not commit to its key. `config` for options
 * that do not fit; `open` throws `malformed`, `open_failed`, `too_large`.
 *
 * @example
 * const password = await sops({ key: dataKey, path: ['database', 'password'] }).open(file.database.password)
 */
export function sops({ key, path, maxBytes = DEFAULT_MAX_BYTES }: SopsOptions): LayoutReader {
  const handle = aesGcmKey(key)
  if (!Array.isArray(path) || !path.every((name) => typeof name === 'string'))
    throw new WaxsealError('config', 'path is a list of names')
  const aad = utf8(path.map((name) => `${name}:`).join(''))
  return Object.freeze({
    ...sopsLayout,
    async open(stored: unknown) {
      if (typeof stored !== 'string') return malformed('a value of SOPS is a text')
      checkLength(stored.length, maxBytes)
      const [, data, iv, tag, type = ''] = PARTS.exec(stored) ?? malformed('it is no value of SOPS')
      const body = concatBytes(base64Member(data, 'data'), base64Member(tag, 'tag', TAG_BYTES))
      return typed(type, await handle.open(base64Member(iv, 'iv', IV_BYTES), body, aad))
    },
  })
}
