import type { KeyCall, WrapContext } from '@waxseal/core'
import { bindByHash, unbindByHash, wrapContextBytes } from '@waxseal/core/keys'
import { concat, lp } from './bytes.js'
import type { VaultClient } from './client.js'
import { incomplete } from './errors.js'
import type { KeyReader } from './key-reader.js'
import type { SigningKey } from './signing-key.js'
import type { KeyName } from './vault.js'
import {
  decodeBlob,
  decodeGcmBlob,
  decodeSigned,
  decodeSignedBlob,
  encodeBlob,
  encodeGcmBlob,
  encodeSigned,
  encodeSignedBlob,
} from './wrapped-key.js'

/** How a key of the vault wraps data keys. */
export interface Wrapping {
  readonly context: 'bound' | 'hashed' | 'signed'
  wrap(key: Uint8Array, context: WrapContext, call: KeyCall): Promise<Uint8Array>
  unwrap(wrapped: Uint8Array, context: WrapContext, call: KeyCall): Promise<Uint8Array>
}

export interface WrappingOptions {
  readonly client: VaultClient
  readonly reader: KeyReader
  readonly key: KeyName
}

/** RSA-OAEP-256, which anybody can do who has the public key; so the vault signs what it wrapped. Checked before it is unwrapped. */
export function rsaWrapping(options: WrappingOptions, signing: SigningKey): Wrapping {
  const { wrapped, unwrapped } = keyWrap(options, 'RSA-OAEP-256')
  return {
    context: 'signed',
    async wrap(key, context, call) {
      const { version, ciphertext } = await wrapped(key, context, call)
      return signing.current(call, async (signingVersion) => {
        const blob = encodeSignedBlob({ version, signingVersion, ciphertext })
        return encodeSigned(blob, await signing.sign(signedMessage(context, blob), signingVersion, call))
      })
    },
    async unwrap(bytes, context, call) {
      const { blob, signature } = decodeSigned(bytes)
      const { version, signingVersion, ciphertext } = decodeSignedBlob(blob)
      await signing.verify(signedMessage(context, blob), signature, signingVersion, call)
      return unwrapped({ version, ciphertext }, context, call)
    },
  }
}

/** AES Key Wrap of a managed HSM: it has no associated data, so the hash of the context is wrapped with the key. */
export function aesKeyWrapping(options: WrappingOptions): Wrapping {
  const { wrapped, unwrapped } = keyWrap(options, 'A256KW')
  return {
    context: 'hashed',
    wrap: async (key, context, call) => encodeBlob(await wrapped(key, context, call)),
    unwrap: async (bytes, context, call) => unwrapped(decodeBlob(bytes), context, call),
  }
}

/** AES-256-GCM of a managed HSM, which makes the nonce: the context is its associated data. */
export function aesGcmWrapping({ client, reader, key }: WrappingOptions): Wrapping {
  const [{ name }, alg] = [key, 'A256GCM']
  return {
    context: 'bound',
    wrap: (dataKey, context, call) =>
      reader.current(key, call, async (version) => {
        const input = { alg, value: dataKey, aad: wrapContextBytes(context) }
        const answer = await client.operate('encrypt', { name, version }, input, ['value', 'iv', 'tag'], call)
        return encodeGcmBlob({ version, ...answer }) ?? incomplete()
      }),
    async unwrap(bytes, context, call) {
      const { version, ...parts } = decodeGcmBlob(bytes)
      const input = { alg, ...parts, aad: wrapContextBytes(context) }
      return (await client.operate('decrypt', { name, version }, input, ['value'], call)).value
    },
  }
}

function keyWrap({ client, reader, key }: WrappingOptions, alg: 'RSA-OAEP-256' | 'A256KW') {
  const { name } = key
  return {
    wrapped: (dataKey: Uint8Array, context: WrapContext, call: KeyCall) =>
      reader.current(key, call, async (version) => {
        const value = bindByHash(dataKey, context)
        try {
          const answer = await client.operate('wrapkey', { name, version }, { alg, value }, ['value'], call)
          return { version, ciphertext: answer.value.length > 0 ? answer.value : incomplete() }
        } finally {
          value.fill(0)
        }
      }),
    async unwrapped({ version, ciphertext }: ReturnType<typeof decodeBlob>, context: WrapContext, call: KeyCall) {
      const { value } = await client.operate('unwrapkey', { name, version }, { alg, value: ciphertext }, ['value'], call)
      try {
        return unbindByHash(value, context)
      } finally {
        value.fill(0)
      }
    },
  }
}

/** What the vault signs: section 4 of the specification. */
const signedMessage = (context: WrapContext, blob: Uint8Array): Uint8Array =>
  concat(new TextEncoder().encode('waxseal/v1/wrap\0'), lp(wrapContextBytes(context)), lp(blob))
