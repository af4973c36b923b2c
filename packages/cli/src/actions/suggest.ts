import type { SuggestOptions } from '../commands/suggest.js'
import { Failure, usage } from '../failure.js'
import { readText } from '../io/read.js'
import { printableJson } from '../printable.js'
import { policiesFor, policiesSource } from '../scan/policies.js'
import type { Scan } from '../scan/scan.js'
import { createTerminal, type TerminalOptions } from '../terminal.js'
import { scanned } from './scan.js'

async function readScan(file: string): Promise<Pick<Scan, 'findings'>> {
  const text = await readText(file)
  let scan: Partial<Scan> | undefined
  try {
    scan = JSON.parse(text) as Partial<Scan>
  } catch {}
  const { findings } = scan ?? {}
  const fits =
    Array.isArray(findings) &&
    findings.every(
      ({ of, field, type, records } = {} as never) =>
        typeof of === 'string' &&
        typeof field === 'string' &&
        /^[A-Z][A-Z0-9_]{0,63}$/.test(type) &&
        Number.isSafeInteger(records),
    )
  if (!fits) throw usage(`${file} is not what \`waxseal scan --json\` prints`)
  return { findings }
}

export async function suggest(path: string | undefined, options: SuggestOptions & TerminalOptions): Promise<void> {
  const terminal = createTerminal(options)
  const { scan: file, ...place } = options
  if (file !== undefined && [path, place.table, place.database, place.queue, place.redis].some((each) => each !== undefined))
    throw usage('--scan is a scan that was made: it goes with no path, table or queue')
  const scan = file === undefined ? await scanned(path, options, terminal) : await readScan(file)
  if (scan.findings.length === 0) throw new Failure('nothing was found that would be sealed')
  terminal.print(terminal.json ? printableJson(policiesFor(scan)) : policiesSource(scan).trimEnd())
}
