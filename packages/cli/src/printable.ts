const CONTROL = /[\p{Cc}\p{Cf}]/gu

/** A text that cannot move the cursor or turn the line round: what is shown came from whoever wrote the data. */
export const printable = (text: string): string =>
  text.replace(CONTROL, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)

/** The same of a text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n')

const escapeOf = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')

/** JSON of the same value, in which a terminal finds nothing to obey. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(CONTROL, (character) => (character === '\n' ? character : escapeOf(character)))
