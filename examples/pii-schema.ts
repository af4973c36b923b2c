import { createDetector, fieldsOf, typedDetector } from '@waxseal/pii'
import * as z from 'zod'

// #region zod
const Order = z.object({
  to: z.email().meta({ pii: 'email' }),
  badge: z.string().meta({ pii: 'employee-badge' }),
  lines: z.array(z.object({ gift: z.string().optional() })),
})
const orders = typedDetector(Order)

const found = orders.detectDocument({ to: 'front desk', badge: 'x17', lines: [{ gift: 'for ada@example.com' }] })
console.log(found.map(({ pointer, type, declared }) => `${pointer} ${type}${declared ? ' declared' : ''}`).join()) // /to EMAIL declared,/badge EMPLOYEE_BADGE declared,/lines/0/gift EMAIL
// #endregion

// #region json
const fields = fieldsOf({
  type: 'object',
  properties: {
    card: { type: 'string', 'x-pii': 'credit-card' },
    guests: { type: 'array', items: { properties: { phone: { 'x-pii': 'phone' } } } },
  },
})
console.log(fields) // { '/card': 'CREDIT_CARD', '/guests/*/phone': 'PHONE' }

// Nothing is looked for: as fast as reading two members.
const declared = createDetector({ fields: { '/card': 'CREDIT_CARD', '/to': 'EMAIL' }, byName: false, byValue: false })
console.log(declared.detectDocument({ card: '4111', note: 'call +44 20 7946 0958' }).map(({ pointer }) => pointer)) // [ '/card' ]
// #endregion
