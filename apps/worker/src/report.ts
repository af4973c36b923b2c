import type { DemoReport } from './demo.js'
import { countOf, whole } from './figures.js'
import type { Paint } from './paint.js'
import { sideBySide } from './side-by-side.js'

/** The report of a run as a person reads it. */
export function renderReport(report: DemoReport, columns: number, paint: Paint): string {
  const sections = [
    sideBySide(report.samples, columns, paint, report.words.store),
    [paint('bold', 'A job that fails'), ...failureLines(report, columns)].join('\n'),
    [paint('bold', `Is any plaintext in ${report.words.store}?`), ...scanLines(report, paint)].join('\n'),
    [paint('bold', 'Figures'), ...figureLines(report)].join('\n'),
    ...(report.kept ? [[paint('bold', 'Kept'), ...keptLines(report.kept)].join('\n')] : []),
  ]
  return `\n${sections.join('\n\n')}\n\n${verdict(report, paint)}\n`
}

function failureLines({ failure, words }: DemoReport, columns: number): string[] {
  const lines = [
    ['the worker threw', messageOf(failure.opened)],
    [`${words.store} holds`, JSON.stringify(failure.stored) ?? 'nothing'],
    ['its owner opens', JSON.stringify(failure.opened) ?? 'nothing'],
  ]
  return lines.map(([label, text]) => cut(`  ${label!.padEnd(20)}${text}`, columns))
}

const messageOf = (error: unknown): string => {
  const { name, message } = Object(error) as { name?: unknown; message?: unknown }
  return `${String(name)}: ${String(message)}`
}

const cut = (line: string, columns: number): string => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)

function scanLines({ scan, selfCheck, words }: DemoReport, paint: Paint): string[] {
  const { values, tooShort, alsoReadable } = scan.secrets
  const found = scan.hits.length === 0 ? paint('green', '0 found') : paint('red', `${whole(scan.hits.length)} found`)
  const places = new Set(scan.hits.map(({ where, form }) => `  found in ${where}, ${form}`))
  const proof = selfCheck ? paint('green', 'all found') : paint('red', 'not all found: the search is broken')
  return [
    `  ${countOf(values.size, 'value')} of sealed fields, each raw, JSON-escaped, in base64 and in hex,`,
    `  searched for in ${words.parts} ${countOf(scan.places, words.place)}, ${(scan.bytes / 1e6).toFixed(1)} MB: ${found}`,
    ...places,
    `  4 values planted in clear, one in each form, to prove the search: ${proof}`,
    ...(tooShort > 0 ? [`  not searched for: ${countOf(tooShort, 'value')} too short, which stand somewhere by chance`] : []),
    ...(alsoReadable > 0 ? [`  not searched for: ${countOf(alsoReadable, 'value')} that a readable field holds as well`] : []),
  ]
}

function figureLines({ handled, failed, jobsPerSecond, seals, opens, bytes, words }: DemoReport): string[] {
  const more = bytes.stored - bytes.sent
  return [
    `  ${countOf(handled, 'job')} handled, ${whole(failed)} failed on purpose`,
    `  ${whole(jobsPerSecond)} jobs/s from enqueue to stored result, ${words.setting}`,
    `  ${whole(seals.medianMicroseconds)} µs a seal, ${whole(opens.medianMicroseconds)} µs an open (medians of ${whole(seals.count)} and ${whole(opens.count)})`,
    `  ${whole(more)} bytes more a job: ${whole(bytes.sent)} sent, ${whole(bytes.stored)} stored (mean, +${whole((more / bytes.sent) * 100)} %)`,
  ]
}

const keptLines = ({ directory, keyFile }: NonNullable<DemoReport['kept']>): string[] => [
  `  database  ${directory}`,
  `  key       ${keyFile ? `${keyFile} (mode 0600)` : 'the one of WAXSEAL_KEYS'}`,
  `  look in   pnpm demo --look ${directory} "select name, data, output from pgboss.job limit 3"`,
]

function verdict(report: DemoReport, paint: Paint): string {
  return isGood(report)
    ? paint('green', 'The queue carried every job, and read none.')
    : paint('red', 'This run is not good: see above.')
}

/** A run is good if everything was handled, nothing leaked, and the search proved that it finds. */
export const isGood = ({ scan, selfCheck, failed }: DemoReport): boolean => scan.hits.length === 0 && selfCheck && failed === 1
