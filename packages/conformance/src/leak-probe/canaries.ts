/** A value to look for. Reports name its id, never the value. */
export interface Canary {
  readonly id: string
  /** At least 8 bytes of UTF-8. */
  readonly value: string
}

/** One value of each shape, unlike any that was made before. */
export interface Canaries {
  /** Letters of ASCII. */
  readonly ascii: Canary
  /** 15 digits, a safe integer that does not begin with 0. */
  readonly digits: Canary
  /** Accents, ideographs and a character beyond the Basic Multilingual Plane. */
  readonly unicode: Canary
  /** Quotation marks, backslashes, line ends, control characters, `<`, `&` and `/`. */
  readonly json: Canary
  readonly email: Canary
}

export interface CanaryOptions {
  /** Fills `out` with random bytes. Default the runtime's CSPRNG. */
  readonly randomBytes?: (out: Uint8Array) => void
}

const LETTERS = 'abcdefghijkmnpqrstuvwxyzACDEFGHJ'

/**
 * Makes values that stand nowhere else, to be sealed and then looked for.
 *
 * @param name begins the ids, to tell several sets apart.
 * @example
 * const { ascii, email } = createCanaries('order')
 * await queue.add({ note: ascii.value, customer: { email: email.value } })
 */
export function createCanaries(
  name = 'canary',
  { randomBytes = (out) => void crypto.getRandomValues(out as Uint8Array<ArrayBuffer>) }: CanaryOptions = {},
): Canaries {
  const pick = (length: number, alphabet: string): string => {
    const bytes = new Uint8Array(length)
    randomBytes(bytes)
    return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('')
  }
  const word = (length = 14) => pick(length, LETTERS)
  const canary = (shape: string, value: string): Canary => Object.freeze({ id: `${name}.${shape}`, value })
  return Object.freeze({
    ascii: canary('ascii', word(20)),
    digits: canary('digits', pick(1, '123456789') + pick(14, '0123456789')),
    unicode: canary('unicode', `Zoë ${word(6)} 北京 ${word(6)} 🔑`),
    json: canary('json', `"${word(6)}"\\\n\t</${word(6)}>&\u0001`),
    email: canary('email', `${word(8)}.${word(6)}+x@example.com`),
  })
}
