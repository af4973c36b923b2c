const NOTHING = new Set('n/a,na,none,null,nil,undefined,unknown,tbd,true,false,yes,no,redacted,masked,hidden,removed'.split(','))
const LONGEST = 100_000
/** A name, an address or a number is at most this long; secrets and texts on health may be longer. */
const LONGEST_FIELD = 300
const UNBOUNDED = new Set(['SECRET', 'HEALTH', 'ADDRESS'])
const MARKS = /^[\s*x\u2022#._-]*$/i
const BRACKETS = '[]{}<>()'

/** Versions of a dependency. */
const RANGE = /^[~^]\d{1,4}\.\d/

/** Stands for a value: brackets around a word, `${NAME}`, `%s`. */
function isPlaceholder(text: string): boolean {
  const open = BRACKETS.indexOf(text.charAt(0))
  if (open >= 0 && open % 2 === 0) return text.endsWith(BRACKETS.charAt(open + 1)) && text.length < 80
  if (RANGE.test(text)) return true
  return (text.startsWith('$') && /^\$\{?\w{1,80}\}?$/.test(text)) || (text.startsWith('%') && text.length < 3)
}
const DIGITS = /(?:\d\D{0,6}){4}/
const ANY_DIGIT = /\d/
const WORDY = /[\p{L}\p{N}]/u
const ID = /^(?=.*\d)[\p{L}\p{N}][\p{L}\p{N} ./()-]{3,40}$/u

/** What a value must look like to be what the name of its field says; what is not listed needs a digit. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  ADDRESS: /^(?!\w{1,20}:\/\/|0x)(?:[^\p{L}]|\p{L}(?!\p{L})){0,40}(?:\p{L}{2}|[\u3040-\uffff])/isu,
  BIC: /^[A-Za-z]{6}\w{2}(?:\w{3})?$/,
  BANK_ACCOUNT: /\d\D{0,3}\d\D{0,3}\d\D{0,3}\d\D{0,3}\d/,
  CARD_EXPIRY: ANY_DIGIT,
  CREDIT_CARD: DIGITS,
  DATE_OF_BIRTH: ANY_DIGIT,
  CRYPTO: /^\w{20,}/,
  CVV: /^\s*\d{3,4}\s*$/,
  EMAIL: /@|%40|\bat\b|＠/,
  GENDER: /^\p{L}[\p{L} -]{0,24}$/u,
  HEALTH: WORDY,
  IBAN: /^\s*[A-Za-z]{2}[\s-]?\d/,
  IP_ADDRESS: /[.:].*[.:]/,
  LOCATION: ANY_DIGIT,
  MAC_ADDRESS: /^(?:[\da-f]{2}[:.-]?){6}/i,
  MEDICAL_RECORD: ANY_DIGIT,
  PERSON:
    /^(?!.{1,200}[ ,.](?:ltd|llc|llp|inc|gmbh|ag|plc|corp|co|sarl|srl|spa|bv|nv|ab|oy|as|aps|pty|kg|sa|sas|limited|company|bank)\b\.?$)(?:[^\d@:/=]|\d(?:st|nd|rd|th)\b){1,200}$/isu,
  // Letters stand for digits in the American way: 1-800-FLOWERS.
  PHONE: /(?:\d\D{0,6}){7}|^\+?1?[-. (]{0,2}\d{3}[-. )]{1,2}[A-Z\d][A-Z\d-]{6,9}$/,
  POSTCODE: /^(?=.*\d)[\p{L}\d][\p{L}\d -]{1,10}$/u,
  SALARY: ANY_DIGIT,
  SECRET: /^(?:.{4}|\d{3})/s,
  US_SSN: DIGITS,
  USERNAME: /^\S{2,64}$/,
  VAT_NUMBER: /^(?=.{0,20}\d)[A-Z\d][A-Z\d .-]{6,20}$/i,
  VIN: /^[A-HJ-NPR-Z\d]{11,17}$/i,
}

/** Two to five words, each with a capital, perhaps initials. */
const NAME = /^\p{Lu}[\p{L}\u2019'.-]{0,30}(?: (?:\p{Lu}|d[aeiou] |v[ao]n )[\p{L}\u2019'.-]{0,30}){1,4}$/u
/** Whether a text looks like the name of somebody. */
export const isNameLike = (text: string): boolean => text.length < 80 && NAME.test(text)

/** Whether there is anything to protect: not a placeholder, not sealed already, and of a shape that fits the type. */
export function isPlausible(type: string, value: string): boolean {
  const most = UNBOUNDED.has(type) ? LONGEST : LONGEST_FIELD
  if (value === '' || value.length > most || value.startsWith('wax1.')) return false
  if (value.length < 80 && (MARKS.test(value) || isPlaceholder(value))) return false
  if (value.length < 10 && NOTHING.has(value.toLowerCase())) return false
  return ((Object.hasOwn(SHAPES, type) && SHAPES[type]) || ID).test(value)
}
