/** Classes of the ASCII characters, as bits. */
export const DIGIT = 1
export const LOWER = 2
export const UPPER = 4
export const LETTER = LOWER | UPPER
export const WORD = DIGIT | LETTER
/** A recogniser asked for this character; set per scanner. */
export const TRIGGER = 8
/** May begin what is encoded: % + \ and the escape of terminals. */
export const ENCODES = 16
export const CLASSES: Readonly<Uint8Array> = /* @__PURE__ */ (() => {
  const classes = new Uint8Array(128)
  for (let code = 48; code < 58; code++) classes[code] = DIGIT
  for (let code = 65; code < 91; code++) {
    classes[code] = UPPER
    classes[code + 32] = LOWER
  }
  return classes
})()

export const isDigit = (code: number): boolean => code >= 48 && code <= 57
export const isWord = (code: number): boolean => code < 128 && ((CLASSES[code] ?? 0) & WORD) !== 0
