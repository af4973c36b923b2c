import { createSealer, generateKey, staticKeys } from '@waxseal/core'

/** Sealers before a rotation, in preparation of it, during and after it. */
export function rotation() {
  const [k1, k2] = [generateKey(), generateKey()]
  return {
    before: createSealer({ keys: staticKeys([{ kid: 'k1', key: k1 }]) }),
    preparing: createSealer({
      keys: staticKeys([
        { kid: 'k1', key: k1 },
        { kid: 'k2', key: k2, state: 'decrypt_only' },
      ]),
    }),
    during: createSealer({
      keys: staticKeys([
        { kid: 'k2', key: k2 },
        { kid: 'k1', key: k1, state: 'decrypt_only' },
      ]),
    }),
    after: createSealer({ keys: staticKeys([{ kid: 'k2', key: k2 }]) }),
  }
}
