import { createSealer, fieldPolicy, generateKey, staticKeys } from '@waxseal/core'

const piiKey = { kid: 'k1', key: generateKey(), scope: 'support' }
const pciKey = { kid: 'k2', key: generateKey(), scope: 'payments' }
const context = { app: 'billing', job: 'invoice' }
const policy = fieldPolicy({ groups: { pii: ['/email'], pci: ['/card'] } })
const scopes = { pii: 'support', pci: 'payments' }

const producer = createSealer({ keys: staticKeys([piiKey, pciKey]) })
const sealed = await producer.sealFields({ email: 'ada@example.com', card: '4111 1111 1111 1111' }, policy, { context, scopes })

// The support desk holds one of the two keys.
const support = createSealer({ keys: staticKeys([piiKey]), mode: 'open-only' })
const opened = await support.openFields(sealed, policy, { context, scopes, groups: ['pii'], details: true })
console.log(opened.value) // { email: 'ada@example.com', card: '[sealed]' }
console.log(opened.unopened) // [ 'pci' ]
