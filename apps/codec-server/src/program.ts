import { createLog, describe, ListenError, type Log, serveUntilStopped } from '@waxseal/codec-server-node'
import { WaxsealError } from '@waxseal/core'
import { readArguments, readConfig, UsageError } from './settings.js'

const HELP = `waxseal-codec-server    opens what dashboards show, for those who may see it

  -c, --config FILE   waxseal.config.ts, .mjs, .js or .json; default: WAXSEAL_CONFIG (a path, or the JSON itself),
                      the variables that the README lists, or the file in the working directory
  -h, --help          this

Ends with 0 after SIGTERM or SIGINT, 1 if calls were cut off or it could not start, 2 if the configuration does not fit.
`

const FAILED = 1
const UNUSABLE = 2

/** The codec server as a program: from its command line to its exit code. */
export async function runProgram(): Promise<void> {
  let log: Log | undefined
  // Node would print the message, and nobody knows what that quotes.
  process.on('uncaughtException', (error) => {
    const what = { event: 'crashed', ...describe(error) }
    if (log) log.fatal(what)
    else process.stderr.write(`${JSON.stringify(what)}\n`)
    process.exit(FAILED)
  })
  try {
    const asked = readArguments(process.argv.slice(2))
    if (asked.help) {
      process.stdout.write(HELP)
      return
    }
    const config = await readConfig(asked.config, process.env)
    log = createLog(config.codecServer?.log ?? 'info')
    await serveUntilStopped(config, { env: process.env, log })
  } catch (error) {
    const isUnusable = error instanceof UsageError || (WaxsealError.is(error) && error.code === 'config')
    process.stderr.write(`waxseal-codec-server: ${explain(error)}\n`)
    process.exit(isUnusable ? UNUSABLE : FAILED)
  }
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${HELP}`
  if (error instanceof ListenError) return error.message
  const { error: code, message, at } = describe(error)
  return message ?? `it could not start: ${code}${at ? ` (${at})` : ''}`
}
