import { fail } from '../pii-error.js'
import { graphemes, type Kind, kindOf, plain } from './kind.js'
import { CARD, emailParts, IBAN, ipParts, PHONE, phoneDigits } from './shapes.js'

export interface MaskOptions {
  /** What stands for a hidden character: one character. Default `•`. */
  readonly character?: string
  /** One mark for each hidden character, separators left where they are; secrets keep their fixed length. Default false. */
  readonly preserveLength?: boolean
}

/** `undefined` where the text has not the shape of the type. */
type Mask = (text: string, mark: string, preserveLength: boolean) => string | undefined

/** No value of a shape that shows a part of itself is longer. */
const LONGEST = 320

/** Covers the letters and digits of an ASCII text except the first `head` and the last `tail`. */
function cover(text: string, head: number, tail: number, mark: string): string {
  let left = text.replace(/[^0-9A-Za-z]/g, '').length
  const from = left - head
  return text.replace(/[0-9A-Za-z]/g, (character) => (left-- <= from && left >= tail ? mark : character))
}

const last = (text: string, count: number): string => text.replace(/[^0-9A-Za-z]/g, '').slice(-count)

const MASKS: Partial<Record<Kind, Mask>> = {
  card: (text, mark, preserveLength) => {
    if (!CARD.test(text)) return undefined
    return preserveLength ? cover(text, 0, 4, mark) : `${mark.repeat(4)} ${last(text, 4)}`
  },
  email: (text, mark, preserveLength) => {
    const parts = emailParts(text)
    if (!parts) return undefined
    const [first = '', ...others] = graphemes(parts[0])
    const shown = others.length > 1 && /[\p{L}\p{N}]/u.test(first) ? first : ''
    const hidden = preserveLength ? others.length + (shown ? 0 : 1) : 3
    return `${shown}${mark.repeat(hidden)}@${parts[1]}`
  },
  phone: (text, mark, preserveLength) => {
    const digits = phoneDigits(text)
    if (!digits) return undefined
    const shown = digits.length > 9 ? 4 : 2
    if (!preserveLength) return `${mark.repeat(3)} ${digits.slice(-shown)}`
    const number = PHONE.exec(text)![1]!
    return cover(number, 0, shown, mark) + text.slice(number.length).replace(/\d/g, mark)
  },
  ssn: (text, mark, preserveLength) => {
    if (!/^\d{3}([- ]?)\d\d\1\d{4}$/.test(text)) return undefined
    return cover(preserveLength ? text : `000-00-${text.slice(-4)}`, 0, 4, mark)
  },
  iban: (text, mark, preserveLength) => {
    if (!IBAN.test(text)) return undefined
    const tail = text.replace(/[ -]/g, '').length < 18 ? 2 : 4
    return cover(preserveLength ? text : `${text.slice(0, 2)}00 0000 ${last(text, tail)}`, 2, tail, mark)
  },
  ip: (text, mark, preserveLength) => {
    const address = text.replace(/\/\d{1,3}$/, '')
    const parts = ipParts(address)
    if (!parts) return undefined
    const hidden = mark.repeat(3)
    if (parts.length === 4 && !preserveLength) return `${parts[0]}.${parts[1]}.${hidden}.${hidden}`
    // Of an address that is mostly zeros, two groups might be all.
    const network = /^(?:\d+\.\d+(?=\.)|[\da-f]+:[\da-f]+(?=:.*[\da-f]))/i.exec(address)?.[0]
    if (preserveLength) return cover(text, network?.replace(/[.:]/g, '').length ?? 0, 0, mark)
    return network && `${network}:${hidden}`
  },
  mac: (text, mark) => {
    // The second bit of the first byte: an address that was made up, not one of a vendor.
    const local = (Number.parseInt(text.slice(0, 2), 16) & 2) !== 0
    return /^(?:[\da-f]{2}([:-]?)(?:[\da-f]{2}\1){4}[\da-f]{2}|[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4})$/i.test(text)
      ? cover(text, local ? 0 : 6, 0, mark)
      : undefined
  },
  crypto: (text, mark, preserveLength) => {
    if (!/^(?:(?:bc|tb)1[\da-z]{24,87}|0x[\da-f]{40}|[123mn][\da-z]{26,34})$/i.test(text)) return undefined
    return `${text.slice(0, 4)}${mark.repeat(preserveLength ? text.length - 9 : 3)}${text.slice(-5)}`
  },
  name: (text, mark, preserveLength) => {
    const words = text.split(/\s+/)
    if (words.length > 6 || !/^[\p{L}\p{M}\s.,'’ʼ-]+$/u.test(text)) return undefined
    return words
      .map((word) => {
        const letters = word.match(/\p{L}\p{M}*/gu) ?? []
        const shown = letters.length > 2 ? letters[0]! : ''
        return shown + mark.repeat(preserveLength ? letters.length - (shown ? 1 : 0) : 3)
      })
      .join(' ')
  },
  date: (text, mark, preserveLength) => {
    if (!preserveLength) return cover('0000-00-00', 0, 0, mark)
    return /^[\d ./:TZ+-]+$/.test(text) ? cover(text, 0, 0, mark) : undefined
  },
  id: (text, mark, preserveLength) => {
    if (!/^[0-9A-Z](?:[ ./-]?[0-9A-Z]){7,33}$/i.test(text) || !/\d/.test(text)) return undefined
    const shown = text.replace(/[^0-9A-Z]/gi, '').length < 12 ? 2 : 4
    return preserveLength ? cover(text, 0, shown, mark) : `${mark.repeat(3)} ${last(text, shown)}`
  },
}

/**
 * A value as it may be shown: what its type lets people recognise it by, and marks for the rest.
 *
 * | type | shown |
 * |---|---|
 * | `CREDIT_CARD` | `•••• 1111` |
 * | `EMAIL` | `j•••@example.com`; the first letter only where there are three |
 * | `PHONE` | `••• 0132`; two digits of fewer than ten |
 * | `US_SSN`, `US_ITIN` | `•••-••-6789` |
 * | `IBAN` | `DE•• •••• 3000` |
 * | `IP_ADDRESS` | `203.0.•••.•••`, `2001:db8:•••` |
 * | `MAC_ADDRESS` | the vendor's half: `00:1B:44:••:••:••`; nothing of an address that no vendor assigned |
 * | `CRYPTO` | `bc1q•••f5mdq` |
 * | `PERSON` and names | initials of words of three letters or more: `A••• L•••` |
 * | `DATE_OF_BIRTH`, `DATE` | `••••-••-••` |
 * | national and account ids | the last two of eight characters, the last four of twelve |
 * | `SECRET`, `PASSWORD`, `PIN`, `CVV` | eight marks, whatever the options say |
 * | anything else, no type, a value that has not the shape of its type | eight marks |
 *
 * Digits, dashes and spaces of other scripts come out as those of ASCII. A type counts by its name, in any case.
 * Throws `config` where `character` is not one character.
 */
export function mask(value: string, type?: string, options: MaskOptions = {}): string {
  const { character = '•', preserveLength = false } = options
  if (typeof character !== 'string' || graphemes(character).length !== 1) fail('config', 'character is one character')
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
  const kind = typeof type === 'string' ? kindOf(type) : 'other'
  const hidden = character.repeat(8)
  if (typeof text !== 'string' || kind === 'secret') return hidden
  const masked = text.length <= LONGEST ? MASKS[kind]?.(plain(text), character, preserveLength) : undefined
  return masked ?? (preserveLength ? character.repeat(graphemes(text).length) : hidden)
}
