import type { KeyCall, WrapContext } from '@waxseal/core'
import { bindByHash, concatBytes, lp, unbindByHash, wrapContextBytes } from '@waxseal/core/keys'
import type { VaultClient } from './client.js'
import { incomplete } from './errors.js'
import type { KeyReader } from './key-reader.js'
import type { SigningKey } from './signing-key.js'
import type { KeyName } from './vault.js'
import { AES_GCM_BLOB, AES_KW_BLOB, decodeBlob, decodeSigned, encodeBlob, encodeSigned, RSA_BLOB } from './wrapped-key.js'

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
      const { version, value } = await wrapped(key, context, call)
      return signing.current(call, async (signingVersion) => {
        const blob = encodeBlob(RSA_BLOB, [version, signingVersion], value)
        return encodeSigned(blob, await signing.sign(signedMessage(context, blob), signingVersion, call))
      })
    },
    async unwrap(bytes, context, call) {
      const { blob, signature } = decodeSigned(bytes)
      const { versions, ciphertext } = decodeBlob(RSA_BLOB, blob)
      await signing.verify(signedMessage(context, blob), signature, versions[1]!, call)
      return unwrapped(versions[0]!, ciphertext, context, call)
    },
  }
}

/** AES Key Wrap of a managed HSM: it has no associated data, so the hash of the context is wrapped with the key. */
export function aesKeyWrapping(options: WrappingOptions): Wrapping {
  const { wrapped, unwrapped } = keyWrap(options, 'A256KW')
  return {
    context: 'hashed',
    async wrap(key, context, call) {
      const { version, value } = await wrapped(key, context, call)
      return encodeBlob(AES_KW_BLOB, [version], value)
    },
    async unwrap(bytes, context, call) {
      const { versions, ciphertext } = decodeBlob(AES_KW_BLOB, bytes)
      return unwrapped(versions[0]!, ciphertext, context, call)
    },
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
        const { iv, tag, value } = await client.operate('encrypt', { name, version }, input, ['value', 'iv', 'tag'], call)
        if (iv.length !== 12 || tag.length !== 16) return incomplete()
        return encodeBlob(AES_GCM_BLOB, [version], concatBytes(iv, tag, value))
      }),
    async unwrap(bytes, context, call) {
      const { versions, ciphertext } = decodeBlob(AES_GCM_BLOB, bytes)
      const [iv, tag, value] = [ciphertext.subarray(0, 12), ciphertext.subarray(12, 28), ciphertext.subarray(28)]
      const input = { alg, iv, tag, value, aad: wrapContextBytes(context) }
      return (await client.operate('decrypt', { name, version: versions[0]! }, input, ['value'], call)).value
    },
  }
}

function keyWrap({ client, reader, key }: WrappingOptions, alg: 'RSA-OAEP-256' | 'A256KW') {
  const { name } = key
  return {
    wrapped: (dataKey: Uint8Array, context: WrapContext, call: KeyCall) =>
      reader.current(key, call, async (version) => {
        const bytes = bindByHash(dataKey, context)
        try {
          return { version, ...(await client.operate('wrapkey', { name, version }, { alg, value: bytes }, ['value'], call)) }
        } finally {
          bytes.fill(0)
        }
      }),
    async unwrapped(version: string, ciphertext: Uint8Array, context: WrapContext, call: KeyCall) {
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
  concatBytes(new TextEncoder().encode('waxseal/v1/wrap\0'), lp(wrapContextBytes(context)), lp(blob))
