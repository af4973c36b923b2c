import { styleText } from 'node:util'
import type { DemoReport } from './demo.js'
import { sideBySide } from './side-by-side.js'

/** The report of a run as a person reads it. */
export function renderReport(report: DemoReport, columns: number, colour: boolean): string {
  const { scan, failure, kept } = report
  const paint = (style: 'bold' | 'green' | 'red', text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text
  const short = (value: unknown) => {
    const text = JSON.stringify(value) ?? 'null'
    return text.length > 150 ? `${text.slice(0, 149)}…` : text
  }
  const megabytes = (scan.bytes / 1e6).toFixed(1)
  const lines = [
    '',
    sideBySide(report.samples, columns, colour),
    '',
    paint('bold', 'the deliberate failure'),
    `  the database holds  ${short(failure.stored)}`,
    `  its owner opens     ${short(failure.opened)}`,
    '',
    paint('bold', 'leak scan'),
    `  ${scan.values} plaintext values of sealed fields (raw, JSON-escaped, base64, hex) in ${scan.tables} tables, ${megabytes} MB: ${
      scan.hits.length === 0 ? paint('green', '0 found') : paint('red', `${scan.hits.length} found`)
    }`,
    ...[...new Set(scan.hits.map(({ table, form }) => `  found in ${table}, ${form}`))],
    `  the same scan for a value that is stored in clear: ${report.selfCheck ? 'found, as it must be' : paint('red', 'not found: the scan is broken')}`,
    '',
    paint('bold', 'figures'),
    `  ${report.handled} jobs handled, ${report.failed} failed on purpose, ${report.jobsPerSecond.toFixed(0)} jobs/s from enqueue to result`,
    `  ${report.sealMicroseconds.toFixed(0)} µs a seal, ${report.openMicroseconds.toFixed(0)} µs an open (medians, key look-up included)`,
    `  ${report.overheadBytes.toFixed(0)} bytes more a job, envelope, padding and placeholders included`,
  ]
  if (kept)
    lines.push(
      '',
      paint('bold', 'kept'),
      `  database  ${kept.directory}`,
      `  key       ${kept.keyFile ? `${kept.keyFile} (mode 0600)` : 'that of WAXSEAL_KEYS'}`,
      `  look in   pnpm demo --look ${kept.directory} "select name, data from pgboss.job limit 3"`,
    )
  return `${lines.join('\n')}\n`
}

/** A run is good if everything was handled and nothing leaked. */
export const isGood = ({ scan, selfCheck, failed }: DemoReport): boolean => scan.hits.length === 0 && selfCheck && failed === 1
