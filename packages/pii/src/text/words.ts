const ASCII_WORDS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g
/** Scripts without capitals keep the marks and signs that are part of their spelling (`पता`, `ที่อยู่`, `パスワード`). */
const WORDS = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}[\p{Lo}\p{Lm}\p{M}]*|\p{Nd}+/gu
/** Accents, points of Hebrew and Arabic, the Arabic filler and the dot below of Devanagari; not vowels of Indic scripts and Thai, nor voiced kana. */
const FOLDED = /(?![\u0900-\u1cff\u3099\u309a])[\p{M}\u0640]|\u093c/gu
const ASCII_TOKENS = /[A-Za-z]+|[0-9]+/g
const TOKENS = /\p{Nd}+|[\p{Script=Latin}\p{M}]+|(?:(?!\p{Script=Latin})[\p{L}\p{M}])+/gu
const FOREIGN = /[^\0-\x7f]/
const NONE: readonly string[] = []

/** Accents and width folded away; letters that no accent makes (ø, ß, ł, ı) become their nearest. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(FOLDED, '')
    .replace(/[øßłđıæœþð]/giu, (letter) => {
      const small = letter.toLowerCase()
      const nearest = LETTERS[small] ?? letter
      return letter === small ? nearest : nearest.toUpperCase()
    })
    .normalize('NFC')

const LETTERS: Readonly<Record<string, string>> = { ø: 'o', ß: 'ss', ł: 'l', đ: 'd', ı: 'i', æ: 'ae', œ: 'oe', þ: 'th', ð: 'd' }

/**
 * The words of a name or a text in lower case, without accents: cut at anything but letters and digits, between letters and digits,
 * and at the humps of camelCase (`userSSNLast4` is user, ssn, last, 4).
 */
export function wordsOf(text: string): readonly string[] {
  const found = FOREIGN.test(text) ? plain(text).match(WORDS) : text.match(ASCII_WORDS)
  return found ? found.map((word) => word.toLowerCase()) : NONE
}

/** Runs of digits, and of letters of one kind of script, with their offsets. */
export function* tokensOf(text: string): Generator<{ token: string; at: number }> {
  for (const found of text.matchAll(FOREIGN.test(text) ? TOKENS : ASCII_TOKENS)) yield { token: found[0], at: found.index }
}

/** Scripts that put no space between words: terms in them are looked for as parts. */
export const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u
