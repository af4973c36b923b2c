import { createSealer, fieldPolicy, generateKey, staticKeys } from '@waxseal/core'
import { createDetector, createPseudonyms, createRules } from '@waxseal/pii'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const detector = createDetector()
const pseudonymKey = crypto.getRandomValues(new Uint8Array(32))

// #region rules
const rules = createRules({
  detector,
  pseudonyms: createPseudonyms({ key: pseudonymKey }),
  actions: { phone: 'mask', email: 'hash', cvv: 'drop' }, // all others are sealed
  jobs: {
    'newsletter.**': { actions: { email: 'keep' } },
    'health.*': { actions: { email: 'seal', phone: 'seal' }, fields: { '/clinic': 'keep' } },
  },
})

const { detector: sealing, apply } = rules.for('payment.charge')
const { document, report } = apply({
  email: 'ada@example.com',
  phone: '+44 20 7946 0958',
  card: { number: '4111 1111 1111 1111', cvv: '123' },
})
console.log(document.phone, document.card) // ••• 0958 { number: '4111 1111 1111 1111' }
console.log(document.email.slice(0, 9)) // EMAIL_v1_
console.log(report.map(({ pointer, action }) => `${pointer} ${action}`).join()) // /email hash,/phone mask,/card/number seal,/card/cvv drop

const sealed = await sealer.sealFields(document, fieldPolicy({ detector: sealing }), {
  context: { app: 'shop', job: 'payment.charge' },
})
console.log(sealed.card) // { number: '[sealed]' }
// #endregion

// #region other
const letter = rules.for('newsletter.weekly').apply({ to: 'ada@example.com', phone: '+44 20 7946 0958' })
console.log(letter.document) // { to: 'ada@example.com', phone: '••• 0958' }
// #endregion
