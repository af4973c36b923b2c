import type { SuggestOptions } from '../commands/suggest.js'
import { Failure, usage } from '../failure.js'
import { readText } from '../io/read.js'
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
    findings.every(({ of, field, type } = {} as never) => [of, field, type].every((each) => typeof each === 'string'))
  if (!fits) throw usage(`${file} is not what \`waxseal scan --json\` prints`)
  return { findings }
}

export async function suggest(path: string | undefined, options: SuggestOptions & TerminalOptions): Promise<void> {
  const terminal = createTerminal(options)
  const scan = options.scan === undefined ? await scanned(path, options, terminal) : await readScan(options.scan)
  if (scan.findings.length === 0) throw new Failure('nothing was found that would be sealed')
  terminal.print(terminal.json ? JSON.stringify(policiesFor(scan), null, 2) : policiesSource(scan).trimEnd())
}
