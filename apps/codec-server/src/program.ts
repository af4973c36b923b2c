import { constants } from 'node:os'
import { WaxsealError } from '@waxseal/core'
import { ListenError } from './listener.js'
import { createLog, describe, type Log } from './log.js'
import { type RunningServer, startServer } from './server.js'
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
    const starting = startServer(config, { env: process.env, log })
    stopOnSignals(starting, log)
    await starting
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

/** The first signal ends the server in order, the second at once. */
function stopOnSignals(starting: Promise<RunningServer>, log: Log): void {
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, async () => {
      if (stopping) {
        log.warn({ event: 'forced', signal })
        process.exit(128 + constants.signals[signal])
      }
      stopping = true
      log.info({ event: 'stopping', signal })
      try {
        const cut = await (await starting).stop()
        log.info({ event: 'stopped', cut })
        process.exit(cut > 0 ? FAILED : 0)
      } catch (error) {
        log.fatal({ event: 'not_stopped', ...describe(error) })
        process.exit(FAILED)
      }
    })
}
