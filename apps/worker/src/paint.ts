import { styleText } from 'node:util'

export type Colour = 'bold' | 'dim' | 'green' | 'red' | 'yellow'
export type Paint = (colour: Colour, text: string) => string

/** Colours on a terminal that wants them (NO_COLOR, FORCE_COLOR and the terminal decide), plain text elsewhere. */
export const paintFor =
  (stream: NodeJS.WriteStream): Paint =>
  (colour, text) =>
    styleText(colour, text, { stream })

export const plain: Paint = (_, text) => text
