import { typeName } from '../schema/type-name.js'
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

/** The number of Kenyan taxpayers is called as what a card has. */
const NO_SECRET = 'KE_PIN'

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
  ['id', /^(?:(?:NATIONAL|TAX|PERSONAL)_ID|PASSPORT|DRIV(?:ER|ING)_|IMEI|VIN$|BANK_|ACCOUNT|VAT_)/],
  // Of a country; the letters alone might be anybody's own type.
  [
    'id',
    /^[A-Z]{2}_(?:.*_)?(?:ID|IDNR|TIN|NIN|SSN|VAT|CODE|NUMBER|PASSPORT|LICEN[CS]E|FUEHRERSCHEIN|SECURITY|INSURANCE|ROUTING|EIN|ITIN|NPI|MBI|DEA|NI[EF]|CIF|NUSS|CPF|CNPJ|CURP|RFC|CUI[TL]?|DNI|RU[CTN]|CEDULA|NINO|NHS|UTR|PESEL|NIP|BSN|NIR|AADHAAR|PAN|GSTIN|RRN|FRN|SIN|TFN|ABN|ACN|MEDICARE|AHV|CNP|EGN|OIB|JMBG|EMSO|PERSONNUMMER|FODSELSNUMMER|CPR|PPS|SNILS|INN|NRIC|FIN|TNIN|MY_NUMBER|REGISTER)$/,
  ],
]

/** A type as the detector writes it, from any spelling; one with dots or slashes in capitals. */
export const spelt = (type: string): string => (/^[A-Za-z][\w-]*$/.test(type) ? typeName(type) : type.toUpperCase())

export function kindOf(type: string): Kind {
  const name = spelt(type)
  if (name === NO_SECRET) return 'id'
  return KINDS.find(([, names]) => names.test(name))?.[0] ?? 'other'
}

/** A text in which digits, dashes and spaces of all scripts are those of ASCII, trimmed. */
export const plain = (text: string): string => (/[^\0-\x7f]/.test(text) ? fold(text).text : text).trim()

/** Characters as a reader counts them: with their combining marks, joined emoji and flags in one piece. */
export const graphemes = (text: string): readonly string[] =>
  text.match(/\p{RI}{2}|.[\p{M}\p{EMod}]*(?:\u200d.[\p{M}\p{EMod}]*)*/gsu) ?? []
