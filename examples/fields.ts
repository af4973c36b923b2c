import { createSealer, fieldPolicy, generateKey, staticKeys } from '@waxseal/core'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })

// #region policy
const policy = fieldPolicy({
  fields: ['/card', '/customers/*/email', '/**/ssn'],
  preview: { '/card': 'end' },
})
// #endregion

// #region fields
const context = { app: 'billing', job: 'invoice' }
const job = { id: 7, card: '4111 1111 1111 1111', customers: [{ email: 'ada@example.com', tier: 'gold' }] }

const sealed = await sealer.sealFields(job, policy, { context })
console.log(sealed.card) // ••••1111
console.log(sealed.customers) // [ { email: '[sealed]', tier: 'gold' } ]

const opened = await sealer.openFields(sealed, policy, { context, details: true })
console.log(opened.value.customers[0]?.email) // ada@example.com
console.log(opened.restored) // [ '/card', '/customers/0/email' ]
// #endregion
