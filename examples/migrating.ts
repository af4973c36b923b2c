import { createSealer, generateKey, staticKeys } from '@waxseal/core'

const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
const context = { app: 'billing', job: 'invoice' }

// #region window
const sealer = createSealer({ keys })
let plaintexts = 0
const inAMonth = new Date(Date.now() + 30 * 86_400_000)

const old = '4111 1111 1111 1111'
const card = await sealer.open(old, { context, plaintext: { allowUntil: inAMonth, onPlaintext: () => plaintexts++ } })
console.log(card, plaintexts) // 4111 1111 1111 1111 1

const code = await sealer.open(old, { context }).catch((error) => error.code)
console.log(code) // plaintext_rejected
// #endregion

// #region open-only
const reader = createSealer({ keys, mode: 'open-only' })
const sealed = await sealer.seal('4111 1111 1111 1111', { context })
console.log(await reader.open(sealed, { context })) // 4111 1111 1111 1111
console.log(await reader.seal('x', { context }).catch((error) => error.code)) // sealing_disabled
// #endregion
