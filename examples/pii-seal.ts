import { createSealer, fieldPolicy, generateKey, staticKeys } from '@waxseal/core'
import { createDetector, generalise, mask, withCompanions } from '@waxseal/pii'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const context = { app: 'crm', job: 'onboarding' }

// #region seal
const detector = createDetector()
// What is known is written down; the detector adds what nobody thought of.
const policy = fieldPolicy({ fields: ['/customer/email'], detector })

const job = { customer: { email: 'ada@example.com', phone: '+44 20 7946 0958' }, note: 'card 4111 1111 1111 1111', plan: 'gold' }
const sealed = await sealer.sealFields(job, policy, { context })
console.log(sealed.customer) // { email: '[sealed]', phone: '[sealed]' }
console.log(sealed.note, sealed.plan) // [sealed] gold

const opened = await sealer.openFields(sealed, policy, { context })
console.log(opened.note) // card 4111 1111 1111 1111
// #endregion

// #region companions
interface Patient {
  email: string
  birthDate: string
  diagnosis: string
  cohort?: string
  emailDomain?: string
}
const patient: Patient = { email: 'ada@example.com', birthDate: '1990-12-10', diagnosis: 'asthma' }
const searchable = withCompanions(patient, {
  '/birthDate': { type: 'DATE_OF_BIRTH', as: '/cohort' },
  '/email': { type: 'EMAIL', as: '/emailDomain' },
})
const stored = await sealer.sealFields(searchable, fieldPolicy({ detector }), { context })
console.log(stored.birthDate, stored.diagnosis) // [sealed] [sealed]
console.log(stored.cohort, stored.emailDomain) // 1990 example.com
// #endregion

// #region shown
console.log(mask('4111 1111 1111 1111', 'CREDIT_CARD'), mask('ada@example.com', 'EMAIL')) // •••• 1111 a•••@example.com
console.log(generalise('203.0.113.7', 'IP_ADDRESS'), generalise(61_500, 'SALARY')) // 203.0.113.0/24 50000-74999
// #endregion
