import { isExactNumber } from '../../http/json.js'

/** Characters that are not seen, or that turn around how others are read. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** A text in which everything that it holds can be seen. */
export const visible = (text: string): string =>
  text.replace(UNSEEN, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    const number = character.codePointAt(0)!.toString(16)
    return number.length > 4 ? `\\u{${number}}` : `\\u${number.padStart(4, '0')}`
  })

/** The same over lines. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n')

const UNITS = ['B', 'KiB', 'MiB', 'GiB']

export function sizeText(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  const size = bytes / 1024 ** unit
  return `${size >= 100 || unit === 0 ? Math.round(size) : Number(size.toFixed(1))} ${UNITS[unit]}`
}

const DAY_MS = 86_400_000
const STEPS: readonly (readonly [name: string, ms: number])[] = [
  ['year', 365.25 * 86_400_000],
  ['month', 30.44 * 86_400_000],
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
]

/** How long that is, in its largest unit. */
export function durationText(ms: number): string {
  for (const [name, length] of STEPS) {
    const count = Math.floor(ms / length)
    // Below two, the unit before says more.
    if (count >= (length > DAY_MS ? 2 : 1)) return `${count} ${name}${count === 1 ? '' : 's'}`
  }
  return 'a moment'
}

export const agoText = (then: Date, now: number): string =>
  then.getTime() > now ? `in ${durationText(then.getTime() - now)}` : `${durationText(now - then.getTime())} ago`

export const dateText = (date: Date): string =>
  date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

export const timeText = (date: Date): string =>
  date.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })

export const countText = (count: number, what: string): string =>
  `${count.toLocaleString('en-GB')} ${what}${count === 1 ? '' : 's'}`

/** A value that holds no others, as JSON writes it. */
export const leafText = (value: unknown): string =>
  isExactNumber(value) ? value.rawJSON : typeof value === 'string' ? value : JSON.stringify(value)

/** A value as one copies it: a text as it is, anything else as JSON. */
export const copyText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, undefined, 2))

const SUITES: Readonly<Record<string, string>> = { 'aes-256-gcm': 'AES-256-GCM', 'chacha20-poly1305': 'ChaCha20-Poly1305' }
export const suiteText = (suite: string): string => SUITES[suite] ?? suite

/** Contexts as a record has them: JSON objects with spaces between them; one that was cut is left as it is. */
export function contextsOf(text: string): (Readonly<Record<string, unknown>> | string)[] {
  const contexts: (Readonly<Record<string, unknown>> | string)[] = []
  let piece = ''
  for (const part of text.split(/(?<=\}) (?=\{)/)) {
    piece = piece === '' ? part : `${piece} ${part}`
    try {
      contexts.push(JSON.parse(piece) as Readonly<Record<string, unknown>>)
      piece = ''
    } catch {
      // What looked like an end stands in a text.
    }
  }
  return piece === '' ? contexts : [...contexts, piece]
}
