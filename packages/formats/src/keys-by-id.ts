import { type MaybePromise, WaxsealError } from '@waxseal/core'

/** The bytes of the key with this id; undefined where there is none. What it throws, a WaxsealError apart, is `provider_unavailable`. */
export type KeysById = (keyId: string) => MaybePromise<Uint8Array | undefined>

/** `config` for what is no function. */
export function checkKeysById(keys: KeysById): void {
  if (typeof keys !== 'function') throw new WaxsealError('config', 'keys is a function from a key id to its bytes')
}

/** Calls what somebody gave to get a key. */
export async function keyFrom(ask: () => MaybePromise<Uint8Array | undefined>): Promise<Uint8Array> {
  let key: Uint8Array | undefined
  try {
    key = await ask()
  } catch (cause) {
    if (WaxsealError.is(cause)) throw cause
    throw new WaxsealError('provider_unavailable', 'the keys are out of reach', { cause })
  }
  if (!key) throw new WaxsealError('key_not_found', 'there is no key with the id that the value names')
  return key
}
