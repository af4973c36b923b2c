import Table from 'cli-table3'
import { printable } from './printable.js'
import type { Terminal } from './terminal.js'

type Cell = string | number

/** A table for a terminal; numbers stand at the right. */
export function tableOf(head: readonly string[], rows: readonly (readonly Cell[])[], { paint }: Pick<Terminal, 'paint'>): string {
  const isNumber = (column: number) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number')
  const table = new Table({
    head: head.map((name) => paint('bold', name)),
    colAligns: head.map((_, column) => (isNumber(column) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  })
  for (const row of rows) table.push(row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : printable(cell))))
  return table.toString()
}
