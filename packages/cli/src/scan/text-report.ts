import Table from 'cli-table3'
import { printable } from '../printable.js'
import type { Terminal } from '../terminal.js'
import type { Scan } from './scan.js'

const MAX_ROWS = 200
const plural = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`

/** What a scan found, for a terminal. */
export function textReport({ records, affected, kinds, findings, sealed }: Scan, { paint }: Pick<Terminal, 'paint'>): string {
  const lines: string[] = []
  const many = Object.keys(kinds).length > 1
  if (findings.length > 0) {
    const head = [...(many ? ['in'] : []), 'field', 'type', 'records', 'by', 'sample']
    const table = new Table({
      head: head.map((name) => paint('bold', name)),
      style: { head: [], border: [], compact: true },
      colAligns: head.map((name) => (name === 'records' ? 'right' : 'left')),
    })
    for (const { of, field, type, records: count, by, sample } of findings.slice(0, MAX_ROWS))
      table.push([...(many ? [printable(of)] : []), printable(field), type, count.toLocaleString('en'), by, printable(sample)])
    lines.push(table.toString())
    if (findings.length > MAX_ROWS) lines.push(`and ${findings.length - MAX_ROWS} more: --json has them all`)
  }
  const found = findings.length === 0 ? 'nothing found' : `${plural(affected, 'record')} with personal data or secrets in clear`
  lines.push(`${plural(records, 'record')} looked at: ${paint(findings.length === 0 ? 'green' : 'yellow', found)}`)
  if (sealed.length > 0) lines.push(`sealed already: ${sealed.map(({ field }) => printable(field)).join(', ')}`)
  return lines.join('\n')
}
