import { fail } from '../pii-error.js'
import { type Kind, kindOf, plain } from './kind.js'
import { CARD, emailParts, IBAN, ipParts, phoneDigits } from './shapes.js'
import { SPARSE_ZIPS } from './sparse-zips.js'

export interface GeneraliseOptions {
  /** The present, as a date or in milliseconds: years of birth 90 or more years ago become `90+`. Without it they stay years. */
  readonly now?: Date | number
  /** Width of a band: years of an age (default 10), units of an income (default 25,000). A whole number, 2 or more. */
  readonly width?: number
  /** An income from here on has no upper end: `250000+`. Default ten bands. */
  readonly top?: number
  /** ISO 3166 code of what a postcode or a national telephone number belongs to. Default: five digits are a US ZIP code. */
  readonly country?: string
  /** North American telephone numbers with their area code: `+1 415`. Default false. */
  readonly areaCode?: boolean
  /** Further three-digit starts of US ZIP codes that are written as `000`. */
  readonly sparseZips?: readonly string[]
}

type Generaliser = (text: string, options: GeneraliseOptions, value: unknown) => string | undefined

/** No text that can be made coarser is longer. */
const LONGEST = 320
const CITY = /^\p{L}[\p{L}\p{M} .'’-]{0,58}[\p{L}\p{M}.]$/u

/** A year in front or behind, day and month by numbers or in words, and perhaps a time. */
const DATES: readonly RegExp[] = [
  /^(?<year>\d{4})(?:(?<one>0[1-9]|1[0-2])(?<two>\d\d)|([-./])(?<first>\d\d?)(?:\4(?<second>\d\d?))?)?(?:[T ][\d:.]{4,18} ?(?:Z|[AP]M|[+-]\d\d:?\d\d)?)?$/i,
  /^(?<first>\d\d?)([-./ ])(?<second>\d\d?)\2(?<year>\d{4})(?:,? [\d:.]{4,18} ?(?:Z|[AP]M)?)?$/i,
  /^(?<first>\d\d?)(?:st|nd|rd|th|\.)?[ -]\p{L}{3,12}\.?,?[ -](?<year>\d{4})$/iu,
  /^\p{L}{3,12}\.? (?<first>\d\d?)(?:st|nd|rd|th)?,? (?<year>\d{4})$/iu,
]

/** The order of day and month does not matter; one of them must be able to be a month. */
function yearIn(text: string): number | undefined {
  for (const pattern of DATES) {
    const found = pattern.exec(text)?.groups
    if (!found) continue
    const { year, one, two, first = one ?? '1', second = two ?? '1' } = found
    const [month, day] = [Number(first), Number(second)].sort((a, b) => a - b) as [number, number]
    return Number(year) > 1799 && Number(year) < 2200 && month > 0 && month < 13 && day < 32 ? Number(year) : undefined
  }
  return undefined
}

/** A sum with at most two decimals, thousands in groups by one separator, and a sign or code of its currency. */
function sumIn(text: string): number | undefined {
  const bare = text.replace(/^(?:\p{Sc}|[A-Z]{3}(?![A-Z]))\s?|\s?(?:\p{Sc}|[A-Z]{3})$/gu, '')
  const parts = /^(\d{1,15}|\d{1,3}(?:([ .,'’])\d{3})(?:\2\d{3}){0,3})(?:([.,])\d{1,2})?$/u.exec(bare)
  return parts && (parts[2] === undefined || parts[2] !== parts[3]) ? Number(parts[1]!.replace(/\D/g, '')) : undefined
}

function widthOf({ width }: GeneraliseOptions, standard: number): number {
  if (width !== undefined && !(Number.isSafeInteger(width) && width > 1)) fail('config', 'width is a whole number, 2 or more')
  return width ?? standard
}

/** A coordinate to one decimal, about 11 km of latitude. */
function coarse(degrees: unknown, limit: number): string | undefined {
  const number = typeof degrees === 'string' && /^[-+]?\d{1,3}(?:\.\d{1,20})?$/.test(degrees) ? Number(degrees) : degrees
  if (typeof number !== 'number' || !(Math.abs(number) <= limit)) return undefined
  return number.toFixed(1).replace(/^-(?=0\.0$)/, '')
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const BRANDS: readonly (readonly [brand: string, starts: RegExp])[] = [
  ['visa', /^4/],
  ['mastercard', /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/],
  ['amex', /^3[47]/],
  ['diners', /^3(?:0[0-5]|[689])/],
  ['discover', /^6(?:011|4[4-9]|5)/],
  ['jcb', /^(?:352[89]|35[3-8]|2131|1800)/],
  ['unionpay', /^62/],
  ['mir', /^220[0-4]/],
  ['maestro', /^(?:50|5[6-9]|6[37])/],
]

/** Country calling codes of one and of two digits (ITU-T E.164, list of assigned codes); all others have three. */
const CALLING_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9]\d\d)/

const GENERALISERS: Partial<Record<Kind, Generaliser>> = {
  date: (text, { now }, value) => {
    const year = value instanceof Date ? value.getUTCFullYear() : yearIn(text)
    if (year === undefined || Number.isNaN(year)) return undefined
    if (now === undefined) return String(year)
    const age = new Date(now).getUTCFullYear() - year
    if (Number.isNaN(age)) fail('config', 'now is a date or a number of milliseconds')
    if (age < 0) return undefined
    return age > 89 ? '90+' : String(year)
  },
  age: (text, options) => {
    const width = widthOf(options, 10)
    if (!/^\d{1,3}(?:\.\d{1,2})?$/.test(text) || Number(text) > 130) return undefined
    if (Number(text) >= 90) return '90+'
    const from = Math.floor(Number(text) / width) * width
    return `${from}-${Math.min(from + width - 1, 89)}`
  },
  income: (text, options, value) => {
    const width = widthOf(options, 25_000)
    const top = options.top ?? width * 10
    if (!(top >= width)) fail('config', 'top is not below the width of a band')
    const sum = sumIn(typeof value === 'number' ? String(Math.floor(value)) : text)
    if (sum === undefined) return undefined
    const from = Math.floor(sum / width) * width
    return sum >= top ? `${top}+` : `${from}-${Math.min(from + width, top) - 1}`
  },
  postcode: (text, { country, sparseZips }, value) => {
    const code = (typeof value === 'number' ? text.padStart(5, '0') : text).toUpperCase()
    const isUs = country === undefined || country === 'US'
    if (isUs && /^\d{5}(?:[- ]?\d{4})?$/.test(code)) {
      const start = code.slice(0, 3)
      return SPARSE_ZIPS.test(start) || sparseZips?.includes(start) ? '000' : start
    }
    const area = /^([A-Z]{1,2})\d[A-Z\d]? ?\d[A-Z]{2}$/.exec(code)?.[1]
    if (area && (country === undefined || country === 'GB')) return area
    return country !== 'US' && /^[A-Z0-9](?:[ -]?[A-Z0-9]){3,9}$/.test(code) ? code.replace(/[ -]/g, '').slice(0, 2) : undefined
  },
  address: (text, _options, value) => {
    const { city, town, locality } = record(value)
    const parts = text.split(',').map((part) => part.trim())
    if (/^(?:USA?|United States)$/i.test(parts.at(-1) ?? '')) parts.pop()
    const named = city ?? town ?? locality
    // Before the city stands a street with its number: without, it might be the street itself.
    const isUs = parts.length < 6 && /\d/.test(parts.at(-3) ?? '') && /^[A-Z]{2} \d{5}(?:-\d{4})?$/.test(parts.at(-1)!)
    const found = typeof named === 'string' ? plain(named.slice(0, LONGEST)) : isUs ? parts.at(-2)! : ''
    return CITY.test(found) ? found : undefined
  },
  location: (text, _options, value) => {
    const place = record(value)
    const [one, two, more] = Array.isArray(value) ? value : text.replace(/^geo:/i, '').split(/ ?[,;] ?| /)
    const first = place.lat ?? place.latitude ?? one
    const second = place.lon ?? place.lng ?? place.long ?? place.longitude ?? two
    // A pair is of either order: GeoJSON has the longitude first.
    const latitude = coarse(first, Array.isArray(value) ? 180 : 90)
    const longitude = coarse(second, 180)
    if (more !== undefined || !latitude || !longitude) return undefined
    return Number(latitude) === Number(first) && Number(longitude) === Number(second) ? undefined : `${latitude},${longitude}`
  },
  ip: (text) => {
    const parts = ipParts(text)
    if (parts?.length === 4) return `${parts.slice(0, 3).join('.')}.0/24`
    const groups = parts?.slice(0, 3).map((group) => group.toString(16))
    return groups && `${groups.join(':').replace(/(?:(?:^|:)0)+$/, '')}::/48`
  },
  email: (text) => emailParts(text)?.[1],
  phone: (text, { areaCode, country }) => {
    const national = phoneDigits(text)
    if (!national) return undefined
    const international = /^(?:\+|00)/.test(text) ? national.replace(/^00/, '') : undefined
    const american = (country === 'US' || country === 'CA') && /^1?[2-9]\d\d[2-9]\d{6}$/.test(national)
    const digits = international ?? (american ? national.replace(/^1?/, '1') : '')
    const code = CALLING_CODE.exec(digits)?.[0]
    if (!code) return undefined
    return areaCode && /^1[2-9]\d{9}$/.test(digits) ? `+1 ${digits.slice(1, 4)}` : `+${code}`
  },
  card: (text) => {
    const digits = text.replace(/\D/g, '')
    return CARD.test(text) ? BRANDS.find(([, starts]) => starts.test(digits))?.[0] : undefined
  },
  iban: (text) => (IBAN.test(text) ? text.slice(0, 2).toUpperCase() : undefined),
}

/**
 * A coarser value that may stand in clear, to be searched by, beside what is sealed; `undefined` where there is nothing safe to say.
 * It is never the value itself: what is as coarse already has no coarser form.
 *
 * | type | becomes |
 * |---|---|
 * | `DATE_OF_BIRTH`, `DATE` | year, of ISO, American and European notations; with `now` `90+` for 90 years ago or longer |
 * | `AGE` | band: `30-39`, from 90 on `90+` |
 * | `SALARY`, `INCOME` | band: `50000-74999`, from `top` on `250000+` |
 * | `POSTCODE` | US ZIP code: three digits, `000` where few live; British: area (`SW`); others: first two characters |
 * | `ADDRESS` | city, of an object with `city`, `town` or `locality`, or of "street, city, ST 12345" |
 * | `LOCATION` | latitude and longitude to one decimal, about 11 km: `52.5,13.4`; of a text, a pair, or an object |
 * | `IP_ADDRESS` | network: `203.0.113.0/24`, `2001:db8:1::/48` |
 * | `EMAIL` | domain, in lower case |
 * | `PHONE` | country calling code of an international number: `+44`; with `areaCode` `+1 415` |
 * | `CREDIT_CARD` | brand: `visa` |
 * | `IBAN` | country: `DE` |
 *
 * Years, `90+`, ages and ZIP codes follow the safe harbour of HIPAA, 45 CFR 164.514(b)(2)(i); a city or a network is coarser than
 * what it was, but does not satisfy it. `90+` is decided when it is made: a year that is kept grows old.
 * A rare value may still single somebody out: the domain of a family, a small town. Throws `config` for options that do not fit.
 */
export function generalise(value: unknown, type: string, options: GeneraliseOptions = {}): string | undefined {
  if (typeof type !== 'string') fail('config', 'type is a string')
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  if (text.length > LONGEST) return undefined
  const bare = plain(text)
  const coarser = GENERALISERS[kindOf(type)]?.(bare, options, value)
  return coarser === bare ? undefined : coarser
}
