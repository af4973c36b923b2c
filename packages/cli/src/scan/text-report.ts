import { printable } from '../printable.js'
import { tableOf } from '../table.js'
import type { Terminal } from '../terminal.js'
import type { Scan } from './scan.js'

const MAX_ROWS = 200
const plural = (count: number, what: string): string => `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`

/** What a scan found, for a terminal. */
export function textReport({ records, affected, kinds, findings, sealed }: Scan, terminal: Pick<Terminal, 'paint'>): string {
  const lines: string[] = []
  const isMany = Object.keys(kinds).length > 1
  if (findings.length > 0) {
    const head = [...(isMany ? ['in'] : []), 'field', 'type', 'records', 'by', 'sample']
    const rows = findings
      .slice(0, MAX_ROWS)
      .map(({ of, field, type, records: count, by, sample }) => [...(isMany ? [of] : []), field, type, count, by, sample])
    lines.push(tableOf(head, rows, terminal))
    if (findings.length > MAX_ROWS) lines.push(`and ${findings.length - MAX_ROWS} more: --json has them all`)
  }
  if (records === 0) return 'there are no records: is that its name?'
  const isClean = findings.length === 0
  const found = isClean ? 'nothing found' : `${plural(affected, 'record')} with personal data or secrets in clear`
  lines.push(`${plural(records, 'record')} looked at: ${terminal.paint(isClean ? 'green' : 'yellow', found)}`)
  if (sealed.length > 0) lines.push(`sealed already: ${sealed.map(({ field }) => printable(field)).join(', ')}`)
  return lines.join('\n')
}
