/** A text that cannot move the cursor or turn the line round: what is shown came from whoever wrote the data. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
