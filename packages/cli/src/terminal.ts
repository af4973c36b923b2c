import { styleText } from 'node:util'
import { printable, printableJson } from './printable.js'

type Style = Parameters<typeof styleText>[0]

export interface TerminalOptions {
  readonly json?: boolean | undefined
  readonly quiet?: boolean | undefined
  readonly color?: boolean | undefined
}

/** Where a command says what it found, on standard output, and what else there is to say, on standard error. */
export interface Terminal {
  readonly json: boolean
  /** Whether a person watches: progress is shown and questions are asked only then. */
  readonly watched: boolean
  /** The result. */
  print(text: string): void
  /** The result: the value itself with --json, else what a person reads of it. */
  tell(value: unknown, text: () => string): void
  /** Beside the result; nothing with --quiet. */
  note(text: string): void
  /** Always said. */
  warn(text: string): void
  /** Whether a line that changes stands on standard error: what is said is put above it. */
  draws(isDrawing: boolean): void
  /** Text in a style where colours are wanted. */
  paint(style: Style, text: string): string
}

/** Colours unless NO_COLOR, --no-color or a stream that is no terminal say otherwise (no-color.org). */
const wantsColour = (stream: NodeJS.WriteStream, { color }: TerminalOptions): boolean => {
  if (color === false || process.env.NO_COLOR) return false
  return Boolean(process.env.FORCE_COLOR) || (stream.isTTY && process.env.TERM !== 'dumb')
}

export function createTerminal(options: TerminalOptions): Terminal {
  const { stdout, stderr } = process
  const coloured = wantsColour(stdout, options)
  const quiet = options.quiet === true
  const json = options.json === true
  let isDrawing = false
  // The line is wiped, and where it goes on is noted, as whoever draws it returns there.
  const say = (text: string) => void stderr.write(isDrawing ? `\r\u001b[2K${text}\n\u001b7` : `${text}\n`)
  const print = (text: string) => void stdout.write(`${text}\n`)
  return {
    json,
    watched: !quiet && stderr.isTTY === true,
    print,
    tell: (value, text) => print(json ? printableJson(value) : text()),
    note: (text) => void (quiet || say(printable(text))),
    warn: (text) => say(printable(text)),
    draws(isNow) {
      isDrawing = isNow
    },
    paint: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
  }
}
