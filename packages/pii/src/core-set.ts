import { coreModifiers, coreTerms } from './names/core-terms.js'
import type { RecogniserSet } from './recogniser.js'
import { creditCard } from './recognisers/card.js'
import { contextual } from './recognisers/contextual.js'
import { email } from './recognisers/email.js'
import { iban } from './recognisers/iban.js'
import { ipAddress } from './recognisers/ip.js'
import { macAddress } from './recognisers/mac.js'
import { phone } from './recognisers/phone.js'
import { usSsn } from './recognisers/ssn.js'

/** What every detector looks for: what has a shape of its own, and the English names of such fields. */
export const core: RecogniserSet = {
  recognisers: [...email, ...creditCard, usSsn, ...phone, ...ipAddress, macAddress, iban, ...contextual],
  terms: coreTerms,
  modifiers: coreModifiers,
}
