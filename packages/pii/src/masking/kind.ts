import { fold } from '../text/folding.js'

/** What types have in common when a value is masked, made coarser or compared. */
export type Kind =
  | 'secret'
  | 'card'
  | 'email'
  | 'phone'
  | 'ssn'
  | 'iban'
  | 'ip'
  | 'mac'
  | 'crypto'
  | 'name'
  | 'date'
  | 'age'
  | 'income'
  | 'postcode'
  | 'address'
  | 'location'
  | 'id'
  | 'other'

/** The first that fits counts: a type that has to do with a secret is one, whatever else its name says. */
const KINDS: readonly (readonly [Kind, RegExp])[] = [
  [
    'secret',
    /(?:^|[_/])(?:SECRETS?|PASS(?:WORD|WD|PHRASE|CODE)|CREDENTIALS?|TOKEN|KEY|JWT|COOKIE|PIN|CV[VC]2?|CSC|SECURITY_CODE|OTP)(?:[_/]|$)/,
  ],
  ['card', /^(?:(?:CREDIT|DEBIT|PAYMENT)_)?CARD(?:_NUMBER)?$/],
  ['email', /^E_?MAIL(?:_ADDRESS)?$/],
  ['phone', /^(?:TELE)?PHONE(?:_NUMBER)?$/],
  ['ssn', /^(?:US_)?(?:SSN|ITIN)$/],
  ['iban', /^IBAN(?:_CODE)?$/],
  ['ip', /^IP(?:V[46])?(?:_ADDRESS)?$/],
  ['mac', /^MAC(?:_ADDRESS)?$/],
  ['crypto', /^CRYPTO(?:[_/]|$)/],
  ['name', /^(?:PERSON|(?:(?:PERSON|FULL|FIRST|MIDDLE|LAST|GIVEN|FAMILY|MAIDEN)_)?NAME)$/],
  ['date', /^(?:DATE(?:_OF_BIRTH)?|BIRTH_?(?:DATE|DAY)|DOB)$/],
  ['age', /^AGE$/],
  ['income', /^(?:SALARY|INCOME)$/],
  ['postcode', /^(?:[A-Z]{2}_)?(?:POST(?:AL)?_?CODE|ZIP(?:_?CODE)?)$/],
  ['address', /^(?:STREET_|POSTAL_)?ADDRESS$/],
  ['location', /^(?:LOCATION|COORDINATES|GEO_?(?:LOCATION|COORDINATES))$/],
  ['id', /^(?:[A-Z]{2}_|(?:NATIONAL|TAX|PERSONAL)_ID|PASSPORT|DRIV(?:ER|ING)_|IMEI|VIN$|BANK_|ACCOUNT)/],
]

export function kindOf(type: string): Kind {
  const name = type.toUpperCase()
  return KINDS.find(([, names]) => names.test(name))?.[0] ?? 'other'
}

/** A text in which digits, dashes and spaces of all scripts are those of ASCII, trimmed. */
export const plain = (text: string): string => (/[^\0-\x7f]/.test(text) ? fold(text).text : text).trim()

/** Characters as a reader counts them: with their combining marks, joined emoji and flags in one piece. */
export const graphemes = (text: string): readonly string[] =>
  text.match(/\p{RI}{2}|.[\p{M}\p{EMod}]*(?:\u200d.[\p{M}\p{EMod}]*)*/gsu) ?? []
