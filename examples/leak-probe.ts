import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { createSealer, fieldPolicy, generateKey, staticKeys } from '@waxseal/core'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const context = { app: 'shop', job: 'order' }
// The e-mail address was forgotten.
const policy = fieldPolicy({ fields: ['/note'] })

// #region probe
const { ascii, email } = createCanaries('order')
const sealed = await sealer.sealFields({ id: 7, note: ascii.value, customer: { email: email.value } }, policy, { context })

const { hits, items } = await scan([{ where: 'orders.body', text: JSON.stringify(sealed) }], [ascii, email])
console.log(items) // 1
console.log(describeHits(hits)) // orders.body: order.email as utf-8
// #endregion
