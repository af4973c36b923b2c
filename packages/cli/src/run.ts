import { CommanderError } from 'commander'
import { explain } from './explain.js'
import { EXIT } from './failure.js'
import { createProgram } from './program.js'

/** A reader that went away wants no more: not an error, as with other commands in a pipe. */
function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      process.exit(EXIT.ok)
    })
}

/** Runs a command line and gives its exit code: 0 done, 1 it failed or found something, 2 it cannot be followed, 130 Ctrl-C. */
export async function run(args: readonly string[]): Promise<number> {
  endWithReader()
  try {
    await createProgram().parseAsync(args, { from: 'user' })
    return Number(process.exitCode ?? EXIT.ok)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    const { message, hint, exitCode } = explain(error)
    process.stderr.write(`waxseal: ${message}\n${hint ? `  ${hint}\n` : ''}`)
    if (args.includes('--debug')) process.stderr.write(framesOf(error))
    return exitCode
  }
}

/** Where an error came from; its own text may quote data. */
const framesOf = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? '') : '')
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => `${line}\n`)
    .join('')
