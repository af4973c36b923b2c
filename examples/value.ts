import { createSealer, generateKey, staticKeys } from '@waxseal/core'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const context = { app: 'billing', job: 'invoice' }

const sealed = await sealer.seal({ card: '4111 1111 1111 1111', amount: 42 }, { context })
console.log(sealed.slice(0, 15)) // wax1.c256.k1~1.

const invoice = await sealer.open(sealed, { context })
console.log(invoice.amount) // 42
