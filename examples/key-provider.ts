import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'

// #region provider
// The root key wraps data keys; each data key travels, wrapped, in the envelopes that it seals.
const keys = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'kek-1', key: generateKey() }]) })
const sealer = createSealer({ keys })
const context = { app: 'billing', job: 'invoice' }

const sealed = await sealer.seal('4111 1111 1111 1111', { context })
console.log(sealed.slice(0, 18)) // wax1.c256w.root~0.
console.log(sealer.inspect(sealed).wrappedBytes) // 115
console.log(await sealer.open(sealed, { context })) // 4111 1111 1111 1111
// #endregion
