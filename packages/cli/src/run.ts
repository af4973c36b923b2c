import { CommanderError } from 'commander'
import { explain } from './explain.js'
import { EXIT, type Failure } from './failure.js'
import { isRunning } from './io/ending.js'
import { printableLines } from './printable.js'
import { createProgram } from './program.js'

/** A reader that went away wants no more, and is no error, but takes nothing back of what was found; a result that cannot be written is. */
function endWithReader(): void {
  process.stderr.on('error', () => {
    // A terminal that is gone ends a run by its signal, in order: what was done is still to be recorded.
    if (!isRunning()) process.exit(EXIT.failed)
  })
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(Number(process.exitCode ?? EXIT.ok))
    tell(explain(error))
    process.exit(EXIT.failed)
  })
}

const tell = ({ message, hint }: Failure): boolean =>
  process.stderr.write(`waxseal: ${printableLines(message)}\n${hint ? `  ${printableLines(hint)}\n` : ''}`)

/** Runs a command line and gives its exit code: 0 done, 1 it failed or found something, 2 it cannot be followed, 130 Ctrl-C. */
export async function run(args: readonly string[]): Promise<number> {
  endWithReader()
  // Whatever escapes would be printed by Node itself, with all that its message quotes.
  process.on('uncaughtException', (error) => process.exit(told(error, args)))
  try {
    await createProgram().parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? EXIT.ok)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    return told(error, args)
  }
}

function told(error: unknown, args: readonly string[]): number {
  const failure = explain(error)
  tell(failure)
  if (args.includes('--debug')) process.stderr.write(framesOf(error))
  return failure.exitCode
}

/** Where an error came from; its own text may quote data. */
const framesOf = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? '').replace(error.message, () => '') : '')
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => `${line}\n`)
    .join('')
