/** Score of what a checksum or a marker that exists nowhere else proves. */
export const CERTAIN = 1
/** Score of a proved structure. */
export const HIGH = 0.85
/** Score of a shape with some proof. */
export const MEDIUM = 0.6
/** Score of a mere shape: reported only where a field name or the words beside it speak for it. */
export const LOW = 0.3

/** What one recogniser says of one place in a text. */
export interface Match {
  /** UTF-16 offsets; the end is exclusive. */
  readonly start: number
  readonly end: number
  /** Between 0 and 1, before field names and neighbouring words are weighed: CERTAIN, HIGH, MEDIUM or LOW. */
  readonly score: number
  /** A checksum or a unique marker held. */
  readonly validated: boolean
}

/**
 * Looks for one type of data at the places that its wakes name. The scanner cuts a text into words (runs of ASCII letters and
 * digits) in one pass, and calls a recogniser only at a word, or a character, that it asked for. What a call reads must be bounded:
 * that is what keeps scanning linear.
 */
export interface Recogniser {
  /** Type of what it finds, in the names of the README's table. */
  readonly type: string
  /** Name of the rule where a type has many (secrets). */
  readonly rule?: string
  /**
   * First words that wake it, separated by spaces: `d` all digits, `l` all letters, `u` all capital letters, `m` letters and digits; then the length or a
   * range of lengths, 63 meaning 63 or more. `d3 d13-19 m16`.
   */
  readonly words?: string
  /** Starts of words (two characters at least, exact case) that wake it. */
  readonly prefixes?: readonly string[]
  /** Called only where a field name or a word nearby speaks for its type: it finds mere shapes. */
  readonly hinted?: boolean
  /** Characters outside words that wake it; one beyond ASCII is none of a word. */
  readonly characters?: string
  /** What it finds may be letters alone: texts without a digit or a sign are not passed over. */
  readonly lettersOnly?: boolean
  /**
   * Called with the start and the end of the word, or of the character.
   * `text` is folded: ASCII in place of wide, superscript and foreign digits, dashes and spaces; nothing that has no width.
   */
  match(text: string, start: number, end: number): Match | undefined
}

/** What fields of a type are called, and what words beside a value speak for it. */
export interface Terms {
  readonly type: string
  /**
   * Names of fields: phrases of lower-case words without accents, separated by commas. They speak for a value as well. `=nom` names
   * only a field that is called just so, and is no hint; `passwort*` takes an ending of up to two letters in the name of a field.
   */
  readonly names?: string
  /** Words that speak for a value beside them, but name no field. */
  readonly near?: string
}

/** Words around a term that change what the name of a field means; separated by commas. */
export interface Modifiers {
  /** Behind a term they make it a property of the thing, not the thing: `token_count`, `password_changed_at`. */
  readonly properties?: string
  /** Before a term they make it a question or a quantity: `has_ssn`, `max_tokens`. */
  readonly questions?: string
  /** Say nothing of their own: the parent's name stands for the value. */
  readonly generic?: string
  /** Their names are no persons' names: `product.name`. */
  readonly things?: string
  /** Whose name is a person's: `customer.name`, `rider_name`. */
  readonly persons?: string
  /** What the name of a person, or a part of it, is called below or behind these. */
  readonly nameParts?: string
}

/** Recognisers and terms that belong together; sets are imported one by one, so that a bundle holds only those in use. */
export interface RecogniserSet {
  readonly recognisers: readonly Recogniser[]
  readonly terms: readonly Terms[]
  readonly modifiers?: Modifiers
}
