/** The dihedral group's multiplication table, row by row. */
const VERHOEFF_PRODUCT = '0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210'
/** The permutations for positions 0 to 7 from the right. */
const VERHOEFF_PERMUTATION = '01234567891576283094580379614289160435279453126870428657390127938064157046913258'
/** Values of digits and letters in odd places of Italian codes; those in even places count by their order. */
const ITALIAN_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]

/** 0 to 9, A to Z as 10 to 35; in another alphabet a character's place in it, and digits that are not in it their own value. */
const worthOf = (character: string, alphabet?: string): number => {
  const place = alphabet?.indexOf(character) ?? -1
  return place < 0 ? Number.parseInt(character, 36) : place
}

const weightedSum = (text: string, weights: string, alphabet?: string, skip = 0): number => {
  let sum = 0
  for (let i = skip; i < weights.length && i - skip < text.length; i++) {
    sum += worthOf(weights.charAt(i), undefined) * worthOf(text.charAt(i - skip), alphabet)
  }
  return sum
}

/**
 * The character after the weighted ones (or at `place`) is `map[sum of weight times value, modulo the map's length]`.
 * Weights are base-36 characters, and the last ones count where the text is shorter. `-` in a map is a remainder that no valid
 * number has, `?` one that the next pair of weights and map decides.
 */
export const weighted = (text: string, pairs: readonly string[], alphabet?: string, place?: number): boolean => {
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const weights = pairs[i] as string
    const map = pairs[i + 1] as string
    const at = place ?? Math.min(weights.length, text.length - 1)
    const sum = weightedSum(text, weights, alphabet, place === undefined ? weights.length - at : 0)
    const expected = map[sum % map.length]
    if (expected !== '?') return expected === text[at]
  }
  return false
}

/** As `weighted`, with the digits of each product added up, and letters read as two digits (A is 01). */
export const crossSummed = (text: string, weights: string, map: string): boolean => {
  const digits = text.slice(0, -1).replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 64).padStart(2, '0'))
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    const product = worthOf(weights.charAt(i)) * Number(digits[i] ?? 0)
    sum += Math.floor(product / 10) + (product % 10)
  }
  return map[sum % map.length] === text.at(-1)
}

/** The weighted sum of the whole text leaves `remainder` modulo `modulus`. */
export const weightedTotal = (text: string, weights: string, modulus: number, remainder: number): boolean =>
  weightedSum(text, weights) % modulus === remainder

/** The last two digits are the weighted sum of those before modulo `modulus` (100 as 00); with `added`, what the sum of both lacks. */
export const weightedTail = (text: string, weights: string, modulus: number, added?: number): boolean => {
  const sum = weightedSum(text, weights)
  const tail = Number(text.slice(weights.length))
  return added === undefined ? (sum % modulus) % 100 === tail : (sum + tail + added) % modulus === 0
}

/** Verhoeff's check digit over the dihedral group D5. */
export const verhoeff = (text: string): boolean => {
  let state = 0
  for (let i = 0; i < text.length; i++) {
    const digit = Number(VERHOEFF_PERMUTATION[(i % 8) * 10 + Number(text[text.length - 1 - i])])
    state = Number(VERHOEFF_PRODUCT[state * 10 + digit])
  }
  return state === 0
}

/** ISO/IEC 7064 MOD 11,10. */
export const mod1110 = (text: string): boolean => {
  let state = 10
  for (const digit of text.slice(0, -1)) state = (((state + Number(digit)) % 10 || 10) * 2) % 11
  return (state + Number(text.at(-1))) % 10 === 1
}

/** The text before its last character has at least that many different ones: German tax ids repeat one digit at most thrice. */
export const varied = (text: string, least: number): boolean => new Set(text.slice(0, -1)).size >= least

/** Remainder of a decimal number of any length. */
export const remainder = (digits: string, modulus: number): number => {
  let rest = 0
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % modulus
  return rest
}

/** The last character is `map[number before it, modulo the map's length]`; a leading X, Y, Z or K, L, M reads as 0, 1, 2 or 0. */
export const mapped = (text: string, map: string): boolean => {
  const head = text.slice(0, -1).replace(/^[XYZKLM]/, (letter) => String(Math.max(0, 'XYZ'.indexOf(letter))))
  return map[remainder(head, map.length)] === text.at(-1)
}

/** The last `count` digits are the number before them modulo `modulus`. */
export const remainderTail = (text: string, modulus: number, count: number): boolean =>
  remainder(text.slice(0, -count), modulus) === Number(text.slice(-count))

/** The last two digits are what the number before them lacks to a multiple of 97; Corsican 2A and 2B read as 19 and 18. */
export const complement97 = (text: string, before = ''): boolean => {
  const digits = before + text.replace('2A', '19').replace('2B', '18')
  const tail = Number(digits.slice(-2))
  return tail > 0 && tail <= 97 && (remainder(digits.slice(0, -2), 97) + tail) % 97 === 0
}

/** Check letter of Italian fiscal codes: odd places through a table, even places by their order, modulo 26. */
export const italian = (text: string): boolean => {
  let sum = 0
  for (let i = 0; i < text.length - 1; i++) {
    const value = worthOf(text.charAt(i))
    const order = value < 10 ? value : value - 10
    sum += i % 2 === 0 ? (ITALIAN_ODD[order] ?? 0) : order
  }
  return String.fromCharCode(65 + (sum % 26)) === text.at(-1)
}
