/** One value in disguise. */
export interface Evasion {
  readonly text: string
  readonly type: Type
  /** UTF-16 offsets of the value as it is written; the end is exclusive. */
  readonly start: number
  readonly end: number
  /** How it is disguised: a key of `KINDS`. */
  readonly kind: string
}

type Type = 'CREDIT_CARD' | 'US_SSN' | 'EMAIL' | 'PHONE' | 'IP_ADDRESS' | 'IBAN' | 'SECRET'

interface Random {
  below(limit: number): number
  pick<T>(list: readonly T[]): T
}

/** A value in the groups that people write it in, and what they put between them. */
interface Value {
  readonly type: Type
  readonly groups: readonly string[]
  readonly separator: string
}

/** The value as it is written, where the surroundings matter with what stands before and behind it. */
type Written = string | readonly [before: string, shown: string, after: string]

interface Kind {
  readonly types: readonly Type[]
  write(value: Value, random: Random): Written
}

/** mulberry32. */
function createRandom(seed: number): Random {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) * (limit / 2 ** 32))
  }
  return { below, pick: (list) => list[below(list.length)]! }
}

const DIGITS = '0123456789'
// Where a digit stands here is the cross sum of its double.
const DOUBLED = '0516273849'
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const ALPHANUMERIC = UPPER + UPPER.toLowerCase() + DIGITS

const draw = ({ pick }: Random, length: number, alphabet: string): string =>
  Array.from({ length }, () => pick([...alphabet])).join('')
const cut = (text: string, lengths: readonly number[]): string[] => {
  const groups: string[] = []
  let rest = text
  for (const length of [...lengths, text.length]) {
    if (rest !== '') groups.push(rest.slice(0, length))
    rest = rest.slice(length)
  }
  return groups
}
const fours = (text: string): string[] => cut(text, Array(Math.ceil(text.length / 4)).fill(4))

function card(random: Random): Value {
  const [prefix, length] = random.pick([
    ['4', 16],
    ['51', 16],
    ['55', 16],
    ['2221', 16],
    ['2700', 16],
    ['34', 15],
    ['37', 15],
    ['6011', 16],
    ['65', 16],
    ['3566', 16],
  ] as const)
  const body = prefix + draw(random, length - prefix.length - 1, DIGITS)
  const sum = [...body].reverse().reduce((total, digit, index) => total + (index % 2 === 0 ? DOUBLED : DIGITS).indexOf(digit), 0)
  const number = body + ((10 - (sum % 10)) % 10)
  return { type: 'CREDIT_CARD', groups: length === 15 ? cut(number, [4, 6]) : fours(number), separator: random.pick([' ', '-']) }
}

function ssn(random: Random): Value {
  const area = String(random.pick([1, 100, 200, 300, 400, 500, 700, 800]) + random.below(60)).padStart(3, '0')
  const group = String(1 + random.below(99)).padStart(2, '0')
  return { type: 'US_SSN', groups: [area, group, String(1000 + random.below(9000))], separator: '-' }
}

// Ranges that telephone authorities keep for fiction.
function phone(random: Random): Value {
  const digits = (length: number) => draw(random, length, DIGITS)
  const groups = random.pick([
    [random.pick(['212', '415', '303', '617', '713']), '555', `01${digits(2)}`],
    ['+1', random.pick(['202', '312', '206']), '555', `01${digits(2)}`],
    ['+44', '20', '7946', `0${digits(3)}`],
    ['+44', '7700', `900${digits(3)}`],
    ['+33', '1', '99', '00', digits(2), digits(2)],
    ['+49', '30', '23125', digits(3)],
    ['+61', '491', '570', `1${digits(2)}`],
  ])
  return { type: 'PHONE', groups, separator: groups.length === 3 ? '-' : ' ' }
}

function email(random: Random): Value {
  const local = random.pick(['maria.keller', 'j.oneill', 'tom_baker', 'li-wei', 'anna+shop', 'k.nowak', 'sofia'])
  const domain = random.pick(['brightmail', 'northwind-post', 'kestrel', 'mail.larkfield', 'oakpost'])
  const end = random.pick(['com', 'org', 'de', 'co.uk', 'io', 'net'])
  return { type: 'EMAIL', groups: [`${local}${random.below(900)}@${domain}.${end}`], separator: '' }
}

function address(random: Random): Value {
  const octets = [random.pick([23, 52, 81, 93, 146, 185, 203]), random.below(256), random.below(256), 1 + random.below(254)]
  return { type: 'IP_ADDRESS', groups: octets.map(String), separator: '.' }
}

function iban(random: Random): Value {
  const digits = (length: number) => draw(random, length, DIGITS)
  const [country, account] = random.pick([
    ['DE', digits(18)],
    ['FR', `${digits(20)}${digits(3)}`],
    ['NL', `INGB${digits(10)}`],
    ['GB', `BARC${digits(14)}`],
    ['ES', digits(20)],
    ['CH', digits(17)],
    ['AT', digits(16)],
    ['PL', digits(24)],
  ] as const)
  let rest = 0
  for (const character of `${account}${country}00`)
    for (const digit of String(Number.parseInt(character, 36))) rest = (rest * 10 + Number(digit)) % 97
  return { type: 'IBAN', groups: fours(`${country}${String(98 - rest).padStart(2, '0')}${account}`), separator: ' ' }
}

/** Base 62 with the most significant digit first, as GitHub's tokens end in it. */
function crc62(text: string): string {
  let crc = -1
  for (const character of text) {
    crc ^= character.charCodeAt(0)
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  const alphabet = DIGITS + UPPER + UPPER.toLowerCase()
  let shown = ''
  for (let left = ~crc >>> 0; shown.length < 6; left = Math.floor(left / 62)) shown = alphabet[left % 62]! + shown
  return shown
}

// Prefixes in two parts: nothing in this file may look like a secret.
function secret(random: Random): Value {
  const some = (length: number, alphabet = ALPHANUMERIC) => draw(random, length, alphabet)
  const github = some(30)
  const token = random.pick([
    `AK${'IA'}${some(16, `${UPPER}234567`)}`,
    `gh${random.pick(['p', 'o', 's'])}_${github}${crc62(github)}`,
    `sk_${'live'}_${some(24)}`,
    `xo${'xb'}-${some(12, DIGITS)}-${some(12, DIGITS)}-${some(24)}`,
    `AI${'za'}${some(35)}`,
    `gl${'pat'}-${some(20)}`,
    `n${'pm'}_${github}${crc62(github)}`,
    `S${'G'}.${some(22)}.${some(43)}`,
  ])
  return { type: 'SECRET', groups: [token], separator: '' }
}

const MAKERS: Readonly<Record<Type, (random: Random) => Value>> = {
  CREDIT_CARD: card,
  US_SSN: ssn,
  EMAIL: email,
  PHONE: phone,
  IP_ADDRESS: address,
  IBAN: iban,
  SECRET: secret,
}

const LABELS: Readonly<Record<Type, readonly string[]>> = {
  CREDIT_CARD: ['card number', 'credit card', 'card'],
  US_SSN: ['SSN', 'social security number'],
  EMAIL: ['email', 'e-mail'],
  PHONE: ['phone', 'tel', 'mobile'],
  IP_ADDRESS: ['IP', 'ip address', 'client ip'],
  IBAN: ['IBAN', 'iban'],
  SECRET: ['token', 'api key', 'secret'],
}

const plain = ({ groups, separator }: Value): string => groups.join(separator)
const joined = ({ groups }: Value, separator: string): string => groups.join(separator)
const label = ({ type }: Value, { pick }: Random): string => pick(LABELS[type])

/** Digits as they stand in Unicode from a given zero on; superscripts are strewn, so that they are spelled out. */
const fromZero = (zero: number): string[] => Array.from({ length: 10 }, (_, digit) => String.fromCodePoint(zero + digit))
const withDigits = (digits: readonly string[], text: string): string => text.replace(/\d/g, (digit) => digits[Number(digit)]!)

const ZERO_WIDTH = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u180e']
const SPACES = ['\u00a0', '\u202f', '\u2009', '\u2007', '\u3000', '\u2002', '\u2003', '\u200a', '\u2005']
const DASHES = [...'\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d']
// A mark, and what ends its reach.
const DIRECTIONS = [
  ['\u200e', ''],
  ['\u200f', ''],
  ['\u061c', ''],
  ['\u202a', '\u202c'],
  ['\u202b', '\u202c'],
  ['\u202d', '\u202c'],
  ['\u2066', '\u2069'],
  ['\u2067', '\u2069'],
  ['\u2068', '\u2069'],
] as const

const ALL: readonly Type[] = ['SECRET', 'EMAIL', 'IP_ADDRESS', 'IBAN', 'PHONE', 'US_SSN', 'CREDIT_CARD']
const GROUPED: readonly Type[] = ['CREDIT_CARD', 'US_SSN', 'PHONE', 'IBAN']
const NUMBERS: readonly Type[] = ['CREDIT_CARD', 'US_SSN', 'PHONE']
const DIGITAL: readonly Type[] = ['IP_ADDRESS', 'IBAN', ...NUMBERS]

/** Every disguise, and the types that it fits. */
export const KINDS: Readonly<Record<string, Kind>> = {
  'zero width': {
    types: ALL,
    write(value, random) {
      const mark = random.pick(ZERO_WIDTH)
      const often = random.pick([1, 2, 4])
      return [...plain(value)].map((character, index) => (index > 0 && index % often === 0 ? mark : '') + character).join('')
    },
  },
  spaces: { types: GROUPED, write: (value, { pick }) => joined(value, pick(SPACES)) },
  dashes: { types: NUMBERS, write: (value, { pick }) => joined(value, pick(DASHES)) },
  'full width': {
    types: ['SECRET', ...DIGITAL],
    write(value) {
      const wide = (character: string) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)
      return plain(value).replace(value.type === 'SECRET' ? /\w/g : /\d/g, wide)
    },
  },
  'raised or lowered digits': {
    types: ['IP_ADDRESS', ...NUMBERS],
    write: (value, { pick }) => withDigits(pick([[...'⁰¹²³⁴⁵⁶⁷⁸⁹'], fromZero(0x2080)]), plain(value)),
  },
  'foreign digits': {
    types: DIGITAL,
    write: (value, { pick }) => withDigits(fromZero(pick([0x660, 0x6f0, 0x966, 0x9e6, 0xe50])), plain(value)),
  },
  'mathematical digits': {
    types: DIGITAL,
    write: (value, { pick }) => withDigits(fromZero(pick([0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6])), plain(value)),
  },
  'keycap digits': {
    types: NUMBERS,
    write: (value, { pick }) => {
      const cap = pick(['\u20e3', '\ufe0f\u20e3'])
      return plain(value).replace(/\d/g, (digit) => digit + cap)
    },
  },
  'wide signs': {
    types: ['EMAIL', 'IP_ADDRESS', 'EMAIL'],
    write(value, { pick }) {
      const shown = plain(value)
      const domain = shown.indexOf('@') + 1
      const [at, dot] = [pick(['@', '\uff20', '\ufe6b']), pick(['.', '\uff0e', '\u3002', '\u2024', '\ufe52'])]
      return shown.slice(0, domain).replace('@', at) + shown.slice(domain).replaceAll('.', dot)
    },
  },
  doubled: {
    types: GROUPED,
    write: (value, { pick }) => joined(value, pick(value.type === 'IBAN' ? ['  ', '   '] : ['  ', '--', '..', ' - ', '- '])),
  },
  'control characters': {
    types: GROUPED,
    write: (value, { pick }) => joined(value, pick(['\t', '\n', '\r\n', '\f', '\v', '\r'])),
  },
  separators: {
    types: GROUPED,
    write: (value, { pick }) => joined(value, pick(['/', '_', '.', '\u00b7', '\u2022'])),
  },
  'line break': {
    types: GROUPED,
    write(value, random) {
      const at = 1 + random.below(value.groups.length - 1)
      const [head, tail] = [value.groups.slice(0, at), value.groups.slice(at)].map((part) => part.join(value.separator))
      return `${head}${random.pick(['', value.separator])}${random.pick(['\n', '\r\n', '\n  ', '\n> ', ' \n'])}${tail}`
    },
  },
  case: {
    types: ['IBAN'],
    write: (value, { pick }) =>
      joined(value, pick(['', ' ']))
        .replace(/[A-Z]/g, (letter) => pick([letter.toLowerCase(), letter]))
        .replace(/^./, (letter) => letter.toLowerCase()),
  },
  'odd groups': {
    types: ['IBAN', 'CREDIT_CARD', 'IBAN'],
    write(value, { below, pick }) {
      const sizes = Array.from({ length: 12 }, () => (value.type === 'IBAN' ? 2 : 3) + below(5))
      return cut(joined(value, ''), sizes).join(pick([' ', '-']))
    },
  },
  glued: {
    types: ALL,
    write(value, random) {
      const before = random.pick([`${label(value, random)}:`, `${label(value, random)}=`, `id:77,${label(value, random)}:`])
      const exact = value.type === 'EMAIL' || value.type === 'SECRET'
      return [
        before,
        plain(value),
        random.pick(exact ? [';Name:Kim', ',city:Bern', '|next'] : ['Phone:n/a', 'Name:Kim', 'email:none', ';x']),
      ]
    },
  },
  'beside CJK': {
    types: ALL,
    write: (value, { pick }) => [
      pick(['客户的号码是', '請聯絡', '連絡先は', '番号：', '연락처는', '请使用']),
      plain(value),
      pick(['，谢谢', 'です。', '请尽快回复', '입니다', '。', 'まで']),
    ],
  },
  enclosed: {
    types: ALL,
    write(value, random) {
      const [open, close] = random.pick(
        ['()', '[]', '{}', '<>', '«»', '“”', "''", '``', '「」', '**', '__', '""'].map((pair) => [...pair]),
      )
      return [`${label(value, random)} ${open}`, plain(value), `${close} as told`]
    },
  },
  'percent-encoded': {
    types: ['EMAIL', 'PHONE', 'IBAN', 'CREDIT_CARD'],
    write(value, random) {
      const name = label(value, random).replace(/\W/g, '_')
      const shown = encodeURIComponent(value.type === 'EMAIL' ? plain(value).replace('+', '.') : joined(value, ' '))
      return [
        `https://shop.kestrel.io/u?${name}=`,
        random.below(3) ? shown : shown.replaceAll('%20', '+'),
        random.pick(['', '&lang=en', '#top']),
      ]
    },
  },
  'spelled out': {
    types: ['EMAIL'],
    write(value, { pick }) {
      const [at, dot] = pick([
        ['[at]', '.'],
        ['(at)', '.'],
        [' [at] ', '.'],
        [' at ', ' dot '],
        [' (at) ', ' (dot) '],
        ['[at]', '[dot]'],
        [' AT ', ' DOT '],
        ['{at}', '{dot}'],
      ] as const)
      const [local, domain] = plain(value).split('@')
      return `${local}${at}${domain!.replaceAll('.', dot)}`
    },
  },
  'letter O': {
    types: NUMBERS,
    write(value, { pick }) {
      const letter = pick(['O', 'o'])
      return plain(value).replace(/0/g, () => letter)
    },
  },
  'query string': {
    types: ALL,
    write(value, random) {
      const name = label(value, random).replace(/\W/g, '_')
      return [
        `GET /v1/find?page=2&${name}=`,
        joined(value, value.separator.trim()),
        random.pick(['&x=1 HTTP/1.1', ' HTTP/2', '#a']),
      ]
    },
  },
  'JSON in a string': {
    types: ALL,
    write(value, random) {
      const name = label(value, random).replace(/\W/g, '_')
      return [`{"body":"{\\"id\\":7,\\"${name}\\":\\"`, plain(value), random.pick(['\\"}"}', '\\",\\"ok\\":true}"}'])]
    },
  },
  'Markdown table': {
    types: ALL,
    write: (value, random) => [
      `name|${label(value, random)}|n\n---|---|---\n${random.pick(['Kim', 'Ada'])}|`,
      plain(value),
      `|${random.below(90)}`,
    ],
  },
  direction: {
    types: ALL,
    write(value, random) {
      const [mark, end] = random.pick(DIRECTIONS)
      const shown = plain(value)
      const middle = 1 + random.below(shown.length - 1)
      return random.below(2) ? [`id ${mark}`, shown, end] : shown.slice(0, middle) + mark + shown.slice(middle) + end
    },
  },
}

const PER_KIND = 15

/** Fifteen different values for every kind of disguise, their types in turn: the same for the same seed. */
export function evasions(seed: number): Evasion[] {
  const random = createRandom(seed)
  const seen = new Set<string>()
  const carried = (value: Value, shown: string): readonly [string, string, string] => {
    const name = label(value, random)
    const carriers = [
      [`${name}: `, ''],
      [`My ${name} is `, ' and that is all'],
      [`Please note the ${name} `, ', thank you.'],
      [`${name} = `, '\nRegards, Kim'],
    ] as const
    const [before, after] = random.pick(carriers)
    return [before, shown, after]
  }
  return Object.entries(KINDS).flatMap(([kind, { types, write }]) => {
    const found: Evasion[] = []
    while (found.length < PER_KIND) {
      const type = types[found.length % types.length]!
      const value = MAKERS[type](random)
      const written = write(value, random)
      const [before, shown, after] = typeof written === 'string' ? carried(value, written) : written
      const text = before + shown + after
      // A number without a zero, or one that came out of the disguise as it went in, is no evasion.
      if (seen.has(text) || (typeof written === 'string' && shown === plain(value))) continue
      seen.add(text)
      found.push({ text, type, start: before.length, end: before.length + shown.length, kind })
    }
    return found
  })
}
