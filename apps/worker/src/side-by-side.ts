import { styleText } from 'node:util'
import Table from 'cli-table3'

export interface Sample {
  readonly type: string
  readonly sent: unknown
  readonly stored: unknown
  readonly seen: unknown
}

const MAX_LINES = 18
const MAX_TEXT = 60

/** Pretty JSON that fits a column: long texts and long documents are cut, and say so. */
function shorten(value: unknown, width: number): string {
  const text =
    JSON.stringify(
      value,
      (_, member) =>
        typeof member === 'string' && member.length > MAX_TEXT
          ? `${[...member].slice(0, MAX_TEXT - 12).join('')}… (${member.length})`
          : member,
      1,
    ) ?? 'null'
  const lines = text.split('\n').map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
  return lines.length > MAX_LINES
    ? [...lines.slice(0, MAX_LINES), `… ${lines.length - MAX_LINES} more lines`].join('\n')
    : lines.join('\n')
}

/** What the producer sent, what the database holds, what the worker saw. */
export function sideBySide(samples: readonly Sample[], columns: number, colour: boolean): string {
  const width = Math.max(24, Math.floor((Math.min(columns, 180) - 4) / 3))
  const paint = (style: 'bold' | 'dim' | 'green' | 'yellow', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text
  return samples
    .map(({ type, sent, stored, seen }) => {
      const table = new Table({
        head: ['the producer sent', 'the database holds', 'the worker saw'].map((title) => paint('bold', title)),
        colWidths: [width, width, width],
        style: { head: [], border: [] },
      })
      table.push([
        shorten(sent, width - 2),
        paint('yellow', shorten(stored, width - 2)),
        paint('green', shorten(seen, width - 2)),
      ])
      return `${paint('bold', type)}\n${table.toString()}`
    })
    .join('\n\n')
}
