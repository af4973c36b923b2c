import { WaxsealError } from '@waxseal/core'

type Bytes = Uint8Array<ArrayBuffer>

/** AES-CBC whose ciphertext is authenticated by HMAC-SHA-256. */
export interface CbcHmacKey {
  encrypt(iv: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array>
  sign(signed: Uint8Array): Promise<Uint8Array>
  /** The plaintext; nothing is decrypted before the code fits. `open_failed` where key or bytes do not fit. */
  open(sealed: {
    readonly iv: Uint8Array
    readonly body: Uint8Array
    readonly signed: Uint8Array
    readonly mac: Uint8Array
  }): Promise<Uint8Array>
}

/** Keys of their own, or the same bytes twice where a layout does that. They are copied. */
export function cbcHmacKey(signing: Uint8Array, encrypting: Uint8Array): CbcHmacKey {
  const copies = [signing, encrypting].map((key) => Uint8Array.from(key)) as [Bytes, Bytes]
  const imports = () =>
    Promise.all([
      crypto.subtle.importKey('raw', copies[0], { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']),
      crypto.subtle.importKey('raw', copies[1], 'AES-CBC', false, ['encrypt', 'decrypt']),
    ])
  let imported: ReturnType<typeof imports> | undefined
  const handles = () => {
    imported ??= imports()
    return imported
  }
  const failed = () => new WaxsealError('open_failed', 'the ciphertext does not open')
  return Object.freeze({
    async encrypt(iv: Uint8Array, plaintext: Uint8Array) {
      const [, key] = await handles()
      return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv: iv as Bytes }, key, plaintext as Bytes))
    },
    async sign(signed: Uint8Array) {
      const [key] = await handles()
      return new Uint8Array(await crypto.subtle.sign('HMAC', key, signed as Bytes))
    },
    async open({ iv, body, signed, mac }: Parameters<CbcHmacKey['open']>[0]) {
      const [signingKey, key] = await handles()
      if (!(await crypto.subtle.verify('HMAC', signingKey, mac as Bytes, signed as Bytes))) throw failed()
      return crypto.subtle.decrypt({ name: 'AES-CBC', iv: iv as Bytes }, key, body as Bytes).then(
        (plaintext) => new Uint8Array(plaintext),
        () => {
          throw failed()
        },
      )
    },
  })
}
