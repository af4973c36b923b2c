/** One place in a text that holds personal data or a secret. */
export interface Finding {
  /** Type, in the names of the README's table. */
  readonly type: string
  /** UTF-16 offsets into the text as given; the end is exclusive. */
  readonly start: number
  readonly end: number
  /** Between 0 and 1: proof by the value, plus what the field name and the neighbouring words say. */
  readonly score: number
  /** A checksum or a marker that exists nowhere else held. */
  readonly validated: boolean
  /** The rule that found it, where its type has several. */
  readonly rule?: string
}

/** One member of a document that holds personal data or a secret. */
export interface DocumentFinding {
  /** RFC 6901. */
  readonly pointer: string
  /** The type that the member as a whole is taken for: declared, else by its name, else that of the best finding. */
  readonly type: string
  /** What its text holds, by value. */
  readonly findings: readonly Finding[]
  /** The name of the field alone says so. */
  readonly byName: boolean
  /** A path of the caller's says so. */
  readonly declared: boolean
}
