const LOWER = 1
const UPPER = 2
const DIGIT = 3

/** Shannon entropy in bits a character. */
export const entropy = (value: string): number => {
  const counts = new Map<string, number>()
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}

/** What the characters of a value look like. */
export interface Texture {
  readonly letters: number
  readonly digits: number
  /** Neither letters nor digits. */
  readonly others: number
  /** How often neighbours differ in class (lower case, upper case, digit): often in random strings, seldom in words. */
  readonly turns: number
}

export const texture = (value: string): Texture => {
  let letters = 0
  let digits = 0
  let turns = 0
  let previous = 0
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    const kind = code >= 48 && code < 58 ? DIGIT : code >= 97 && code < 123 ? LOWER : code >= 65 && code < 91 ? UPPER : 0
    if (kind === DIGIT) digits++
    else if (kind !== 0) letters++
    // "Word" turns once and is no less a word for it.
    if (kind !== 0 && previous !== 0 && kind !== previous && !(previous === UPPER && kind === LOWER)) turns++
    previous = kind
  }
  return { letters, digits, others: value.length - letters - digits, turns }
}

const MASKED = /x{5}|[*#]{3}|\.{3}|([^=_-])\1{7}/i

/** Masked out (`xxxxx`, `***`) or one character over and over, as documentation writes tokens. */
export const isMasked = (value: string): boolean => MASKED.test(value)

const REFERENCE =
  /^(?:[$%@#]?[{<([%]|[$%][A-Za-z_(]|%[sdv]|env[.:(]|process\.|os\.|self\.|this\.|vault:|ssm:|file:|https?:|[~.]{0,2}\/[\w.-]+\/)/i
/** Whole values that stand in for a secret. */
const STAND_IN =
  /^(?:null|none|nil|undefined|true|false|string|(?:my|your|the)?[-_ ]?(?:pass(?:word|wd|phrase|code)|secret|token|api[-_ ]?key|key)|empty|change[-_ ]?me|change[-_ ]?it|redacted|hidden|removed|filtered|masked|placeholder|username|example|sample|todo|tbd|n\/a)\W*$/i
/** Beginnings and parts that tell the reader to put the secret there. */
const INSTRUCTION =
  /^(?:my|your|our|the|some|any|an?|insert|enter|replace|put|add|change|set|use|new|old|dummy|fake|example|sample)[-_. ]|^your(?=[A-Z])|[-_. ]here$|EXAMPLE$|placeholder|\$\{|\{\{|<%|%\(|REPLACE_|YOUR_|_HERE\b/i

/** `DB_PASSWORD_V2`: the name of a constant or of a variable of the environment. */
const CONSTANT = /^[A-Z][A-Z0-9]{0,11}(?:_[A-Z0-9]{1,12})+$/

/** A reference, a template or a word that stands in for the secret. */
export const isPlaceholder = (value: string): boolean =>
  isMasked(value) || REFERENCE.test(value) || STAND_IN.test(value) || INSTRUCTION.test(value) || CONSTANT.test(value)
