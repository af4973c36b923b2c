import { createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

// In production: createSealer({ keys: envKeys() }), which reads process.env.WAXSEAL_KEYS.
const env = { WAXSEAL_KEYS: `k2:${generateKey()},k1:${generateKey()}` }
const sealer = createSealer({ keys: envKeys({ env }) })
const context = { app: 'billing', job: 'invoice' }

// The first key seals, all of them open.
const sealed = await sealer.seal('4111 1111 1111 1111', { context })
console.log(sealer.inspect(sealed).kid) // k2
console.log(await sealer.open(sealed, { context })) // 4111 1111 1111 1111
