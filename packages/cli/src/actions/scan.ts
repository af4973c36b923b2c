import type { ScanOptions, SourceOptions } from '../commands/scan.js'
import { EXIT } from '../failure.js'
import { createCounter } from '../io/counter.js'
import { writeFileWhole } from '../io/whole-file.js'
import { htmlReport } from '../scan/html-report.js'
import { type Scan, scan as scanSource } from '../scan/scan.js'
import { textReport } from '../scan/text-report.js'
import { openSource } from '../sources/open-source.js'
import { createTerminal, type Terminal, type TerminalOptions } from '../terminal.js'

/** Scans what a command line names, and shows how far it got. */
export async function scanned(path: string | undefined, options: SourceOptions, terminal: Terminal): Promise<Scan> {
  const source = await openSource(path, options)
  const counter = createCounter('records', terminal)
  try {
    return await scanSource(source, { limit: options.limit ?? Number.POSITIVE_INFINITY, onRecord: counter.show })
  } finally {
    counter.stop()
    await source.close()
  }
}

export async function scan(path: string | undefined, options: ScanOptions & TerminalOptions): Promise<void> {
  const terminal = createTerminal(options)
  const result = await scanned(path, options, terminal)
  if (options.html !== undefined)
    await writeFileWhole(options.html, htmlReport(result, new Date()), { replace: options.force ?? false })
  terminal.tell(result, () => textReport(result, terminal))
  for (const problem of result.problems) terminal.warn(problem)
  const isBad = result.problems.length > 0 || (options.fail === true && result.findings.length > 0)
  if (isBad) process.exitCode = EXIT.failed
}
